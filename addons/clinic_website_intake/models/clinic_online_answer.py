from datetime import timedelta

from odoo import api, fields, models
from odoo.orm.models import NO_ACCESS

# Who has answered chooses a time and books within this.
LASTS = timedelta(hours=1)


class ClinicOnlineAnswer(models.Model):
    """What a visitor has answered who may book, until the visit is booked; nobody of the staff reads it.

    The answers of who may not book are kept nowhere. It knows no person: it belongs to the browser that keeps a time.
    """

    _name = "clinic.online.answer"
    _description = "Answers Before Booking Online"
    _clinic_logs_changes = False

    token_hash = fields.Char(required=True, readonly=True, groups=NO_ACCESS)
    version_id = fields.Many2one("clinic.intake.version", required=True, readonly=True, ondelete="cascade")
    lang = fields.Char(required=True, readonly=True)
    answers = fields.Json(readonly=True, groups=NO_ACCESS)
    answered_at = fields.Datetime(required=True, readonly=True)

    _once = models.UniqueIndex("(token_hash, version_id)", "This was answered already.")

    def _compute_display_name(self):
        self.display_name = self.env._("Answers before booking online")

    @api.model
    def _keep(self, token_hash, lang, answered):
        """Keep what the visitor has ``answered``, {version: {code: answer}}, in place of what was answered before."""
        rows = self.sudo()
        rows.env["clinic.online.hold"]._take_turn(f"answers:{token_hash}")
        rows._drop(token_hash)
        shared = {"token_hash": token_hash, "lang": lang, "answered_at": fields.Datetime.now()}
        return rows.create([{**shared, "version_id": one.id, "answers": said} for one, said in answered.items()])

    @api.model
    def _of(self, token_hash, forms):
        """Return what the visitor has answered lately to what ``forms`` ask now, as superuser."""
        versions = forms.version_ids.filtered(lambda version: version.state == "published")
        since = fields.Datetime.now() - LASTS
        lately = [("token_hash", "=", token_hash), ("answered_at", ">", since)]
        return self.sudo().search([*lately, ("version_id", "in", versions.ids)])

    @api.model
    def _drop(self, token_hash):
        """Forget what the visitor has answered."""
        self.sudo().search([("token_hash", "=", token_hash)]).unlink()

    @api.autovacuum
    def _gc_answers(self):
        self.sudo().search([("answered_at", "<", fields.Datetime.now() - LASTS)], limit=10_000).unlink()
