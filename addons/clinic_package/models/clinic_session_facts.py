from odoo import api, models
from odoo.tools import SQL

from odoo.addons.clinic_visit.models.clinic_series_planner import DEFAULT_INTERVAL

from ..allocation import CourseFact, SessionFact


class ClinicSession(models.Model):
    """What is known of the sessions that patients have left, in one statement."""

    _inherit = "clinic.session"

    @api.model
    def _load_facts(self, condition):
        """Return the facts of the sessions for which the SQL ``condition`` holds: first expired first out.

        The tables are ``session`` and ``course``. Whose sessions they are is for the caller to know.
        """
        for model in ("clinic.session", "clinic.course", "res.company", "product.template", "product.category"):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT session.id, course.patient_id, session.company_id, session.state, session.treatment_id,
                       category.parent_path, session.valid_to, course.visit_id,
                       ARRAY(SELECT practitioner_id FROM clinic_course_practitioner_rel allowed
                              WHERE allowed.course_id = course.id),
                       course.id, course.package_name, course.used_count, course.session_count, course.state,
                       course.sold_on, course.last_on,
                       COALESCE(NULLIF(last.interval_recommended, 0), GREATEST(%(interval)s, last.interval_least)),
                       branch.clinic_course_tolerance, branch.clinic_course_stalled
                  FROM clinic_session session
                  JOIN clinic_course course ON course.id = session.course_id
                  JOIN res_company branch ON branch.id = session.company_id
             LEFT JOIN product_category category ON category.id = session.category_id
             LEFT JOIN product_template last ON last.id = COALESCE(course.last_treatment_id, session.treatment_id)
                 WHERE %(condition)s
              ORDER BY session.valid_to, session.id
                """,
                interval=DEFAULT_INTERVAL,
                condition=condition,
            )
        )
        return [
            SessionFact(
                row[0],
                CourseFact(*row[9:16], row[16] or DEFAULT_INTERVAL, row[17] or 0, row[18] or 0),
                *row[1:8],
                frozenset(row[8]),
            )
            for row in rows
        ]

    @api.model
    def _left_facts(self, patients):
        """Return the facts of what ``patients`` can use, and of what is being sold by a checkout."""
        return self._facts_left(SQL("course.patient_id = ANY(%s)", patients.ids)) if patients else []

    @api.model
    def _facts_left(self, condition):
        """Return what ``_left_facts`` does, of the sessions for which ``condition`` holds, too."""
        left = SQL("(session.state = 'open' OR (session.state = 'draft' AND course.visit_id IS NOT NULL))")
        return self._load_facts(SQL("%s AND %s", condition, left))

    def _own_facts(self):
        """Return the facts of these sessions, whatever their state."""
        return self._load_facts(SQL("session.id = ANY(%s)", self.ids))
