from odoo import api, fields, models
from odoo.tools import SQL

# Fewer visits than this show no rhythm.
RHYTHM = 3


class ClinicRecallRule(models.Model):
    """Whom a rule finds: for each cause one query, over all patients or some, never over one after the other.

    Each returns (patient_id, company_id, treatment_id, due_on, origin) of those for whom it is due between the days
    ``since`` and ``today`` of the table ``branch`` and nothing is booked. Other addons add ``_find_<cause>``.
    """

    _inherit = "clinic.recall.rule"

    @api.model
    def _local_day(self, moment):
        """Return the SQL of the day of ``moment`` (UTC) in the zone of ``branch``."""
        return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE branch.zone)::date", moment)

    @api.model
    def _is_due(self, day):
        return SQL("%s BETWEEN branch.since AND branch.today", day)

    @api.model
    def _later(self, patient, start, treatment=None):
        """Return the SQL that says whether ``patient`` has come, or is booked, after ``start``; for ``treatment``."""
        return SQL(
            """
            EXISTS (SELECT FROM clinic_procedure later JOIN clinic_visit coming ON coming.id = later.visit_id
                     WHERE later.patient_id = %(patient)s AND later.start > %(start)s AND later.state != 'cancelled'
                       AND coming.state NOT IN ('held', 'cancelled', 'no_show') AND %(treatment)s)
            """,
            patient=patient,
            start=start,
            treatment=SQL("later.treatment_id = %s", treatment) if treatment else SQL("TRUE"),
        )

    def _near(self, moment, window, extra=0):
        """Return the SQL of a range of ``moment`` (UTC) outside of which nothing is due: for the index.

        :param window: (first day, last day) on which it is due
        :param extra: so many days are added, at most, to what the rule's days add
        """
        since, until = window
        first = fields.Date.subtract(since, days=self.days + extra + 2)
        last = fields.Date.subtract(until, days=self.days - 2)
        return SQL("%(moment)s >= %(first)s AND %(moment)s < %(last)s", moment=moment, first=first, last=last)

    def _find_effect(self, scope, window):
        """A treatment's effect wears off so many days after the last one."""
        day = SQL("%s + %s", self._local_day(SQL("p.start")), self.days)
        return SQL(
            """
            SELECT p.patient_id, p.company_id, p.treatment_id, %(day)s AS due_on, 'p' || p.id AS origin
              FROM clinic_procedure p
              JOIN branch ON branch.id = p.company_id
             WHERE p.state = 'done' AND p.treatment_id = ANY(%(treatments)s) AND %(near)s AND %(due)s AND %(scope)s
               AND NOT %(later)s
            """,
            day=day,
            treatments=self.treatment_ids.ids,
            near=self._near(SQL("p.start"), window),
            due=self._is_due(day),
            scope=scope(SQL("p.patient_id")),
            later=self._later(SQL("p.patient_id"), SQL("p.start"), SQL("p.treatment_id")),
        )

    def _find_not_rebooked(self, scope, window):
        """The recommended interval of a treatment is over by so many days, and the next one is not booked."""
        day = SQL("%s + t.interval_recommended + %s", self._local_day(SQL("p.start")), self.days)
        self.env.cr.execute("SELECT COALESCE(MAX(interval_recommended), 0) FROM product_template WHERE is_treatment")
        [[longest]] = self.env.cr.fetchall()
        return SQL(
            """
            SELECT p.patient_id, p.company_id, p.treatment_id, %(day)s AS due_on, 'p' || p.id AS origin
              FROM clinic_procedure p
              JOIN branch ON branch.id = p.company_id
              JOIN product_template t ON t.id = p.treatment_id AND t.interval_recommended > 0
             WHERE p.state = 'done' AND %(near)s AND %(due)s AND %(scope)s AND NOT %(later)s
            """,
            day=day,
            near=self._near(SQL("p.start"), window, longest),
            due=self._is_due(day),
            scope=scope(SQL("p.patient_id")),
            later=self._later(SQL("p.patient_id"), SQL("p.start"), SQL("p.treatment_id")),
        )

    def _find_no_show(self, scope, window):
        """A patient did not come."""
        day = SQL("%s + %s", self._local_day(SQL("v.start")), self.days)
        return SQL(
            """
            SELECT v.patient_id, v.company_id, missed.treatment_id, %(day)s AS due_on, 'v' || v.id AS origin
              FROM clinic_visit v
              JOIN branch ON branch.id = v.company_id
 LEFT JOIN LATERAL (SELECT treatment_id FROM clinic_procedure WHERE visit_id = v.id ORDER BY start, id LIMIT 1) missed
                ON TRUE
             WHERE v.state = 'no_show' AND %(near)s AND %(due)s AND %(scope)s AND NOT %(later)s
            """,
            day=day,
            near=self._near(SQL("v.start"), window),
            due=self._is_due(day),
            scope=scope(SQL("v.patient_id")),
            later=self._later(SQL("v.patient_id"), SQL("v.start")),
        )

    def _find_lapsed(self, scope, window):
        """A patient stays away for longer than some times the own usual time between two visits."""
        last = self._local_day(SQL("seen.last"))
        day = SQL(
            "(%(last)s + GREATEST(%(days)s, CEIL(%(factor)s * seen.gap)::int))",
            last=last,
            days=self.days,
            factor=self.factor,
        )
        return SQL(
            """
            SELECT seen.patient_id, person.branch_id AS company_id, NULL::int AS treatment_id, %(day)s AS due_on,
                   'l' || %(last)s AS origin
              FROM (SELECT v.patient_id, MAX(v.start) AS last,
                           EXTRACT(EPOCH FROM MAX(v.start) - MIN(v.start)) / 86400 / (COUNT(*) - 1) AS gap
                      FROM clinic_visit v
                     WHERE v.state = 'done' AND %(scope)s
                  GROUP BY v.patient_id
                    HAVING COUNT(*) >= %(rhythm)s) AS seen
              JOIN clinic_patient person ON person.id = seen.patient_id
              JOIN branch ON branch.id = person.branch_id
             WHERE %(due)s AND NOT %(later)s
            """,
            day=day,
            last=last,
            scope=scope(SQL("v.patient_id")),
            rhythm=RHYTHM,
            due=self._is_due(day),
            later=self._later(SQL("seen.patient_id"), SQL("seen.last")),
        )

    def _find_birthday(self, scope, window):
        """It is the birthday of a patient who has been here."""
        # With a limit, so that the visits are asked of those alone whose day it is.
        day = SQL("(person.birth_date + make_interval(years => years.years))::date")
        return SQL(
            """
            SELECT person.id AS patient_id, person.branch_id AS company_id, NULL::int AS treatment_id,
                   %(day)s AS due_on, 'b' || %(day)s AS origin
              FROM clinic_patient person
              JOIN branch ON branch.id = person.branch_id
        CROSS JOIN LATERAL (SELECT generate_series(EXTRACT(YEAR FROM branch.since)::int,
                                                   EXTRACT(YEAR FROM branch.today)::int)
                                   - EXTRACT(YEAR FROM person.birth_date)::int AS years) AS years
             WHERE person.birth_date IS NOT NULL AND years.years > 0 AND %(due)s AND %(scope)s
               AND (SELECT TRUE FROM clinic_visit seen
                     WHERE seen.patient_id = person.id AND seen.state = 'done' LIMIT 1)
            """,
            day=day,
            due=self._is_due(day),
            scope=scope(SQL("person.id")),
        )
