from odoo import fields, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    clinic_procedure_id = fields.Many2one(
        "clinic.procedure",
        string="Procedure",
        copy=False,
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )

    def _copy_data_extend_business_fields(self, values):
        """A credit note's lines belong to the procedures of the invoice's; a mere duplicate's do not."""
        super()._copy_data_extend_business_fields(values)
        values["clinic_procedure_id"] = self.clinic_procedure_id.id
