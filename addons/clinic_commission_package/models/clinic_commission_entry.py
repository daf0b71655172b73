from odoo import api, models

from odoo.addons.clinic_commission.occasion import Occasion


class ClinicCommissionEntry(models.Model):
    _inherit = "clinic.commission.entry"

    @api.model
    def _occasions_between(self, branches, first, last):
        """Sessions that were performed, and courses that were sold."""
        period = [("company_id", "in", branches.ids), ("date", ">=", first), ("date", "<=", last)]
        events = self.env["clinic.session.event"].search([*period, ("kind", "=", "redeemed")])
        courses = self.env["clinic.course"].search(
            [("company_id", "in", branches.ids), ("sold_on", ">=", first), ("sold_on", "<=", last)]
        )
        sales = [self._with_rest(course) for course in courses]
        return [
            *super()._occasions_between(branches, first, last),
            *(events - events._given_back())._performed_occasions(),
            *(sale for sale in sales if sale),
        ]

    @api.model
    def _earn_sessions(self, occasions):
        """Write what is earned with sessions, as far as the invoices of their courses are paid and not credited."""
        payers = {occasion.key: occasion.payer for occasion in occasions}
        for key, earned in self._earn(occasions).grouped("origin_key").items():
            payer = payers[key]
            if payer:
                reached = {entry: payer._commission_reached(entry) for entry in earned}
                earned._settle(reached, earned[0].date, why="paid")

    def _part_left(self):
        """Of a session: what the invoice of its course has left of it."""
        kind, _colon, number = self.origin_key.partition(":")
        if kind != "session":
            return super()._part_left()
        event = self.env["clinic.session.event"].browse(int(number))
        left, whole = event.course_id._payer().invoice_line_id.move_id._session_left(event)
        return left / whole

    @api.model
    def _of_sessions(self, sessions):
        """Return what was earned with uses of ``sessions`` and still counts."""
        uses = self.env["clinic.session.event"].search([("session_id", "in", sessions.ids), ("kind", "=", "redeemed")])
        return self._origins_of([use._commission_key() for use in uses])._live()

    @api.model
    def _with_rest(self, course):
        """Return the occasion of the sale of ``course`` with how much of it is left; nothing without one."""
        for occasion in course._sale_occasions():
            left, whole = occasion.move._course_left(course)
            return Occasion(**{**vars(occasion), "left": left / whole if whole else 1.0})
        return None
