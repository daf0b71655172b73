from datetime import timedelta

from pytz import utc

from odoo import fields, models


class ResCompany(models.Model):
    """A branch's own policies of booking."""

    _inherit = "res.company"

    clinic_slot_step = fields.Integer(
        string="Slot Step", default=15, required=True, help="Appointments are offered every so many minutes."
    )
    clinic_booking_notice = fields.Float(
        string="Minimum Notice", help="Hours that have to lie between booking and the time that is offered."
    )
    clinic_booking_horizon = fields.Integer(
        string="Booking Horizon", default=365, required=True, help="Times are offered up to so many days ahead."
    )
    clinic_cancel_cutoff = fields.Float(
        string="Cancellation Cut-off",
        default=24,
        help="A patient who cancels fewer hours before the visit cancels late, which is noted on the visit.",
    )

    clinic_offered_times = fields.Selection(
        [
            ("every", "Every free time"),
            ("prefer", "Times that leave no gap first"),
            ("tight", "Online only times that leave no gap"),
        ],
        string="Times Offered",
        default="every",
        required=True,
        help="A gap is a free time that is too short for what this branch usually sells. The desk may book any time.",
    )

    _clinic_slot_step_range = models.Constraint(
        "CHECK (clinic_slot_step BETWEEN 5 AND 240)", "The slot step must be between 5 and 240 minutes."
    )
    _clinic_booking_notice_positive = models.Constraint(
        "CHECK (COALESCE(clinic_booking_notice, 0) >= 0)", "The minimum notice cannot be negative."
    )
    _clinic_booking_horizon_range = models.Constraint(
        "CHECK (clinic_booking_horizon BETWEEN 1 AND 730)", "The booking horizon must be between 1 and 730 days."
    )
    _clinic_cancel_cutoff_positive = models.Constraint(
        "CHECK (COALESCE(clinic_cancel_cutoff, 0) >= 0)", "The cancellation cut-off cannot be negative."
    )

    def write(self, vals):
        result = super().write(vals)
        if "clinic_offered_times" in vals:
            # The engine remembers it.
            self.env.registry.clear_cache()
        return result

    def _clinic_later(self, moment, **delta):
        """Return ``moment`` (naive UTC) put off by ``delta`` (days, weeks), at the same hour on the branch's clocks."""
        self.ensure_one()
        local = self._clinic_local(moment).replace(tzinfo=None) + timedelta(**delta)
        return self._clinic_timezone().localize(local).astimezone(utc).replace(tzinfo=None)
