from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.clinic_package.allocation import recommended, standing

# What a cause is called where it is known whether a course is late.
STANDINGS = {"session_late": "late", "course_stalled": "stalled"}


class ClinicRecallRule(models.Model):
    """Courses whose next session is late, or that have stalled, as the course itself says."""

    _inherit = "clinic.recall.rule"

    cause = fields.Selection(
        selection_add=[("session_late", "Session late"), ("course_stalled", "Course stalled")],
        ondelete={"session_late": lambda rules: rules._forget(), "course_stalled": lambda rules: rules._forget()},
    )

    @api.model
    def _answers(self):
        return {**super()._answers(), "session_late": "treatment", "course_stalled": "treatment"}

    def _find_session_late(self, scope, window):
        """The next session of a course is late by more than the branch's tolerance."""
        return self._find_courses(scope, window)

    def _find_course_stalled(self, scope, window):
        """The next session of a course is so late that the course has stalled."""
        return self._find_courses(scope, window)

    def _find_courses(self, scope, window):
        """Return the SQL of the courses that stand as this rule's cause says, of which the course keeps the rule."""
        rows = [self._prepare_course(*found) for found in self._standing_courses(scope, window)]
        columns = list(zip(*rows, strict=True)) or [()] * 5
        return SQL(
            "SELECT * FROM unnest(%s::int[], %s::int[], %s::int[], %s::date[], %s::text[])"
            " AS course (patient_id, company_id, treatment_id, due_on, origin)",
            *map(list, columns),
        )

    def _standing_courses(self, scope, window):
        """Return [(the next session, its treatment)] of the courses within ``scope`` that stand so."""
        courses = self.env["clinic.course"].sudo()
        # All facts in one statement; whether a session is booked is asked only of those that may be late.
        condition = SQL(
            "session.state = 'open' AND course.state = 'open' AND %s"
            " AND COALESCE(course.last_on, course.sold_on) BETWEEN %s AND %s",
            scope(SQL("course.patient_id")),
            # No interval is longer than two years.
            fields.Date.subtract(window[0], days=730),
            window[1],
        )
        sessions = courses.env["clinic.session"]._load_facts(condition)
        late = [session for session in sessions if self._may_stand(session.course, window)]
        if not late:
            return []
        booked = courses._booked_by_course(self.env["clinic.patient"].sudo().browse({s.patient_id for s in late}))
        branches = self.env["res.company"].sudo()
        found = {}
        for session in late:
            today = branches.browse(session.branch_id)._clinic_today()
            if standing(session.course, booked.get(session.course.id), today) == STANDINGS[self.cause]:
                found.setdefault(session.course.id, session)
        last = {course.id: course.last_treatment_id.id for course in courses.browse(found)}
        return [(session, session.treatment_id or last[id_]) for id_, session in found.items()]

    def _may_stand(self, course, window):
        """Return whether ``course`` may have come to stand so within ``window``, if nothing is booked."""
        days = course.stalled if self.cause == "course_stalled" else course.tolerance
        best = recommended(course)
        return bool(best) and window[0] <= best + timedelta(days=days + 1) <= window[1]

    def _prepare_course(self, session, treatment_id):
        course = session.course
        # The next use of the course is another event.
        origin = f"k{course.id}:{course.used}"
        return session.patient_id, session.branch_id, treatment_id or None, recommended(course), origin
