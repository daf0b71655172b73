from odoo import fields, models
from odoo.tools import format_time


class ResCompany(models.Model):
    """When and how often a branch writes to its patients."""

    _inherit = "res.company"

    clinic_quiet_from = fields.Float(
        "Quiet From", default=21, help="From this hour on, in the patient's zone, nothing is sent."
    )
    clinic_quiet_to = fields.Float("Quiet Until", default=9, help="From this hour on it is sent again.")
    clinic_message_cap = fields.Integer(
        "Messages a Week",
        default=2,
        help="So many messages a week, beyond those about visits, at most; zero means any number.",
    )
    clinic_message_manager_id = fields.Many2one(
        "res.users", string="Messages to Manager", help="Who gets the messages that go to the manager."
    )

    clinic_waitlist_offers = fields.Selection(
        [
            ("call", "Reception calls"),
            ("one", "Written to one after the other"),
            ("all", "Written to all at once"),
        ],
        string="A Free Time for Those Who Wait",
        default="call",
        required=True,
        help="How the patients on the waitlist whom a time suits learn that it has become free. Who cannot be written "
        "to is called.",
    )
    clinic_waitlist_minutes = fields.Integer(
        "Minutes to Answer", default=30, required=True, help="Then the time is offered to the next who fits."
    )

    _clinic_waitlist_minutes_range = models.Constraint(
        "CHECK (clinic_waitlist_minutes BETWEEN 5 AND 1440)", "Patients have 5 to 1440 minutes to answer."
    )
    _clinic_quiet_hours = models.Constraint(
        "CHECK (COALESCE(clinic_quiet_from, 0) BETWEEN 0 AND 24 AND COALESCE(clinic_quiet_to, 0) BETWEEN 0 AND 24)",
        "Quiet hours lie between 0 and 24 o'clock.",
    )
    _clinic_message_cap_positive = models.Constraint(
        "CHECK (COALESCE(clinic_message_cap, 0) >= 0)", "The number of messages a week cannot be negative."
    )

    def _clinic_patient_moment_text(self, moment):
        """Return day and time of ``moment`` (naive UTC) in this branch, as patients read them."""
        local = self._clinic_local(moment)
        day = self.env["clinic.message"]._day_text(local.date(), self.env.lang)
        return f"{day}, {format_time(self.env, local.time(), time_format='short')}"

    def _clinic_message_manager(self):
        """Return the user who gets what goes to this branch's manager, if that is still somebody."""
        return self.clinic_message_manager_id.filtered("active")
