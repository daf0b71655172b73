from odoo import api, models


class ClinicOnlineHold(models.Model):
    """No time is kept before the questions are answered; the answers go along with the visit."""

    _inherit = "clinic.online.hold"

    @api.model
    def _is_asked(self, token_hash, treatments, is_other=None):
        forms = self.env["clinic.intake.form"]._online_for(treatments)
        rows = self.env["clinic.online.answer"]._of(token_hash, forms)
        if is_other is not None:
            # The answers of one person are not those of another.
            rows = rows.filtered(lambda row: row.is_other == is_other)
        return forms <= rows.version_id.form_id and super()._is_asked(token_hash, treatments, is_other)

    def _after_booking(self, visit, contact):
        super()._after_booking(visit, contact)
        forms = self.env["clinic.intake.form"]._online_for(visit.procedure_ids.treatment_id)
        for row in self._answers_to(forms):
            self.env["clinic.intake"]._record(self._prepare_intake(row, visit, contact))
        self._drop_answers()

    def _answers_to(self, forms):
        """Return the answers that were checked before this was booked: it is used by now, and not live any more."""
        rows = self.env["clinic.online.answer"].sudo().search([("token_hash", "=", self.token_hash)])
        return rows.filtered(lambda row: row.version_id in forms.version_ids and row.version_id.state == "published")

    def _prepare_intake(self, row, visit, contact):
        """Return the values of the intake that ``row`` becomes, of who has answered for the patient of ``visit``."""
        name, relation = self._who_answered(visit, contact)
        by = {"code": "online_code", "login": "portal"}
        return {
            "patient_id": visit.patient_id.id,
            "company_id": visit.company_id.id,
            "visit_id": visit.id,
            "form_id": row.version_id.form_id.id,
            "version_id": row.version_id.id,
            "version_hash": row.version_id.text_hash,
            "lang": row.lang,
            "signer_name": name,
            "signer_relation": relation,
            "identified": by.get(visit.online_known_by, "online"),
            "user_id": self.env.uid,
            "answers": row.answers,
        }

    def _who_answered(self, visit, contact):
        """Return (name, relation) of who has answered: never the child for whom an adult has booked."""
        if contact.get("child"):
            return contact["name"], "other"
        patient = visit.patient_id
        if not patient._is_minor():
            return patient.name, False
        adults = self.code_id._people().filtered(lambda one: not one._is_minor())
        return adults[:1].name or self.env._("Somebody with the phone or email of the patient"), "other"

    def _is_for_other(self):
        rows = self.env["clinic.online.answer"].sudo().search([("token_hash", "=", self.token_hash)])
        return any(rows.mapped("is_other")) or super()._is_for_other()

    # -- whose answers they are ---------------------------------------------------------------------------------------

    def _know(self, patient, by):
        """Of several people who share a phone, nobody knows whose the answers are."""
        super()._know(patient, by)
        if by == "code" and len(self.code_id._people()) > 1:
            self._drop_answers()

    def _forget(self, others=False):
        """The next person at this device has answered nothing; what was answered after the time was over is theirs."""
        for hold in self:
            hold._drop_answers(None if others else hold.expires_at)
        super()._forget(others)

    def _give_up(self):
        super()._give_up()
        self._drop_answers()

    def _renew(self, token):
        rows = self.env["clinic.online.answer"].sudo().search([("token_hash", "=", self.token_hash)])
        super()._renew(token)
        rows.token_hash = self.token_hash

    def _drop_answers(self, before=None):
        for hold in self:
            self.env["clinic.online.answer"]._drop(hold.token_hash, before)

    @api.model
    def _cron_release_over(self):
        super()._cron_release_over()
        self.env["clinic.online.answer"]._drop_over()
