from odoo import api, fields, models


class ClinicIntakeDraft(models.Model):
    """What a patient has filled in and not sent yet, so that a page that is loaded again still has it.

    It lives as long as the link by which it is written, and goes with what is sent. Nobody of the staff reads it.
    """

    _name = "clinic.intake.draft"
    _description = "Half-filled Intake"
    _inherit = "clinic.of.patient.mixin"
    # What a patient takes back before sending it is kept nowhere.
    _clinic_logs_changes = False
    _log_access = False

    request_id = fields.Many2one("clinic.consent.request", required=True, readonly=True, ondelete="cascade", index=True)
    patient_id = fields.Many2one("clinic.patient", required=True, readonly=True, ondelete="cascade", index=True)
    form_id = fields.Many2one("clinic.intake.form", required=True, readonly=True, ondelete="cascade")
    answers = fields.Json(readonly=True)
    saved_at = fields.Datetime(readonly=True)

    _once = models.UniqueIndex("(request_id, form_id)", "This is being filled in already.")

    @api.model
    def _keep(self, request, form, answers):
        """Keep what was filled in so far behind ``request``."""
        drafts = self.sudo()
        found = drafts._of(request, form)
        values = {"answers": answers, "saved_at": fields.Datetime.now()}
        if found:
            found._clinic_writing().write(values)
        else:
            drafts._clinic_writing().create(
                {**values, "request_id": request.id, "patient_id": request.patient_id.id, "form_id": form.id}
            )

    @api.model
    def _of(self, request, form):
        return self.sudo().search([("request_id", "=", request.id), ("form_id", "=", form.id)])

    @api.model
    def _drop(self, requests):
        """Forget what was filled in behind ``requests``."""
        self.sudo().search([("request_id", "in", requests.ids)]).unlink()

    @api.autovacuum
    def _drop_ended(self):
        """Forget what was never sent: its link is valid no more."""
        ended = [
            "|",
            "|",
            ("request_id.done_at", "!=", False),
            ("request_id.revoked", "=", True),
            ("request_id.expires_at", "<", fields.Datetime.now()),
        ]
        self.sudo().search(ended, limit=10_000).unlink()
