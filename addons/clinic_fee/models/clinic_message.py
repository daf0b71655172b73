from datetime import timedelta

from odoo import api, fields, models

from ..const import FEE

# What was charged is said a few days later, too.
USEFUL = timedelta(days=3)


class ClinicMessage(models.Model):
    """What a missed visit costs, in neutral words."""

    _inherit = "clinic.message"

    @api.model
    def _expiry(self, kind, start):
        if kind.trigger == FEE:
            return fields.Datetime.now() + USEFUL
        return super()._expiry(kind, start)

    def _why_outdated(self, now):
        outdated = super()._why_outdated(now)
        if outdated or self.kind_id.trigger != FEE or self.visit_id.fee_state in ("due", "paid"):
            return outdated
        return self.env._("The visit is not what it was when this was written.")

    @api.model
    def _prepare_values(self, visit, lang, start=None):
        values = super()._prepare_values(visit, lang, start)
        visit = visit.sudo()
        if not visit:
            return values
        money = visit.currency_id.with_context(lang=lang)
        return {
            **values,
            "fee": money.format(sum(visit._fee_invoices().mapped("amount_total_signed"))),
            "policy": visit.fee_text or "",
        }
