from odoo import fields, models


class AccountMove(models.Model):
    """What earns and takes back commissions: documents that are posted or reset, and what is paid of them."""

    _inherit = "account.move"

    clinic_commission_entry_ids = fields.One2many(
        "clinic.commission.entry", "move_id", string="Commissions", groups="clinic.group_accountant"
    )

    def _post(self, soft=True):
        posted = super()._post(soft)
        # To post an invoice fixes its commissions; the user need not see the rules.
        posted.sudo()._create_commission_entries()
        return posted

    def button_draft(self):
        notes = self.sudo().filtered(lambda move: move.move_type == "out_refund" and move.state == "posted")
        result = super().button_draft()
        # As above.
        self.sudo()._reverse_commission_entries()
        # What other notes take back depends on this one where all of them credit more than was charged.
        notes.reversed_entry_id._settle_commissions("credited")
        return result

    def _create_commission_entries(self):
        """Write the commissions of these documents that were just posted; the split is fixed by this.

        A credit note takes back the part of the invoice's commission that it credits, by the rule of that time.
        """
        entries = self.env["clinic.commission.entry"]
        if occasions := self._commission_occasions():
            entries._earn(occasions)
        # What costs nothing is paid at once.
        self.filtered(lambda move: move.move_type == "out_invoice" and not move.amount_total)._settle_commissions(
            "paid"
        )
        for note in self.filtered(lambda move: move.move_type == "out_refund" and move.reversed_entry_id):
            note.reversed_entry_id._settle_commissions("credited", note)

    def _reverse_commission_entries(self):
        """Answer each commission of these documents, no longer posted, by one of the opposite sign."""
        self.env["clinic.commission.entry"]._reverse([("move_id", "in", self.ids)])

    def _settle_commissions(self, why, document=None):
        """Bring what was earned with these invoices to what is left of them, because of ``document`` or a payment."""
        for invoice in self:
            origins = invoice._commission_origins()
            if not origins:
                continue
            reached = {origin: invoice._commission_reached(origin) for origin in origins}
            day = (document and (document.invoice_date or document.date)) or invoice.company_id._clinic_today()
            origins._settle(reached, day, document, why)

    def _commission_origins(self):
        """Return what was earned with this invoice and still counts; addons add what it pays for."""
        self.ensure_one()
        entries = self.env["clinic.commission.entry"]
        return entries.search(
            [("move_id", "=", self.id), ("origin_id", "=", False), ("reverses_id", "=", False), ("kind", "=", "earned")]
        )._live()
