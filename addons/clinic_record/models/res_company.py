from odoo import fields, models


class ResCompany(models.Model):
    """How long a branch cares for its patients: see ``clinic.patient``."""

    _inherit = "res.company"

    clinic_care_hours = fields.Integer(
        string="Record Open Before a Visit",
        default=48,
        required=True,
        help="Those who treat open a patient's record so many hours before the time that somebody else has booked.",
    )
    clinic_care_months = fields.Integer(
        string="Record Open After a Visit",
        default=24,
        required=True,
        help="Those who treat open a patient's record for so many months after a visit.",
    )
    clinic_own_check_in = fields.Boolean(
        string="Own Check-in Counts",
        help="For a branch in which one person works: who books and checks in a patient alone opens the record, too. "
        "Each such check-in stands on the privacy officer's list.",
    )

    _clinic_care_hours_range = models.Constraint(
        "CHECK (clinic_care_hours BETWEEN 0 AND 336)", "A record opens between 0 and 336 hours before a visit."
    )
    _clinic_care_months_range = models.Constraint(
        "CHECK (clinic_care_months BETWEEN 1 AND 240)", "A record stays open between 1 and 240 months after a visit."
    )
