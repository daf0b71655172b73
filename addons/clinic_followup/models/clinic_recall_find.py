from odoo import api, fields, models
from odoo.tools import SQL

# Of an event that was noted a little later the day before is looked at as well.
OVERLAP = 1


class ClinicRecallRule(models.Model):
    """Opening, closing and opening again by set-based SQL: all patients in one statement, or those of an event."""

    _inherit = "clinic.recall.rule"

    @api.model
    def _branches(self, since):
        """Return the SQL of the table ``branch``: each branch with its zone, its today, and since when is looked.

        :param since: a function of the branch's today
        """
        branches = self.env["res.company"].sudo().search([])
        rows = [(branch.id, branch._clinic_timezone().zone, branch._clinic_today()) for branch in branches]
        return SQL(
            "branch AS (SELECT * FROM unnest(%s::int[], %s::text[], %s::date[], %s::date[])"
            " AS branch (id, zone, today, since))",
            *([row[number] for row in rows] for number in range(3)),
            [since(row[2]) for row in rows],
        )

    def _candidates(self, scope, since):
        """Return (the SQL of ``branch``, the SQL of whom this rule finds) within ``scope``.

        :param scope: a function that returns the condition on the SQL of a patient's id
        """
        self.ensure_one()
        today = fields.Date.to_date(fields.Datetime.now())
        window = since(fields.Date.subtract(today, days=1)), fields.Date.add(today, days=1)
        for model in ("clinic.procedure", "clinic.visit", "clinic.patient", "product.template", "clinic.recall"):
            self.env[model].flush_model()
        return self._branches(since), getattr(self, f"_find_{self.cause}")(scope, window)

    def _whole_window(self, today):
        return fields.Date.subtract(today, days=self.give_up)

    def _since_last(self, today):
        """Return since when is looked where everybody was looked at up to some day."""
        whole = self._whole_window(today)
        return max(whole, fields.Date.subtract(self.looked_on, days=OVERLAP)) if self.looked_on else whole

    def _agreed(self, patient):
        """Return the SQL that says whether ``patient`` may be called by this rule: offers only with a yes to them."""
        if not self.is_marketing:
            return SQL("TRUE")
        return self.env["clinic.message.consent"]._agrees_sql(patient, "marketing")

    # -- opening ------------------------------------------------------------------------------------------------------

    def _open(self, scope, since):
        """Open whom this rule finds and nobody has answered for; return how many were opened.

        One that a booking had answered, or whose cause was gone, is opened again.
        """
        branch, candidates = self._candidates(scope, since)
        answered_by = self._answers().get(self.cause, "none")
        query = SQL(
            """
            WITH %(branch)s,
            found AS MATERIALIZED (
                SELECT DISTINCT ON (c.patient_id) c.*
                  FROM (%(candidates)s) AS c
                  JOIN clinic_patient patient ON patient.id = c.patient_id AND patient.active
                 WHERE %(agreed)s
                   AND NOT EXISTS (SELECT FROM clinic_recall known
                                    WHERE known.patient_id = c.patient_id AND known.cause = %(cause)s
                                      AND (known.state IN ('open', 'declined')
                                           OR (known.state IN ('stopped', 'done') AND known.origin = c.origin)))
              ORDER BY c.patient_id, c.due_on, c.origin
            ),
            opened AS (
                UPDATE clinic_recall
                   SET state = 'open', next_on = found.due_on, tries = 0, visit_id = NULL, booked_at = NULL,
                       booked_by_id = NULL, caller_id = NULL, write_date = %(now)s
                  FROM found
                 WHERE clinic_recall.patient_id = found.patient_id AND clinic_recall.cause = %(cause)s
                   AND clinic_recall.origin = found.origin
             RETURNING clinic_recall.id
            ),
            added AS (
                INSERT INTO clinic_recall (patient_id, company_id, rule_id, cause, priority, treatment_id, due_on,
                                           next_on, origin, answered_by, state, tries, create_uid, create_date,
                                           write_uid, write_date)
                SELECT found.patient_id, found.company_id, %(rule)s, %(cause)s, %(priority)s,
                       COALESCE(%(book)s, found.treatment_id), found.due_on, found.due_on, found.origin,
                       CASE WHEN %(answered_by)s = 'treatment' AND COALESCE(%(book)s, found.treatment_id) IS NULL
                            THEN 'visit' ELSE %(answered_by)s END,
                       'open', 0, %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM found
                 WHERE NOT EXISTS (SELECT FROM clinic_recall known
                                    WHERE known.patient_id = found.patient_id AND known.cause = %(cause)s
                                      AND known.origin = found.origin)
           ON CONFLICT DO NOTHING
             RETURNING id
            )
            SELECT (SELECT COUNT(*) FROM opened) + (SELECT COUNT(*) FROM added)
            """,
            branch=branch,
            candidates=candidates,
            agreed=self._agreed(SQL("c.patient_id")),
            cause=self.cause,
            now=fields.Datetime.now(),
            rule=self.id,
            priority=self.sequence,
            book=SQL("%s::int", self.treatment_id.id or None),
            answered_by=answered_by,
            uid=self.env.uid,
        )
        [[count]] = self.env.execute_query(query)
        return count

    # -- closing ------------------------------------------------------------------------------------------------------

    def _close(self, scope):
        """Settle the open recalls of this rule whose cause is gone; return how many."""
        branch, candidates = self._candidates(scope, self._whole_window)
        coming = SQL(
            """
            (SELECT coming.id
               FROM clinic_procedure answer JOIN clinic_visit coming ON coming.id = answer.visit_id
              WHERE answer.patient_id = recall.patient_id AND answer.state != 'cancelled'
                AND coming.state IN ('booked', 'arrived', 'in_progress')
                AND (recall.answered_by = 'visit'
                     OR (recall.answered_by = 'treatment' AND answer.treatment_id = recall.treatment_id))
           ORDER BY answer.start LIMIT 1)
            """
        )
        query = SQL(
            """
            WITH %(branch)s,
            found AS MATERIALIZED (SELECT c.patient_id, c.origin FROM (%(candidates)s) AS c),
            closed AS (
                UPDATE clinic_recall recall
                   SET state = CASE WHEN %(coming)s IS NULL THEN 'settled' ELSE 'booked' END,
                       visit_id = %(coming)s, caller_id = NULL, write_date = %(now)s
                 WHERE recall.rule_id = %(rule)s AND recall.state = 'open' AND %(scope)s
                   AND (NOT EXISTS (SELECT FROM found
                                     WHERE found.patient_id = recall.patient_id AND found.origin = recall.origin)
                        OR NOT %(agreed)s
                        OR NOT (SELECT active FROM clinic_patient WHERE id = recall.patient_id))
             RETURNING id
            )
            SELECT COUNT(*) FROM closed
            """,
            branch=branch,
            candidates=candidates,
            coming=coming,
            now=fields.Datetime.now(),
            rule=self.id,
            scope=scope(SQL("recall.patient_id")),
            agreed=self._agreed(SQL("recall.patient_id")),
        )
        [[count]] = self.env.execute_query(query)
        return count

    def _among_open(self, patient):
        """Return the condition that ``patient`` is one with an open recall of this rule."""
        return SQL(
            "%s IN (SELECT patient_id FROM clinic_recall WHERE rule_id = %s AND state = 'open')", patient, self.id
        )

    # -- when ---------------------------------------------------------------------------------------------------------

    def _look(self):
        """Look at all patients for this rule: at those for whom something became due since the last time."""
        self.ensure_one()
        closed = self._close(self._among_open) if self.active else 0
        opened = self._open(lambda patient: SQL("TRUE"), self._since_last) if self.active else 0
        # Of all branches the one whose day is the furthest behind.
        today = min(branch._clinic_today() for branch in self.env["res.company"].search([]))
        self._clinic_writing().looked_on = today
        self.env["clinic.recall"].invalidate_model()
        return opened, closed

    @api.model
    def _cron_look(self):
        """Let each rule look at all patients."""
        rules = self.search([])
        for number, rule in enumerate(rules, 1):
            rule._look()
            self.env["ir.cron"]._commit_progress(1, remaining=len(rules) - number)


class ClinicRecall(models.Model):
    _inherit = "clinic.recall"

    @api.model
    def _refresh(self, patients):
        """Open and close what is true of ``patients`` now, after something happened to them."""
        if not patients:
            return

        def scope(patient):
            return SQL("%s = ANY(%s)", patient, patients.ids)

        # What is due does not depend on who asks.
        for rule in self.env["clinic.recall.rule"].sudo().search([]):
            rule._close(scope)
            rule._open(scope, rule._whole_window)
        self.env["clinic.recall"].invalidate_model()
