from odoo import fields, models


class ClinicWaitlist(models.Model):
    """Who takes a time by a link agrees to what everybody agrees to who books online."""

    _inherit = "clinic.waitlist"

    def _offer_terms(self):
        """Return the texts that the patient agrees to who takes what is offered: of a deposit, and of booking."""
        self.ensure_one()
        branch, start = self.company_id, self.offered_start
        online = self.env["clinic.online"]._at(branch)
        treatment = self.treatment_id.with_env(online.env)
        asked = online.env["clinic.visit"]._prepare_deposit(
            branch.with_env(online.env), self.patient_id.with_env(online.env), treatment, start
        )
        return [text for text in (asked.get("deposit_text"), online._terms(branch, treatment, start)) if text]

    def _patient_takes(self, start):
        terms = self._offer_terms()[-1:] if self._offer_state(start) == "open" else []
        state = super()._patient_takes(start)
        if terms and state in ("booked", "held"):
            agreed = {"online_terms": terms[0], "online_agreed_at": fields.Datetime.now()}
            self.visit_id._clinic_writing().write(agreed)
        return state
