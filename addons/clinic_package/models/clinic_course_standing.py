from odoo import api, fields, models
from odoo.tools import SQL

from ..allocation import allocate, days_late, recommended, standing
from .clinic_course import USED

LIVE = ("draft", "open")
STANDINGS = [
    ("new", "Not begun"),
    ("booked", "Next one booked"),
    ("on_time", "On time"),
    ("late", "Late"),
    ("stalled", "Stalled"),
    ("complete", "Complete"),
]


class ClinicCourse(models.Model):
    """Where a course stands: session k of n, the recommended date of the next one, and whether it is kept."""

    _inherit = "clinic.course"

    standing = fields.Selection(STANDINGS, compute="_compute_standing", search="_search_standing")
    next_number = fields.Integer(compute="_compute_standing", string="Next Session")
    next_date = fields.Date(
        compute="_compute_standing", string="Recommended", help="The recommended interval after the last session."
    )
    booked_on = fields.Date(compute="_compute_standing", string="Booked For")
    days_late = fields.Integer(compute="_compute_standing", help="After the recommended date, while nothing is booked.")
    progress = fields.Char(compute="_compute_progress")

    @api.depends("used_count", "session_count")
    @api.depends_context("lang")
    def _compute_progress(self):
        for course in self:
            course.progress = self.env._("%(used)s of %(all)s", used=course.used_count, all=course.session_count)

    @api.depends("session_ids.state", "sold_on", "state", "last_on")
    def _compute_standing(self):
        facts, booked = self._course_facts(), self._booked_days()
        for course in self:
            fact, booked_on = facts.get(course._origin.id), booked.get(course._origin.id)
            today = course.company_id._clinic_today()
            course.next_number = course.used_count + 1 if fact else 0
            course.next_date = recommended(fact) if fact else False
            course.booked_on = booked_on or False
            course.days_late = days_late(fact, booked_on, today) if fact else 0
            course.standing = standing(fact, booked_on, today) if fact else "complete" if course.used_count else "new"

    def _course_facts(self):
        """Return {id: facts} of those of these courses that have sessions left."""
        # How a course goes on does not depend on who may see which visit.
        condition = SQL("course.id = ANY(%s) AND session.state = 'open'", self._origin.ids)
        return {fact.course.id: fact.course for fact in self.env["clinic.session"].sudo()._load_facts(condition)}

    @api.model
    def _search_standing(self, operator, value):
        """Find the courses of a standing: it depends on the day, so the open ones are looked at together."""
        if operator != "in":
            return NotImplemented
        if not {"new", "complete"} & set(value):
            return [("id", "in", self._live_ids(value))]
        found = self.search([("state", "in", LIVE)])
        matching = found.filtered(lambda course: course.standing in value)
        if "complete" in value:
            return ["|", ("id", "in", matching.ids), ("state", "=", "ended")]
        return [("id", "in", matching.ids)]

    @api.model
    def _live_ids(self, standings):
        """Return the ids of the courses with sessions left that stand so; in two statements, for those who count."""
        patients = self._search([("state", "in", LIVE)]).subselect("patient_id")
        # As for ``_course_facts``.
        sessions = self.env["clinic.session"].sudo()._facts_left(SQL("course.patient_id IN %s", patients))
        if not sessions:
            return []
        booked = self._booked_of(sessions)
        branches = self.env["res.company"].sudo()
        today = {id_: branches.browse(id_)._clinic_today() for id_ in {session.branch_id for session in sessions}}
        return list(
            {
                session.course.id
                for session in sessions
                if session.state == "open"
                and session.course.state in LIVE
                and standing(session.course, booked.get(session.course.id), today[session.branch_id]) in standings
            }
        )

    def _last_procedure(self):
        """Return the procedure of this course's last session that was used."""
        self.ensure_one()
        used = self.sudo().session_ids.filtered(lambda session: session.state in USED).procedure_id
        return used.sorted("start")[-1:]

    def _planned(self):
        """Return the procedures that are booked and will use sessions of these courses."""
        # As for ``_course_facts``.
        allocation = self.env["clinic.procedure"].sudo()._allocation(self.sudo().patient_id)
        mine = [procedure.id for procedure, session in allocation.items() if session.course_id.id in self.ids]
        return self.env["clinic.procedure"].browse(mine)

    def _booked_days(self):
        """Return {id: the branch's day of the next procedure that will use a session of that course}."""
        live = self._origin.filtered(lambda course: course.state != "ended")
        return self._booked_by_course(live.sudo().patient_id)

    @api.model
    def _booked_by_course(self, patients):
        """Return {id of a course: the next day for which one of its sessions is booked} of ``patients``."""
        # As for ``_course_facts``.
        sessions = self.env["clinic.session"].sudo()._left_facts(patients)
        if not sessions:
            return {}
        return self._booked_of(sessions)

    @api.model
    def _booked_of(self, sessions):
        """Return what ``_booked_by_course`` does, of the facts of the sessions that patients have left."""
        uses = self.env["clinic.procedure"].sudo()._waiting_facts({session.patient_id for session in sessions})
        courses = {session.id: session.course.id for session in sessions}
        days, found = {}, allocate(sessions, uses)
        for use in uses:
            if use.id in found and use.state == "planned":
                days.setdefault(courses[found[use.id]], use.day)
        return days
