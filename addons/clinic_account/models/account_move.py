from odoo import api, fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    clinic_visit_id = fields.Many2one(
        "clinic.visit", string="Visit", copy=False, readonly=True, ondelete="restrict", index="btree_not_null"
    )

    clinic_credited = fields.Boolean(
        compute="_compute_clinic_credited",
        store=True,
        string="Credited in Full",
        help="Credit notes have taken back the whole invoice of a visit, so that the visit can be checked out anew.",
    )

    _one_invoice_per_visit = models.UniqueIndex(
        "(clinic_visit_id) WHERE clinic_visit_id IS NOT NULL AND move_type = 'out_invoice' AND state != 'cancel'"
        " AND clinic_credited IS NOT TRUE",
        "One invoice charges a visit, and this visit has another one: open that, or credit it in full first.",
    )

    @api.depends("state", "amount_total", "reversal_move_ids.state", "reversal_move_ids.amount_total")
    def _compute_clinic_credited(self):
        for move in self:
            credits = move.reversal_move_ids.filtered(lambda credit: credit.state == "posted")
            left = move.amount_total - sum(credits.mapped("amount_total"))
            move.clinic_credited = bool(
                move.clinic_visit_id
                and move.state == "posted"
                and credits
                and move.currency_id.compare_amounts(left, 0) <= 0
            )

    def _clinic_is_live(self):
        """Return whether this invoice charges its patient: neither cancelled nor credited in full."""
        self.ensure_one()
        return self.state != "cancel" and not self.clinic_credited

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """A credit note belongs to the visit of its invoice."""
        default_values_list = default_values_list or [{} for _move in self]
        for move, vals in zip(self, default_values_list, strict=True):
            if move.move_type == "out_invoice" and move.clinic_visit_id:
                vals["clinic_visit_id"] = move.clinic_visit_id.id
        return super()._reverse_moves(default_values_list, cancel=cancel)
