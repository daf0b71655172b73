from odoo import api, models

from odoo.addons.clinic_package.allocation import days_late, recommended, standing


class ClinicPatientCard(models.AbstractModel):
    """The patient's courses: session k of n, the recommended date, and whether it is kept."""

    _inherit = "clinic.patient.card"

    @api.model
    def _prepare_sections(self, patient):
        return {**super()._prepare_sections(patient), "packages": self._load_packages(patient)}

    @api.model
    def _load_packages(self, patient):
        """Return the courses under way of ``patient``, the one that is most late first: one statement, or two."""
        # Who may open the record sees what of it goes on, whatever branch sold it.
        courses = self.env["clinic.course"].sudo()
        sessions = [s for s in courses.env["clinic.session"]._left_facts(patient) if s.state == "open"]
        if not sessions:
            return []
        booked, labels, today = courses._booked_of(sessions), self._labels("clinic.course", "standing"), self._today()
        under_way = {session.course.id: session.course for session in sessions}
        rows = [self._prepare_package(course, booked.get(course.id), labels, today) for course in under_way.values()]
        return sorted(rows, key=lambda row: (-row["days_late"], row["id"]))

    @api.model
    def _prepare_package(self, course, booked_on, labels, today):
        """Return what the card shows of the facts of a ``course``."""
        key = standing(course, booked_on, today)
        return {
            "id": course.id,
            "name": course.name,
            "progress": self.env._("%(used)s of %(all)s", used=course.used, all=course.count),
            "standing": key,
            "standing_name": labels[key],
            "next_date": self._to_json(recommended(course)),
            "booked_on": self._to_json(booked_on),
            "days_late": days_late(course, booked_on, today),
        }
