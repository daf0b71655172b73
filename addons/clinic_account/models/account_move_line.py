from odoo import api, fields, models


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

    def _clinic_is_treatment(self):
        """Return whether this line charges a treatment itself; the product may stand for any of them."""
        self.ensure_one()
        return bool(self.clinic_procedure_id)

    @api.model
    def _clinic_links(self):
        """Return the fields by which a line knows what it charges; other addons add theirs."""
        return ["clinic_procedure_id"]

    def _copy_data_extend_business_fields(self, values):
        """The lines of a credit note or a renewed invoice belong to the procedures; a mere duplicate's do not."""
        super()._copy_data_extend_business_fields(values)
        if self._clinic_may_write_locked():
            values.update({name: self[name].id for name in self._clinic_links()})
