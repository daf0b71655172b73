from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, format_time

from odoo.addons.clinic_message.models.clinic_message import HIDDEN_LINK
from odoo.addons.clinic_message.models.clinic_message_queue import LATE as TOO_OLD

from ..const import ASKED, LATE, LINK, OVER, REFUND, REMINDER

PAY = "{pay}"
MONEY = (ASKED, REMINDER, OVER, LATE, LINK)


class ClinicMessage(models.Model):
    """What has to be said of deposits, each once: asked for, due soon, not paid, and money that came too late."""

    _inherit = "clinic.message"

    @api.model
    def _due_sql(self, kind):
        now = fields.Datetime.now()
        if kind.trigger in (ASKED, REMINDER):
            asked = SQL(
                "v.state = 'held' AND v.deposit_state = 'due' AND v.deposit_asked_at IS NOT NULL AND v.expires_at > %s",
                now,
            )
            if kind.trigger == ASKED:
                return SQL("(%s)", asked)
            # Who is asked later than that has heard of it just now.
            return SQL(
                "(%(asked)s AND v.expires_at <= %(soon)s AND v.deposit_asked_at <= v.expires_at - %(hours)s * 2)",
                asked=asked,
                soon=now + timedelta(hours=kind.hours),
                hours=timedelta(hours=kind.hours),
            )
        if kind.trigger == OVER:
            return SQL(
                "(v.state = 'cancelled' AND v.cancel_reason_id = %(expired)s AND v.deposit_state = 'due'"
                " AND v.deposit_asked_at IS NOT NULL AND v.late_money_at IS NULL AND v.rebooked_as_id IS NULL"
                " AND v.expires_at > %(since)s"
                # What was paid, or may be, is on its way.
                " AND NOT EXISTS (SELECT FROM payment_transaction tx WHERE tx.clinic_visit_id = v.id"
                " AND (tx.state IN ('pending', 'authorized') OR (tx.state = 'done' AND tx.payment_id IS NULL))))",
                expired=self.env.ref("clinic_visit.cancel_reason_hold_expired").id,
                since=now - TOO_OLD,
            )
        if kind.trigger == LATE:
            return SQL("(v.late_money_at > %s)", now - TOO_OLD)
        return super()._due_sql(kind)

    @api.model
    def _expiry(self, kind, start):
        if kind.trigger in (OVER, LATE, LINK, REFUND):
            return fields.Datetime.now() + TOO_OLD
        return super()._expiry(kind, start)

    def _why_outdated(self, now):
        outdated = super()._why_outdated(now)
        visit, trigger = self.visit_id, self.kind_id.trigger
        if outdated or not visit or trigger not in MONEY:
            return outdated
        holds = {
            ASKED: visit._money_trigger() == ASKED and not visit._is_hold_over(visit.state, visit.expires_at),
            REMINDER: visit.state == "held" and visit.deposit_state == "due" and visit.expires_at > now,
            OVER: visit.state == "cancelled" and visit.deposit_state == "due" and not visit.rebooked_as_id,
            LATE: bool(visit.late_money_at),
            LINK: visit.amount_due > 0,
        }
        return None if holds[trigger] else self.env._("The visit is not what it was when this was written.")

    # -- the text -----------------------------------------------------------------------------------------------------

    @api.model
    def _prepare_values(self, visit, lang, start=None):
        values = super()._prepare_values(visit, lang, start)
        visit = visit.sudo()
        if not visit:
            return values
        return {
            **values,
            "amount": visit.currency_id.with_context(lang=lang).format(visit._amount_asked()),
            "until": self._until_text(visit, lang),
            "refund": visit.currency_id.with_context(lang=lang).format(visit._amount_returned()),
        }

    @api.model
    def _until_text(self, visit, lang):
        """Return until when the deposit of ``visit`` is paid, in the branch's zone."""
        if not visit.deposit_until:
            return ""
        local = visit.company_id._clinic_local(visit.expires_at or visit.deposit_until)
        clock = format_time(self.env, local.time(), time_format="short", lang_code=lang)
        return f"{self._day_text(local.date(), lang)}, {clock}"

    @api.model
    def _hidden_links(self):
        return {**super()._hidden_links(), "pay": HIDDEN_LINK}

    def _links(self):
        links = super()._links()
        if PAY in f"{self.subject or ''}{self.body or ''}" and self.visit_id:
            link = self.env["clinic.payment.link"]._of(self.visit_id)
            links["pay"] = link._address() if link else ""
        return links
