from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

TIMES = {"date_from", "date_to", "resource_id", "calendar_id", "company_id", "time_type"}


class ResourceCalendarLeaves(models.Model):
    """Leaves and public holidays: who enters one reads which booked visits it meets."""

    _inherit = "resource.calendar.leaves"

    visit_to_move_count = fields.Integer(
        string="Visits to Move", compute="_compute_visit_to_move_count", groups="clinic.group_reception"
    )

    @api.depends("date_from", "date_to", "resource_id", "company_id")
    def _compute_visit_to_move_count(self):
        for leave in self:
            leave.visit_to_move_count = leave._origin and self.env["clinic.visit"].search_count(
                leave._visits_to_move_domain()
            )

    def _visits_to_move_domain(self):
        """Return the domain of the visits in the time of this leave that have to be moved."""
        self.ensure_one()
        domain = Domain("to_move", "=", True) & Domain("start", "<", self.date_to) & Domain("stop", ">", self.date_from)
        if not self.resource_id:
            return domain
        mine = Domain.OR(
            Domain(f"{role}_id.resource_id", "=", self.resource_id.id) for role in ("practitioner", "room", "device")
        )
        return domain & Domain("procedure_ids", "any", mine & Domain("state", "=", "planned"))

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
        return {**action, "domain": list(self._visits_to_move_domain())}
