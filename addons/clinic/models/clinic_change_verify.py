import hashlib
from contextlib import suppress

import psycopg2

from odoo import api, models
from odoo.tools import SQL

from ..access_log import START
from .clinic_access_log_verify import BATCH

# What is hashed of a row, as seal_changes() does.
TEXT = SQL(
    "jsonb_build_array(c.id, c.at, c.tx::text, c.model, c.res_id, c.action, c.user_id, c.role, c.old, c.new)::text"
)


class ClinicChange(models.Model):
    """The chain of the change log: sealed after the work was committed, and verified along with the access log."""

    _inherit = "clinic.change"

    @api.model
    def _cron_seal(self):
        """Put what was committed into the chain."""
        self._seal()

    @api.model
    def _seal(self):
        # In a transaction of its own: it seals what has ended before. Anyone else who seals at this moment does it all.
        with suppress(psycopg2.errors.SerializationFailure), self.env.registry.cursor() as cr:
            cr.execute("SELECT clinic_log.seal_changes()")

    @api.model
    def _end(self):
        """Return number and hash of the row that was sealed last."""
        [end] = self.env.execute_query(SQL("SELECT sequence, hash FROM clinic_log.clinic_change_head"))
        return end

    @api.model
    def _first_broken(self, known):
        """Return the place in the chain of the first row that was changed, deleted or moved; None when it holds.

        :param known: {place: hash} of signed checkpoints
        """
        end, digest, last = self._end(), START, 0
        while batch := self._sealed_rows(last):
            for place, written, text in batch:
                digest = hashlib.sha256(f"{digest}{text}".encode()).hexdigest() if text else ""
                if place != last + 1 or digest != written or known.get(place, written) != written:
                    return last + 1
                last = place
        longest = max([end[0], *known])
        if last == longest and digest == end[1]:
            return None
        return last + 1 if last < longest else max(longest, 1)

    @api.model
    def _sealed_rows(self, after):
        return self.env.execute_query(
            SQL(
                """
                SELECT s.sequence, s.hash, %s
                  FROM clinic_log.clinic_change_seal s
             LEFT JOIN clinic_log.clinic_change c ON c.id = s.change_id
                 WHERE s.sequence > %s
              ORDER BY s.sequence
                 LIMIT %s
                """,
                TEXT,
                after,
                BATCH,
            )
        )

    @api.model
    def _broken_links(self, ids):
        """Return the ids of those rows that the chain does not hold: each by itself, not what comes before or after it.

        A row that is not sealed yet because it is new holds.
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT c.id, s.sequence, s.hash, before.hash, %s, c.tx < h.below
                  FROM clinic_log.clinic_change c
            CROSS JOIN clinic_log.clinic_change_head h
             LEFT JOIN clinic_log.clinic_change_seal s ON s.change_id = c.id
             LEFT JOIN clinic_log.clinic_change_seal before ON before.sequence = s.sequence - 1
                 WHERE c.id = ANY(%s)
                """,
                TEXT,
                ids,
            )
        )
        return {id_ for id_, *link in rows if not self._holds(*link)}

    @api.model
    def _holds(self, place, digest, before, text, is_old):
        if place is None:
            return not is_old
        start = START if place == 1 else before
        return start is not None and hashlib.sha256(f"{start}{text}".encode()).hexdigest() == digest

    @api.model
    def _first_unsealed(self):
        """Return the id of a row that should be in the chain and is not: it was added behind its back."""
        [(id_,)] = self.env.execute_query(
            SQL(
                """
                SELECT min(c.id)
                  FROM clinic_log.clinic_change c, clinic_log.clinic_change_head h
                 WHERE c.tx < h.below
                   AND NOT EXISTS (SELECT FROM clinic_log.clinic_change_seal s WHERE s.change_id = c.id)
                """
            )
        )
        return id_


class ClinicAccessLog(models.Model):
    """Verifies the change log as well."""

    _inherit = "clinic.access.log"

    @api.model
    def _tampered_guards(self):
        changes = self.env["clinic.change"]
        changes._seal()
        checkpoints, _forged = self._checkpoints()
        known = {facts["changes"]: facts["change_hash"] for facts in checkpoints if facts.get("changes")}
        flaws = [
            *super()._tampered_guards(),
            *(
                self.env._("Changes in %s are not logged any more: somebody has dropped, disabled or changed it.", name)
                for name in changes._missing_triggers()
            ),
        ]
        if place := changes._first_broken(known):
            flaws.append(self.env._("The change log was tampered with at place %s of its chain.", place))
        if id_ := changes._first_unsealed():
            flaws.append(self.env._("The change log was tampered with: row %s was added behind its back.", id_))
        return flaws

    @api.model
    def _prepare_checkpoint(self):
        self.env["clinic.change"]._seal()
        changes, change_hash = self.env["clinic.change"]._end()
        return {**super()._prepare_checkpoint(), "changes": changes, "change_hash": change_hash}
