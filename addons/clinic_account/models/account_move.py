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

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """A credit note belongs to the visit of its invoice."""
        default_values_list = default_values_list or [{} for _move in self]
        for move, vals in zip(self, default_values_list, strict=True):
            if move.move_type == "out_invoice" and move.clinic_visit_id:
                vals["clinic_visit_id"] = move.clinic_visit_id.id
        return super()._reverse_moves(default_values_list, cancel=cancel)
