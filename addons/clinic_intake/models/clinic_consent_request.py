from odoo import api, models

from odoo.addons.clinic_consent.models.clinic_consent_sign import NotSigned

from ..const import MOST_DRAFT


class ClinicConsentRequest(models.Model):
    """Takes what a patient fills in behind the same link as the consents, before them: nothing of it is believed."""

    _inherit = "clinic.consent.request"

    @api.model
    def _hand_over(self, visit, identified, device=None, **options):
        handed_over = super()._hand_over(visit, identified, device, **options)
        # What was half filled in behind a link that has ended is shown behind no other one.
        self.env["clinic.intake.draft"]._drop_ended()
        return handed_over

    def _is_left(self):
        return bool(self._intakes_due()) or super()._is_left()

    def _intakes_sent(self):
        """Return what was sent behind this link."""
        return self.env["clinic.intake"].sudo().search([("request_id", "=", self.id)])

    def _is_filled_in(self):
        return bool(self._intakes_sent()) or super()._is_filled_in()

    def _has_signed(self, data):
        key = data.get("page")
        is_sent = isinstance(key, str) and bool(key) and key in self._intakes_sent().mapped("page_key")
        return is_sent or super()._has_signed(data)

    def _progress(self):
        done, left = super()._progress()
        return done + len(self._intakes_sent()), left + len(self._intakes_due())

    def _finish(self):
        self.env["clinic.intake.draft"]._drop(self)
        return super()._finish()

    def _intakes_due(self):
        """Return the forms that are to be filled in behind this link, but those that the patient has left out."""
        skipped, sent = self.skipped or [], self._intakes_sent().form_id
        return self.visit_id._intakes_due().filtered(lambda form: f"intake-{form.id}" not in skipped) - sent

    # -- what is asked ------------------------------------------------------------------------------------------------

    def _earlier_intake(self, form):
        """Return what this patient has sent for ``form`` the last time."""
        return self.env["clinic.intake"].sudo()._last_of(self.patient_id._kept(), form)

    def _may_confirm(self, form):
        """Return whether “nothing has changed” answers all that is asked now."""
        earlier = self._earlier_intake(form)
        # Only what was asked then can be confirmed: a new question is answered.
        if not earlier or earlier.version_id != form._published():
            return False
        try:
            self._take_intake_answers(form._published(), earlier.answers or {})
        except NotSigned:
            return False
        return True

    def _keep_draft(self, data):
        """Keep what was filled in so far, as far as it can be an answer."""
        form = self._intakes_due()[:1]
        given = data.get("draft")
        if not form or not self._is_open() or not isinstance(given, dict) or len(given) > MOST_DRAFT:
            return False
        version = form._published()
        kept = {}
        for question in version.question_ids:
            try:
                answer = question._take(given.get(question.code))
            except ValueError:
                continue
            if answer:
                kept[question.code] = answer
        self.env["clinic.intake.draft"]._keep(self, form, kept)
        return True

    # -- what was sent ------------------------------------------------------------------------------------------------

    def _take(self, data, ip, user_agent):
        """Take an intake while one is due, else a consent."""
        form = self._is_open() and self._intakes_due()[:1]
        if not form:
            return super()._take(data, ip, user_agent)
        version = form._published()
        if not isinstance(data, dict) or data.get("intake") != version.id:
            raise NotSigned("changed")
        if data.get("skip") is True and not form.mandatory:
            self._clinic_writing().skipped = [*(self.skipped or []), f"intake-{form.id}"]
            return self.env["clinic.intake"]
        signer = self._take_signer(data.get("signer"))
        earlier = self._earlier_intake(form) if data.get("unchanged") is True else None
        if data.get("unchanged") is True and not self._may_confirm(form):
            raise NotSigned("changed")
        given = (earlier.answers or {}) if earlier else data.get("answers")
        lang = data.get("lang")
        intake = self.env["clinic.intake"]._record(
            {
                "patient_id": self.patient_id.id,
                "company_id": self.company_id.id,
                "form_id": form.id,
                "version_id": version.id,
                "version_hash": version.text_hash,
                "lang": lang if lang in version._langs() else "en",
                "request_id": self.id,
                "unchanged_id": earlier.id if earlier else False,
                "signer_name": signer["name"],
                "signer_relation": signer["relation"],
                "identified": self.identified,
                "user_id": self.user_id.id,
                "answers": self._take_intake_answers(version, given),
                "page_key": data["page"][:64] if isinstance(data.get("page"), str) else False,
                "ip": ip,
                "user_agent": user_agent,
            }
        )
        self.env["clinic.intake.draft"]._drop(self)
        return intake

    def _take_intake_answers(self, version, given):
        """Return {code: answer} of what was asked, and nothing else; raise ``NotSigned`` when something is missing."""
        return version.question_ids._take_all(given, self.patient_id)
