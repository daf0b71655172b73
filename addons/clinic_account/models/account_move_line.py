from odoo import api, fields, models

from .account_move import LINKED


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

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._without_kept(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._without_kept(vals))

    @api.model
    def _without_kept(self, vals):
        """Return ``vals`` without what others than our own code must not say of a line and its procedure."""
        kept = vals.keys() & set(self._clinic_links())
        if not kept or self.env.su or self.env.context.get("clinic_link") is LINKED:
            return vals
        return {name: value for name, value in vals.items() if name not in kept}

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
        values.update({name: self[name].id for name in self._clinic_links()})
