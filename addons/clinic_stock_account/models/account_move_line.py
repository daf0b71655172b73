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

    def _eligible_for_stock_account(self):
        """What was used in a procedure became a cost when it was used, and does not once more with its invoice."""
        return not self.clinic_consumption_id and super()._eligible_for_stock_account()
