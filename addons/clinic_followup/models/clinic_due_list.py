from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL, format_date

from odoo.addons.clinic.door import a_count, takes

from .clinic_recall import CALL_MINUTES

PAGE = 40


class ClinicDueList(models.AbstractModel):
    """The front desk's calls of today: one row per patient, the most urgent first; who is being called says by whom."""

    _name = "clinic.due.list"
    _description = "Due List"

    @api.model
    def _check_may_call(self):
        """Raise unless the user calls patients."""
        if not self.env.user.has_group("clinic.group_reception"):
            raise AccessError(self.env._("The due list is for reception."))
        self.env["clinic.recall"].check_access("write")

    @takes(offset=a_count())
    @api.model
    def load(self, offset=0):
        """Return a page of the patients who are due in the chosen branches, ready for JSON.

        :return: a dict of ``rows``, whether there is ``more``, and ``count``: how many patients there are
        """
        self._check_may_call()
        rows = self._due_rows(offset)
        count = rows[0]["count"] if rows else (self._count_due() if offset else 0)
        return {"rows": self._prepare_rows(rows), "count": count, "more": offset + len(rows) < count}

    @api.model
    def count_due(self):
        """Return how many patients are due, for who calls them; 0 for others."""
        if not self.env.user.has_group("clinic.group_reception"):
            return 0
        return self._count_due()

    @api.model
    def _count_due(self):
        recalls = self.env["clinic.recall"]
        [[count]] = recalls._read_group(recalls._due_domain(), [], ["patient_id:count_distinct"])
        return count

    @api.model
    def _due_rows(self, offset):
        """Return what is known of a page of patients in one statement."""
        recalls = self.env["clinic.recall"]
        query = recalls._search(recalls._due_domain())
        recalls.flush_model()
        self.env["clinic.recall.rule"].flush_model(["reason"])
        reason = self.env["clinic.recall.rule"].sudo()._field_to_sql("rule", "reason")
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT recall.patient_id, MIN(recall.due_on) AS due_on, MAX(recall.tries) AS tries,
                       ARRAY_AGG(%(reason)s ORDER BY recall.priority, recall.due_on, recall.id) AS reasons,
                       MAX(recall.tried_at) AS tried_at,
                       MAX(recall.caller_id) FILTER (WHERE recall.called_at > %(since)s) AS caller_id,
                       COUNT(*) OVER () AS count
                  FROM clinic_recall recall
                  JOIN clinic_recall_rule rule ON rule.id = recall.rule_id
                 WHERE recall.id IN %(due)s
              GROUP BY recall.patient_id
              ORDER BY MIN(recall.priority), MIN(recall.due_on), recall.patient_id
                 LIMIT %(limit)s OFFSET %(offset)s
                """,
                reason=reason,
                since=self._call_since(),
                due=query.subselect(),
                limit=PAGE,
                offset=offset,
            )
        )
        return rows

    @api.model
    def _call_since(self):
        """Return since when (naive UTC) who has opened a call is still in it."""
        return fields.Datetime.subtract(fields.Datetime.now(), minutes=CALL_MINUTES)

    @api.model
    def _prepare_rows(self, rows):
        patients = self.env["clinic.patient"].browse([row["patient_id"] for row in rows])
        patients.fetch(["name", "phone"])
        # Who calls whom is no secret among those who call.
        callers = self.env["res.users"].sudo().browse({row["caller_id"] for row in rows if row["caller_id"]})
        names = {caller.id: caller.name for caller in callers}
        today = self.env.company._clinic_today()
        return [
            {
                "patient_id": row["patient_id"],
                "name": patient.name,
                "has_phone": bool(patient.phone),
                "reasons": list(dict.fromkeys(row["reasons"])),
                "due": format_date(self.env, row["due_on"]),
                "days_late": (today - row["due_on"]).days,
                "tries": row["tries"] or 0,
                "caller": row["caller_id"] != self.env.uid and names.get(row["caller_id"], False),
            }
            for row, patient in zip(rows, patients, strict=True)
        ]
