from odoo import models


class ClinicConsent(models.Model):
    """Each use of photos that was accepted or refused is a decision about the patient's photos."""

    _inherit = "clinic.consent"

    def _after_recording(self):
        super()._after_recording()
        for consent in self:
            if consent.kind == "signed":
                consent._decide_photos(consent.scopes or {})
            else:
                given = (consent.withdraws_id.scopes or {}).items()
                consent._decide_photos({scope: False for scope, accepted in given if accepted})

    def _decide_photos(self, scopes):
        """Record the decision about each of ``scopes``, {use: whether it is permitted}."""
        day = self.company_id._clinic_day_text(self.signed_at)
        values = {"day": day, "number": self.display_name}
        if self.kind == "withdrawal":
            evidence = self.env._("Withdrawn on %(day)s (%(number)s)", **values)
        else:
            evidence = self.env._("Signed on %(day)s (%(number)s)", **values)
        # In the name of who has handed the page over; the patient, who decides, has no login.
        permissions = self.env["clinic.photo.permission"].with_user(self.user_id).sudo()
        for use, accepted in scopes.items():
            permissions._decide(self.patient_id._kept(), use, accepted, evidence, until=self.valid_until)
