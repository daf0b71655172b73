from odoo import models


class ClinicConsentRequest(models.Model):
    """What is signed before a session of a course is signed for that course, where the form says so."""

    _inherit = "clinic.consent.request"

    def _prepare_consent(self, version, procedure, facts):
        values = super()._prepare_consent(version, procedure, facts)
        if values["validity"] == "course":
            values["course_id"] = procedure.session_use_id.course_id.id
        return values
