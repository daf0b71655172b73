from odoo import fields, models


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _easypaisa_get_deadline(self):
        """What is asked for by a link is paid until its time: a deposit until the hold ends, neither less nor more.

        A debt, for which nothing is held, as long as the provider's setting says, and the link is good.
        """
        deadline, until = super()._easypaisa_get_deadline(), self._clinic_pay_until()
        if not until:
            return deadline
        return until if self.clinic_visit_id else min(deadline, until)

    def _clinic_pay_until(self):
        """Return until when what the link of this payment asks for can be paid now; None of a payment without one."""
        link = self.clinic_link_id
        asked = link._prepare_link(link.visit_id.sudo()) if link else None
        if not asked or bool(asked["invoice_id"]) != bool(link.invoice_id):
            return None
        return min(asked["expires_at"], link.expires_at) if link.invoice_id else asked["expires_at"]

    def _easypaisa_find_problem(self, channel):
        """Nor is a payment begun whose link is good no more: its page may have been open for long."""
        problem = super()._easypaisa_find_problem(channel)
        # sudo: of nobody who is signed in.
        if not problem and self.clinic_link_id and self.clinic_link_id.sudo()._state() != "open":
            return self.env._("This can't be paid here any more. Please open the link again.")
        return problem

    def _easypaisa_start(self, channel, mobile_number):
        """What the patient does next is said in the language of the page of the link."""
        lang = self.env["res.lang"]._get_code(self.clinic_link_id.patient_id.lang or "")
        spoken = self.with_context(lang=lang) if lang else self
        return super(PaymentTransaction, spoken)._easypaisa_start(channel, mobile_number)

    def _easypaisa_keep_token(self, token, named):
        """The visit is held as long as the code is good, and the code is good no longer than that."""
        visit = self.clinic_visit_id.sudo()
        until = visit._hold_as_long_as(named) if named and visit.state == "held" else None
        super()._easypaisa_keep_token(token, named)
        if until and until > self.easypaisa_expires_at:
            self.easypaisa_expires_at = min(named, until)

    def _clinic_open_codes(self):
        """Return the payments of these that can be paid in a shop now, the newest one first."""
        now = fields.Datetime.now()
        return self.filtered(
            lambda tx: tx.state == "pending" and tx.easypaisa_token and tx.easypaisa_expires_at > now
        ).sorted("id", reverse=True)
