from odoo import fields, models
from odoo.exceptions import UserError


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def write(self, vals):
        if "tz" in vals:
            # The zones of the branches are cached.
            self.env.registry.clear_cache()
        if "active" in vals and not vals["active"]:
            self._check_unused()
        return super().write(vals)

    def _check_unused(self):
        """Raise while a branch, practitioner, room or device still works by these hours."""
        # Whose hours they are does not depend on who archives them.
        calendars = self.sudo()
        branches = calendars.env["res.company"].search([("resource_calendar_id", "in", self.ids)])
        places = [
            calendars.env[model].search([("resource_calendar_id", "in", self.ids)])
            for model in ("clinic.room", "clinic.device")
        ]
        people = calendars.env["clinic.practitioner"].search([]).filtered(calendars._in_use_by)
        names = [name for records in (branches, *places, people) for name in records.mapped("name")]
        if names:
            raise UserError(
                self.env._(
                    "These working hours are still in use by %s. Give them other hours first.", ", ".join(names[:5])
                )
            )

    def _in_use_by(self, practitioner):
        """Return whether ``practitioner`` works by one of these calendars, now or later."""
        employee = practitioner.employee_id
        now = employee.version_id.date_version or fields.Date.today()
        versions = employee.version_ids.filtered(lambda version: version.date_version >= now)
        return bool(self & (versions.resource_calendar_id | employee.resource_id.calendar_id))
