from odoo import api, fields, models
from odoo.exceptions import UserError

TIMES = {"date_from", "date_to", "resource_id", "calendar_id", "company_id", "time_type"}


class ResourceCalendarLeaves(models.Model):
    """Leaves and public holidays: who enters one reads which booked visits it meets."""

    _inherit = "resource.calendar.leaves"

    visit_to_move_count = fields.Integer(
        string="Visits to Move", compute="_compute_visit_to_move_count", groups="clinic.group_reception"
    )

    @api.depends("date_from", "date_to", "resource_id", "company_id")
    def _compute_visit_to_move_count(self):
        upcoming = self.filtered(lambda leave: leave.date_to and leave.date_to > fields.Datetime.now())
        (self - upcoming).visit_to_move_count = 0
        # Asked once for all leaves of a list.
        visits = self.env["clinic.visit"].search([("to_move", "=", True)]) if upcoming else self.env["clinic.visit"]
        for leave in upcoming:
            leave.visit_to_move_count = len(leave._met(visits))

    def _met(self, visits):
        """Return those of ``visits`` that lie in the time of this leave, and need who or what is away."""
        self.ensure_one()
        met = visits.filtered(lambda visit: visit.start < self.date_to and visit.stop > self.date_from)
        if not self.resource_id:
            return met
        return met.filtered(lambda visit: self.resource_id in visit._needed_resources())

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_has_company(vals)
        leaves = super().create(vals_list)
        leaves._tell_visits_to_move()
        return leaves

    def write(self, vals):
        self._check_has_company(vals)
        result = super().write(vals)
        # Odoo asks before a record changes only: nobody may hand a holiday over to a company that is not theirs.
        self.check_access("write")
        if TIMES & vals.keys():
            self._tell_visits_to_move()
        return result

    @api.model
    def _check_has_company(self, vals):
        """Raise when somebody would close all companies at once: one without a company counts for each of them."""
        if "company_id" in vals and not vals["company_id"] and not self.env.su:
            raise UserError(self.env._("Choose the branch, or the company above it, that this holiday is for."))

    def _tell_visits_to_move(self):
        """Tell who enters these leaves that visits are booked then; where they are listed, if they may see them."""
        if not self.env.user.has_group("clinic.group_reception"):
            return
        count = sum(self.mapped("visit_to_move_count"))
        if count:
            self.env.user._bus_send(
                "simple_notification",
                {
                    "type": "warning",
                    "title": self.env._("Visits to be moved: %s", count),
                    "message": self.env._("They are listed under “To Be Moved”, each with its next free times."),
                },
            )

    def action_view_visits_to_move(self):
        """Open the visits that this leave is in the way of."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("clinic_visit.clinic_visit_action_to_move")
        visits = self._met(self.env["clinic.visit"].search([("to_move", "=", True)]))
        return {**action, "domain": [("id", "in", visits.ids)]}
