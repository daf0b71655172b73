import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

# A site as browsers name it: no path, no wildcard; unsafe ones for trying it at home only.
ORIGIN = re.compile(r"https://[a-z0-9.-]+(:[0-9]{1,5})?|http://(localhost|127\.0\.0\.1)(:[0-9]{1,5})?")
MOST_ORIGINS = 20


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
    clinic_online_from = fields.Float(
        "Begins From", default=0.0, required=True, help="Visits that are booked online begin no earlier in the day."
    )
    clinic_online_to = fields.Float(
        "Begins Before", default=24.0, required=True, help="Visits that are booked online begin before this hour."
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
    clinic_online_again = fields.Boolean(
        "Offer Again",
        help="Visitors may tick that the clinic writes to them once if they leave at the payment and do not book.",
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
    clinic_online_origins = fields.Text(
        "Sites That Show It",
        help="The addresses of other sites that may show the pages in a frame, one a line, like https://www.example.com",
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
    _clinic_online_hours = models.Constraint(
        "CHECK (clinic_online_from >= 0 AND clinic_online_from < clinic_online_to AND clinic_online_to <= 24)",
        "The hours online lie between 0:00 and 24:00, the first before the last.",
    )
    _clinic_online_hold_range = models.Constraint(
        "CHECK (clinic_online_hold BETWEEN 3 AND 60)", "A chosen time is kept for 3 to 60 minutes."
    )

    def _clinic_origins(self):
        """Return the other sites that may show this branch's pages, as browsers name them."""
        self.ensure_one()
        return tuple(dict.fromkeys((self.clinic_online_origins or "").lower().split()))

    @api.constrains("clinic_online_origins")
    def _check_clinic_online_origins(self):
        """What is named is an address of a site and nothing else: it becomes part of a header."""
        for branch in self:
            origins = branch._clinic_origins()
            for origin in origins:
                if not ORIGIN.fullmatch(origin):
                    raise ValidationError(
                        self.env._(
                            "“%s” is no address of a site. Write it like https://www.example.com, without a path, one "
                            "a line.",
                            origin,
                        )
                    )
            if len(origins) > MOST_ORIGINS:
                raise ValidationError(self.env._("At most %s other sites may show the pages.", MOST_ORIGINS))
