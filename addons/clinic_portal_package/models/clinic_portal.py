from odoo import api, fields, models

# Packages that ended are history; so many of them are shown at most.
MOST_COURSES = 20


class ClinicPortal(models.AbstractModel):
    _inherit = "clinic.portal"

    @api.model
    def _prepare_home(self, patient):
        courses = self._courses(patient).filtered("left_count")
        return {**super()._prepare_home(patient), "courses": [self._prepare_course(course) for course in courses]}

    @api.model
    def _prepare_money(self, patient):
        rows = [self._prepare_course(course) for course in self._courses(patient)]
        return {**super()._prepare_money(patient), "courses": rows}

    @api.model
    def _courses(self, patient, limit=MOST_COURSES):
        """Return the packages that ``patient`` has bought, those under way first."""
        domain = [("patient_id", "=", patient.id), ("state", "!=", "draft")]
        return self.env["clinic.course"].search(domain, order="state DESC, id DESC", limit=limit)

    @api.model
    def _prepare_course(self, course):
        """Return what the pages show of ``course``."""
        currency, treatment = course.currency_id, course._next_treatment()
        day_text = self.env["clinic.message"]._day_text
        return {
            "id": course.id,
            "name": course.package_name,
            "bought": course.session_count,
            "used": course.used_count,
            "left": course.left_count,
            "share": round(100 * course.used_count / course.session_count) if course.session_count else 0,
            "until": course.valid_to and day_text(course.valid_to, self.env.lang),
            "booked": course.booked_on and day_text(course.booked_on, self.env.lang),
            # What somebody else has paid, or owes, is theirs.
            "paid": not course.is_gift and currency.format(course.amount_paid),
            "due": not course.is_gift and course.amount_due and currency.format(course.amount_due),
            "is_gift": course.is_gift,
            "book": self._book_address(course.company_id, treatment) if treatment else None,
        }

    @api.model
    def _own_data(self, patient):
        return {
            **super()._own_data(patient),
            "packages": [self._own_course(course) for course in self._courses(patient, limit=None)],
        }

    @api.model
    def _own_course(self, course):
        is_own = not course.is_gift
        return {
            "number": course.name,
            "name": course.package_name,
            "sold_on": fields.Date.to_string(course.sold_on),
            "valid_to": fields.Date.to_string(course.valid_to) or None,
            "sessions": course.session_count,
            "used": course.used_count,
            "left": course.left_count,
            "price": course.amount_total if is_own else None,
            "paid": course.amount_paid if is_own else None,
            "due": course.amount_due if is_own else None,
            "currency": course.currency_id.name,
        }
