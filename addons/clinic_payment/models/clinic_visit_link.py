from odoo import api, models
from odoo.exceptions import UserError

from ..const import ASKED, LINK


class ClinicVisit(models.Model):
    """Asking for money from afar: by a link in a message, a code at the desk, or a text handed over to WhatsApp."""

    _inherit = "clinic.visit"

    def _invoice_by_link(self):
        """Return the invoice of this visit, as superuser, of which what is due is paid by a link."""
        self.ensure_one()
        return self.sudo().invoice_id

    def _terms_text(self):
        """Return what the patient agrees to by paying, as it is kept with the booking; other addons agree on more."""
        self.ensure_one()
        return self.deposit_text or ""

    def _payment_link(self):
        """Return the link by which what this visit owes is paid. Raise ``UserError`` when that is nothing."""
        self.ensure_one()
        link = self.env["clinic.payment.link"]._of(self)
        if not link:
            raise UserError(self.env._("Nothing is to be paid for this visit of %s.", self.patient_id.name))
        return link

    def action_payment_link(self):
        """Show the payment link of this visit: to be scanned, copied or sent."""
        self.ensure_one()
        self.check_access("write")
        self.env["account.move"].check_access("create")
        self._payment_link()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Payment Link for %s", self.patient_id.name),
            "res_model": "clinic.payment.ask",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_visit_id": self.id},
        }

    @api.depends("deposit_state")
    def _compute_can_hand_over(self):
        super()._compute_can_hand_over()
        queue = self.env["clinic.message"]
        is_allowed = not queue._is_trial() or bool(queue._trial_number())
        for visit in self.filtered(lambda visit: visit.state == "held" and visit.deposit_state == "due"):
            visit.can_hand_over = is_allowed and bool(visit._origin)

    def _kind_by_hand(self):
        """What is asked of the patient comes first."""
        trigger = self._money_trigger()
        if not trigger:
            return super()._kind_by_hand()
        kind = self.env["clinic.message.kind"]._triggered(trigger)[:1]
        if not kind:
            raise UserError(self.env._("There is no kind of message for this. Have a manager add it."))
        return kind

    def _money_trigger(self):
        """Return the trigger of the message that asks for what is due of this visit now; None where nothing is."""
        self.ensure_one()
        asked = self.env["clinic.payment.link"]._prepare_link(self.sudo())
        if not asked:
            return None
        return LINK if asked["invoice_id"] else ASKED

    def _send_payment_link(self):
        """Write a message with the payment link to the patient, by the way that reaches; return it."""
        self.ensure_one()
        queue = self.env["clinic.message"]
        queue.check_access("write")
        self._payment_link()
        kind = self._kind_by_hand()
        count = queue.sudo().search_count([("visit_id", "=", self.id), ("kind_id", "=", kind.id)])
        return self._write_to_patient(kind, f"pay:{self.id}:{count}")

    def _write_to_patient(self, kind, key):
        """Write a message of ``kind`` to the patient, by the way that reaches, once for ``key``; return it."""
        queue = self.env["clinic.message"]
        words = self.env["clinic.message.consent"]._last_words(self.patient_id)
        rows = [
            {
                **queue._prepare_message(kind, self, "patient", channel, words, key=f"{key}:{channel}"),
                "user_id": self.env.uid,
            }
            for channel in queue._patient_channels(kind, self, words)
        ]
        messages = queue._enqueue(rows)
        self.env.ref("clinic_message.cron_send").sudo()._trigger()
        return messages

    def _write_of_money(self, trigger, key):
        """Write to the patient what has become of money, where there is a kind of message for that."""
        # No matter who caused it, the patient is to know.
        visit = self.sudo()
        for kind in visit.env["clinic.message.kind"]._triggered(trigger)[:1]:
            visit._write_to_patient(kind, key)

    def _amount_asked(self):
        """Return what the link of this visit asks for now, in its branch's currency."""
        self.ensure_one()
        asked = self.env["clinic.payment.link"]._prepare_link(self.sudo())
        return asked["amount"] if asked else 0.0
