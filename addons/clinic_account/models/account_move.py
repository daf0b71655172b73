from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    clinic_visit_id = fields.Many2one(
        "clinic.visit", string="Visit", copy=False, readonly=True, ondelete="restrict", index="btree_not_null"
    )

    _one_invoice_per_visit = models.UniqueIndex(
        "(clinic_visit_id) WHERE clinic_visit_id IS NOT NULL AND move_type = 'out_invoice' AND state != 'cancel'",
        "This visit has been checked out already: open its invoice instead.",
    )

    def _reverse_move_vals(self, default_values, cancel=True):
        """A credit note belongs to the visit of its invoice."""
        vals = super()._reverse_move_vals(default_values, cancel=cancel)
        if self.clinic_visit_id and vals.get("move_type") == "out_refund":
            vals["clinic_visit_id"] = self.clinic_visit_id.id
        return vals
