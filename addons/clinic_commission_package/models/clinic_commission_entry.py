from odoo import api, models

from odoo.addons.clinic_commission.occasion import Occasion


class ClinicCommissionEntry(models.Model):
    _inherit = "clinic.commission.entry"

    @api.model
    def _occasions_between(self, branches, first, last):
        """Sessions that were performed, and courses that were sold."""
        period = [("company_id", "in", branches.ids), ("date", ">=", first), ("date", "<=", last)]
        events = self.env["clinic.session.event"].search([*period, ("kind", "=", "redeemed")])
        given_back = self.env["clinic.session.event"].search([("reverses_id", "in", events.ids)]).reverses_id
        courses = self.env["clinic.course"].search(
            [("company_id", "in", branches.ids), ("sold_on", ">=", first), ("sold_on", "<=", last)]
        )
        sales = [self._with_rest(course) for course in courses]
        return [
            *super()._occasions_between(branches, first, last),
            *(events - given_back)._performed_occasions(),
            *(sale for sale in sales if sale),
        ]

    @api.model
    def _with_rest(self, course):
        """Return the occasion of the sale of ``course`` with how much of it is left; nothing without one."""
        for occasion in course._sale_occasions():
            left, whole = occasion.move._course_left(course)
            return Occasion(**{**vars(occasion), "left": left / whole if whole else 1.0})
        return None
