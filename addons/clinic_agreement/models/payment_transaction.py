import logging

import psycopg2

from odoo import api, fields, models

from ..const import ASK_AFTER, MOST_ASKED

_logger = logging.getLogger(__name__)
UNDER_WAY = ("pending", "authorized")


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    _clinic_under_way_idx = models.Index("(last_state_change) WHERE state IN ('pending', 'authorized')")

    @api.model
    def _clinic_inquire_old(self):
        """Ask the providers what became of payments that have been under way for long; each is committed by itself."""
        old = self.search(
            [("state", "in", UNDER_WAY), ("last_state_change", "<", fields.Datetime.now() - ASK_AFTER)],
            order="last_state_change DESC, id",
            limit=MOST_ASKED,
        )
        for tx in old:
            try:
                tx._clinic_inquire()
            except psycopg2.OperationalError:
                # The provider's own message comes in at this moment.
                self.env.cr.rollback()
            except Exception:
                # The others are asked about nevertheless.
                _logger.exception("The inquiry about payment %s has failed", tx.id)
                self.env.cr.rollback()
            if not self.env["ir.cron"]._commit_progress():
                break

    def _clinic_inquire(self):
        """Ask the provider of this payment what became of it, where it can be asked.

        As Odoo's providers name their steps after their code, one that can be asked has ``_<code>_inquire``; override
        this for one that has not.
        """
        self.ensure_one()
        inquire = getattr(self, f"_{self.provider_code}_inquire", None)
        if inquire and self.provider_id.state != "disabled":
            inquire()
