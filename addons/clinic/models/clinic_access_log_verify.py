import logging

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..access_log import first_broken

_logger = logging.getLogger(__name__)

BATCH = 10000
MAY_VERIFY = "clinic.group_privacy_officer,clinic.group_manager"


class ClinicAccessLog(models.Model):
    """The proof that nothing was changed, deleted, moved or added behind the log's back."""

    _inherit = "clinic.access.log"

    @api.model
    def verify(self):
        """Return whether the whole log is as it was written.

        :return: {"ok": bool, "rows": how many there should be, "broken": number of the first bad row or False,
            "end": the hash of the last row, "text": the same in words}
        """
        if not (self.env.su or self.env.user.has_groups(MAY_VERIFY)):
            raise AccessError(self.env._("Only the privacy officer and the manager verify the access log."))
        [(rows, end)] = self.env.execute_query(SQL("SELECT sequence, hash FROM clinic_access_log_head"))
        broken = first_broken(self._stored_rows(), (rows, end)) or False
        return {"ok": not broken, "rows": rows, "broken": broken, "end": end, "text": self._verdict(rows, broken)}

    @api.model
    def _stored_rows(self):
        """Yield what ``first_broken`` asks for, straight from the table."""
        last, batch = None, None
        while batch is None or len(batch) == BATCH:
            query = SQL(
                """
                SELECT sequence, at, user_id, patient_id, model, action, reason, ip, hash
                  FROM clinic_access_log
                 WHERE %s
              ORDER BY sequence
                 LIMIT %s
                """,
                SQL("TRUE") if last is None else SQL("sequence > %s", last),
                BATCH,
            )
            batch = self.env.execute_query(query)
            yield from batch
            last = batch[-1][0] if batch else None

    @api.model
    def _verdict(self, rows, broken):
        if not broken:
            return self.env._("The access log is whole: %s rows, none changed, deleted or moved.", rows)
        return self.env._(
            "The access log was tampered with: row %(broken)s of %(rows)s was changed, deleted or moved. All rows "
            "before it are as they were written. Compare it with a backup.",
            broken=broken,
            rows=rows,
        )

    def action_verify(self):
        """Verify the log and tell the result."""
        result = self.verify()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Access Log"),
                "message": result["text"],
                "type": "success" if result["ok"] else "danger",
                "sticky": True,
            },
        }

    @api.model
    def _cron_verify(self):
        """Verify the log each day; its end goes to the server's log, which who rewrites the table does not reach."""
        result = self.verify()
        if result["ok"]:
            _logger.info("Access log is whole: %s rows, ends with %s", result["rows"], result["end"])
        else:
            _logger.error("Access log was tampered with at row %s of %s", result["broken"], result["rows"])
