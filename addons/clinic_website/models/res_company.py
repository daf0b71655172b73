from odoo import fields, models


class ResCompany(models.Model):
    """What patients may book online in a branch, and how."""

    _inherit = "res.company"

    clinic_is_online = fields.Boolean("Online Booking", help="Patients book this branch online.")
    clinic_online_notice = fields.Float(
        "Notice Online", default=2.0, required=True, help="Hours between booking online and the visit, at least."
    )
    clinic_online_days = fields.Integer(
        "Days Ahead Online", default=60, required=True, help="Times are offered online up to so many days ahead."
    )
    clinic_online_hold = fields.Integer(
        "Time to Book", default=10, required=True, help="Minutes for which a chosen time is kept."
    )
    clinic_online_policy = fields.Text(
        "Booking Terms", translate=True, help="What patients agree to when they book online, besides a deposit."
    )
    clinic_online_guardian = fields.Boolean(
        "Minors by a Guardian",
        help="Minors do not book online by themselves: the birth date is asked, and a parent or guardian books.",
    )
    clinic_online_tell_practitioner = fields.Boolean(
        "Tell the Practitioner",
        default=True,
        help="Practitioners get a mail when somebody books them online, and when such a visit is moved or cancelled.",
    )
    clinic_online_tell_ids = fields.Many2many(
        "res.users",
        "clinic_online_tell_rel",
        "company_id",
        "user_id",
        string="Told of Online Bookings",
        domain=[("share", "=", False)],
        help="Get a mail of what patients book online, and when such a visit is moved or cancelled.",
    )
    clinic_online_user_id = fields.Many2one(
        "res.users",
        string="Waitlist Online",
        domain=[("share", "=", False)],
        help="Is asked to call those who join the waitlist online.",
    )

    _clinic_online_notice_range = models.Constraint(
        "CHECK (clinic_online_notice BETWEEN 0 AND 720)", "The notice online lies between 0 and 720 hours."
    )
    _clinic_online_days_range = models.Constraint(
        "CHECK (clinic_online_days BETWEEN 1 AND 365)", "Times are offered online 1 to 365 days ahead."
    )
    _clinic_online_hold_range = models.Constraint(
        "CHECK (clinic_online_hold BETWEEN 3 AND 60)", "A chosen time is kept for 3 to 60 minutes."
    )
