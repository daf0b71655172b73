import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from .. import log_checkpoint
from ..access_log import first_broken

_logger = logging.getLogger(__name__)

BATCH = 10000
MAY_VERIFY = "clinic.group_privacy_officer,clinic.group_manager"


class ClinicAccessLog(models.Model):
    """The proof that nothing was changed, deleted, moved or added behind the log's back."""

    _inherit = "clinic.access.log"

    @api.model
    def verify(self):
        """Return whether the whole log is as it was written, and still guarded.

        :return: {"ok": bool, "rows": how many there should be, "broken": number of the first bad row or False,
            "end": the hash of the last row, "text": the same in words, "flaws": what does not guard it as it should}
        """
        if not (self.env.su or self.env.user.has_groups(MAY_VERIFY)):
            raise AccessError(self.env._("Only the privacy officer and the manager verify the access log."))
        tampered = self._tampered_guards()
        checkpoints, forged = self._checkpoints()
        known = {facts["rows"]: facts["hash"] for facts in checkpoints if facts["rows"]}
        if forged:
            tampered.append(self.env._("Checkpoint %s was not signed with the key of this clinic.", forged))
        [(rows, end)] = self.env.execute_query(SQL("SELECT sequence, hash FROM clinic_log.clinic_access_log_head"))
        broken = first_broken(self._stored_rows(), (rows, end), known) or False
        text = self._verdict(max([rows, *known]), broken)
        return {
            "ok": not broken and not tampered,
            "rows": rows,
            "broken": broken,
            "end": end,
            "text": "\n".join([text, *tampered]),
            "flaws": self._protection_flaws(),
        }

    @api.model
    def _stored_rows(self):
        """Yield what ``first_broken`` asks for, straight from the table."""
        last, batch = None, None
        while batch is None or len(batch) == BATCH:
            query = SQL(
                """
                SELECT sequence, at, user_id, patient_id, model, action, reason, ip, hash
                  FROM clinic_log.clinic_access_log
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

    # -- guards -------------------------------------------------------------------------------------------------------

    @api.model
    def _tampered_guards(self):
        """Return in words which guards in the database were taken away; other addons and logs add theirs."""
        return [
            self.env._("%s does not guard the logs any more: somebody has dropped, disabled or changed it.", name)
            for name in self._missing_guards()
        ]

    @api.model
    def _protection_flaws(self):
        """Return in words what a role or file does not protect as it should; the log works all the same."""
        [(is_super, may_all, may_write)] = self.env.execute_query(
            SQL(
                """
                SELECT r.rolsuper OR r.rolcreaterole,
                       bool_or(pg_has_role(c.relowner, 'MEMBER') OR pg_has_role(n.nspowner, 'MEMBER')),
                       bool_or(has_table_privilege(c.oid, 'INSERT, DELETE, TRUNCATE, REFERENCES, TRIGGER')
                               OR has_table_privilege(c.oid, 'UPDATE') AND c.relname <> 'clinic_access_log_queue')
                  FROM pg_roles r, pg_class c
                  JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'clinic_log'
                 WHERE r.rolname = current_user AND c.relkind = 'r'
              GROUP BY r.rolsuper, r.rolcreaterole
                """
            )
        )
        flaws = []
        if is_super:
            flaws.append(self.env._("The application's role is a superuser of PostgreSQL, or makes roles."))
        elif may_all or may_write:
            flaws.append(
                self.env._(
                    "The logs belong to the application's own role, which could drop them. Let a superuser of "
                    "PostgreSQL run log.sql and log_owner.sql of the addon clinic in this database."
                )
            )
        if not log_checkpoint.is_configured():
            flaws.append(
                self.env._(
                    "No checkpoints are written: set CLINIC_LOG_KEY to a key file and CLINIC_LOG_CHECKPOINTS to a "
                    "folder outside the database. Without them a log that was written again is not found."
                )
            )
        return flaws

    # -- checkpoints --------------------------------------------------------------------------------------------------

    @api.model
    def _checkpoints(self):
        """Return what the signed checkpoints say, and the number of the first forged one."""
        if not log_checkpoint.is_configured():
            return [], None
        return log_checkpoint.read(self.env.cr.dbname)

    @api.model
    def _cron_checkpoint(self):
        """Sign how far the log has got, and keep it outside the database."""
        if not log_checkpoint.is_configured():
            return
        facts = self._prepare_checkpoint()
        log_checkpoint.write(self.env.cr.dbname, {**facts, "at": fields.Datetime.to_string(fields.Datetime.now())})

    @api.model
    def _prepare_checkpoint(self):
        """Return what is signed; other logs add their ends."""
        [(rows, end)] = self.env.execute_query(SQL("SELECT sequence, hash FROM clinic_log.clinic_access_log_head"))
        return {"rows": rows, "hash": end}

    # -- telling ------------------------------------------------------------------------------------------------------

    def action_verify(self):
        """Verify the log and tell the result."""
        result = self.verify()
        sound = "success" if not result["flaws"] else "warning"
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Access Log"),
                "message": "\n".join([result["text"], *result["flaws"]]),
                "type": sound if result["ok"] else "danger",
                "sticky": True,
            },
        }

    @api.model
    def _cron_verify(self):
        """Verify the log each day; its end goes to the server's log, which who rewrites the table does not reach."""
        result, alarms = self.verify(), []
        if result["ok"]:
            _logger.info("Access log is whole: %s rows, ends with %s", result["rows"], result["end"])
        else:
            _logger.error("Access log was tampered with: %s", result["text"])
            alarms.append({"kind": "tampered", "details": result["text"]})
        if result["flaws"]:
            _logger.warning("Access log is not protected: %s", " ".join(result["flaws"]))
            alarms.append({"kind": "unprotected", "details": "\n".join(result["flaws"])})
        self.env["clinic.access.alarm"]._raise(alarms)
