from odoo import models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        """The deposit of a visit is taken off its invoice, no matter who confirms it, and when."""
        posted = super()._post(soft)
        for move in posted.sudo().filtered(lambda one: one.clinic_visit_id and one._clinic_is_own()):
            if move == move.clinic_visit_id.invoice_id:
                move.clinic_visit_id._take_off_deposit()
        return posted

    def action_clinic_payment_link(self):
        """Offer a link by which this visit's invoice is paid online."""
        self.ensure_one()
        return self.clinic_visit_id.action_payment_link()


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def reconcile(self):
        """What was paid for a visit to come pays no other invoice."""
        self._clinic_check_kept()
        return super().reconcile()

    def _clinic_is_returned(self, charged=None):
        """Return whether these are of a payment, or a credit note, whose money is being given back.

        :param charged: the invoices to which they would be set; a credit note may take back its own
        """
        notes = self.move_id.filtered("clinic_refund_id")
        if charged:
            notes = notes.filtered(lambda note: note.reversed_entry_id not in charged)
        asked = self.payment_id.clinic_refund_ids | notes.clinic_refund_id
        return any(refund._is_still_to_return() for refund in asked)

    def _clinic_check_kept(self):
        """Raise ``UserError`` when one of these is kept for another visit than the one that is charged."""
        # For which visit something was paid is no secret of who uses it.
        lines = self.sudo()
        charged = lines.move_id.filtered(lambda move: move.move_type == "out_invoice")
        if charged and lines._clinic_is_returned(charged):
            raise UserError(
                self.env._(
                    "This money is being given back: have the refund refused or withdrawn before it pays something."
                )
            )
        for visit in lines.payment_id.clinic_visit_id if charged else ():
            if charged.clinic_visit_id != visit and visit._keeps_deposit():
                raise UserError(
                    self.env._(
                        "This was paid in advance for visit %s, and is taken off at its checkout. Cancel that visit "
                        "first, or pay it back.",
                        visit.name,
                    )
                )
