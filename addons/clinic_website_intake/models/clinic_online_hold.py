from odoo import api, models


class ClinicOnlineHold(models.Model):
    """No time is kept before the questions are answered; the answers go along with the visit."""

    _inherit = "clinic.online.hold"

    @api.model
    def _is_asked(self, token_hash, treatments):
        forms = self.env["clinic.intake.form"]._online_for(treatments)
        answered = self.env["clinic.online.answer"]._of(token_hash, forms).version_id.form_id
        return forms <= answered and super()._is_asked(token_hash, treatments)

    def _after_booking(self, visit, contact):
        super()._after_booking(visit, contact)
        forms = self.env["clinic.intake.form"]._online_for(visit.procedure_ids.treatment_id)
        rows = self.env["clinic.online.answer"]._of(self.token_hash, forms)
        for row in rows:
            self.env["clinic.intake"]._record(self._prepare_intake(row, visit, contact))
        rows._drop(self.token_hash)

    def _prepare_intake(self, row, visit, contact):
        """Return the values of the intake that ``row`` becomes, of who has answered for the patient of ``visit``."""
        return {
            "patient_id": visit.patient_id.id,
            "company_id": visit.company_id.id,
            "visit_id": visit.id,
            "form_id": row.version_id.form_id.id,
            "version_id": row.version_id.id,
            "version_hash": row.version_id.text_hash,
            "lang": row.lang,
            "signer_name": contact["name"] or visit.patient_id.name,
            "signer_relation": "other" if contact.get("child") else False,
            "identified": "online",
            "user_id": self.env.uid,
            "answers": row.answers,
        }

    def _give_up(self):
        super()._give_up()
        self._drop_answers()

    def _forget(self, others=False):
        """Others have answered nothing yet."""
        super()._forget(others)
        if others:
            self._drop_answers()

    def _drop_answers(self):
        for hold in self:
            self.env["clinic.online.answer"]._drop(hold.token_hash)
