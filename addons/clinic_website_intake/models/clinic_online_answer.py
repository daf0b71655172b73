from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.orm.models import NO_ACCESS

from odoo.addons.clinic_website.models.clinic_online_hold import TooMany

# Who has answered chooses a time within the first of these, and books within the other one.
UNTIL_KEPT, LASTS = timedelta(minutes=15), timedelta(hours=1)
# Of visitors of one network, whose answers are kept at once.
MOST_OF_NETWORK = 40


class ClinicOnlineAnswer(models.Model):
    """What a visitor has answered who may book, until the visit is booked; nobody of the staff reads it.

    The answers of who may not book are kept nowhere. It knows no person: it belongs to the browser that keeps a time.
    """

    _name = "clinic.online.answer"
    _description = "Answers Before Booking Online"
    _clinic_logs_changes = False

    token_hash = fields.Char(required=True, readonly=True, groups=NO_ACCESS)
    network = fields.Char(required=True, readonly=True, groups=NO_ACCESS, index=True)
    version_id = fields.Many2one("clinic.intake.version", required=True, readonly=True, ondelete="cascade")
    lang = fields.Char(required=True, readonly=True)
    is_other = fields.Boolean(readonly=True, help="They are for somebody else than the visitor.")
    answers = fields.Json(readonly=True, groups=NO_ACCESS)
    answered_at = fields.Datetime(required=True, readonly=True)

    _once = models.UniqueIndex("(token_hash, version_id)", "This was answered already.")

    def _compute_display_name(self):
        self.display_name = self.env._("Answers before booking online")

    @api.model
    def _keep(self, token_hash, network, answered, said):
        """Keep what the visitor has ``answered``, {version: {code: answer}}, in place of what was answered before.

        :param said: the values of the rows besides
        :raises TooMany: when answers of too many visitors of ``network`` are kept
        """
        rows = self.sudo()
        rows.env["clinic.online.hold"]._take_turn(f"answers:{token_hash}", f"answers of network:{network}")
        mine = [("token_hash", "=", token_hash)]
        # This transaction sees the database as it was when it began, another one sees it as it is.
        with self.env.registry.cursor() as cr:
            there = rows.with_env(rows.env(cr=cr))
            if there.search(mine).ids != rows.search(mine).ids:
                raise ConcurrencyError("Another request of the same visitor was faster")
            if there.search_count([("network", "=", network), ("token_hash", "!=", token_hash)]) >= MOST_OF_NETWORK:
                raise TooMany(rows.env["clinic.online.hold"]._too_many_text())
        rows._drop(token_hash)
        shared = {**said, "token_hash": token_hash, "network": network, "answered_at": fields.Datetime.now()}
        return rows.create([{**shared, "version_id": one.id, "answers": given} for one, given in answered.items()])

    @api.model
    def _of(self, token_hash, forms):
        """Return what the visitor has answered lately to what ``forms`` ask now, as superuser."""
        versions = forms.version_ids.filtered(lambda version: version.state == "published")
        holds = self.env["clinic.online.hold"].sudo()
        hold = holds.search([("token_hash", "=", token_hash), ("used_at", "=", False)])
        # Without a time that is kept it may be somebody else by now who sits there.
        since = fields.Datetime.now() - (LASTS if hold._is_live() else UNTIL_KEPT)
        lately = [("token_hash", "=", token_hash), ("answered_at", ">", since)]
        return self.sudo().search([*lately, ("version_id", "in", versions.ids)])

    @api.model
    def _drop(self, token_hash, before=None):
        """Forget what the visitor has answered; only ``before`` that moment, if it is given."""
        earlier = [("answered_at", "<", before)] if before else []
        self.sudo().search([("token_hash", "=", token_hash), *earlier]).unlink()

    @api.model
    def _drop_over(self):
        """Forget the answers of those who have not booked in time."""
        self.sudo().search([("answered_at", "<", fields.Datetime.now() - LASTS)], limit=10_000).unlink()
