import re

from odoo import api, models
from odoo.tools import SQL

from .clinic_consent import LOCK
from .clinic_consent_question import LOCK as LOCK_OF_QUESTIONS
from .clinic_consent_version import LOCK as LOCK_OF_TEXTS

FUNCTION = re.compile(r"CREATE OR REPLACE FUNCTION (\w+)\(.*?AS \$\$(.*?)\$\$", re.DOTALL)
# (table, trigger): the function that it calls
TRIGGERS = {
    ("clinic_consent", "clinic_consent_append_only"): "clinic_consent_is_append_only",
    ("clinic_consent_document", "clinic_consent_document_append_only"): "clinic_consent_is_append_only",
    ("clinic_consent_version", "clinic_consent_version_is_locked"): "clinic_consent_version_is_locked",
    ("clinic_consent_question", "clinic_consent_question_is_locked"): "clinic_consent_question_is_locked",
}


class ClinicConsent(models.Model):
    """What the clinic's change log and its chain know of consents and PDFs, and what locks them in the database."""

    _inherit = "clinic.consent"

    def _flaws_of_log(self):
        """Return in words what the change log knows otherwise of these consents, or of all where none is chosen.

        That is whatever was deleted, changed, or added behind its back, and whose place in its chain does not hold.
        """
        self.flush_model()
        self.env["clinic.consent.document"].flush_model()
        found = [
            *self._unlike_log("clinic.consent", "id", "evidence_hash", SQL("res_id")),
            *self._unlike_log(
                "clinic.consent.document", "consent_id", "sha256", SQL("(new ->> 'consent_id')::integer")
            ),
        ]
        return [self._flaw(number, what) for number, what in sorted(found)]

    def _unlike_log(self, model, number, digest, logged_number):
        """Yield (number of the consent, what is wrong) where the rows of ``model`` are not as the log has them.

        :param number: the column with the number of the consent, in the log ``logged_number``
        :param digest: the column with the hash of what is sealed
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(here.number, made.number), here.id IS NULL, made.id IS NULL,
                       here.digest IS DISTINCT FROM made.digest,
                       EXISTS (SELECT FROM clinic_log.clinic_change other
                                WHERE other.model = %(model)s AND other.action != 'create'
                                  AND other.res_id = COALESCE(here.id, made.id)),
                       made.change_id
                  FROM (SELECT id, %(number)s AS number, %(digest)s AS digest FROM %(table)s) AS here
             FULL JOIN (SELECT res_id AS id, %(logged_number)s AS number, new ->> %(digest_key)s AS digest,
                               id AS change_id
                          FROM clinic_log.clinic_change
                         WHERE model = %(model)s AND action = 'create') AS made ON made.id = here.id
                 WHERE %(chosen)s
                """,
                model=model,
                table=SQL.identifier(self.env[model]._table),
                number=SQL.identifier(number),
                digest=SQL.identifier(digest),
                digest_key=digest,
                logged_number=logged_number,
                chosen=SQL("COALESCE(here.number, made.number) = ANY(%s)", self.ids) if self else SQL("TRUE"),
            )
        )
        broken = self.env["clinic.change"]._broken_links([row[-1] for row in rows if row[-1]])
        is_document = model != self._name
        for found, *flaws, change_id in rows:
            if what := self._log_flaw(is_document, *flaws):
                yield found, what
            elif change_id in broken:
                yield found, self._chain_flaw(is_document)

    @api.model
    def _log_flaw(self, is_document, is_gone, is_unknown, is_other, is_changed):
        if is_gone:
            return self.env._("its PDF was deleted") if is_document else self.env._("it was deleted")
        if is_unknown:
            return (
                self.env._("the change log does not know that its PDF was printed")
                if is_document
                else self.env._("the change log does not know that it was signed")
            )
        if is_changed:
            return (
                self.env._("the change log says that the row of its PDF was changed later")
                if is_document
                else self.env._("the change log says that it was changed later")
            )
        if is_other:
            return (
                self.env._("the hash of its PDF is not the one that was sealed")
                if is_document
                else self.env._("its hash is not the one that was sealed")
            )
        return None

    @api.model
    def _chain_flaw(self, is_document):
        if is_document:
            return self.env._("the place of its PDF in the chain of the change log was changed")
        return self.env._("its place in the chain of the change log was changed")

    @api.model
    def _flaws_of_locks(self):
        """Return in words which tables the database would let anybody change now."""
        return [
            self.env._("The database does not lock the table %s any more: somebody has taken that away.", table)
            for table in self._missing_locks()
        ]

    @api.model
    def _missing_locks(self):
        """Return the tables whose trigger is not there, rests, or calls something that is not ours."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT c.relname, t.tgname, p.proname, p.prosrc
                  FROM pg_trigger t
                  JOIN pg_class c ON c.oid = t.tgrelid
                  JOIN pg_proc p ON p.oid = t.tgfoid
                 WHERE t.tgenabled = 'A' AND t.tgname = ANY(%s)
                """,
                [name for _table, name in TRIGGERS],
            )
        )
        found = {(table, name): (function, body) for table, name, function, body in rows}
        bodies = dict(FUNCTION.findall(LOCK + LOCK_OF_TEXTS + LOCK_OF_QUESTIONS))
        return [key[0] for key, name in TRIGGERS.items() if found.get(key) != (name, bodies[name])]
