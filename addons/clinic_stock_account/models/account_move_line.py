from odoo import fields, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    clinic_consumption_id = fields.Many2one(
        "clinic.consumption",
        string="Consumption",
        copy=False,
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="The item used in a procedure that this line charges.",
    )

    def _copy_data_extend_business_fields(self, values):
        super()._copy_data_extend_business_fields(values)
        values["clinic_consumption_id"] = self.clinic_consumption_id.id
