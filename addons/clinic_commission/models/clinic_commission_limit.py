from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ClinicCommissionLimit(models.Model):
    """What a practitioner earns in a month at least, or at most, in one branch, no matter what the rules give."""

    _name = "clinic.commission.limit"
    _description = "Guarantee or Cap"
    _order = "practitioner_id, date_from, id"
    _rec_name = "practitioner_id"

    practitioner_id = fields.Many2one("clinic.practitioner", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(
        "res.company", string="Branch", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    minimum = fields.Monetary(string="Guaranteed", help="A month's commissions are made up to this; 0: no guarantee.")
    maximum = fields.Monetary(string="At Most", help="A month's commissions are cut to this; 0: no cap.")
    date_from = fields.Date(
        string="Valid From",
        default=lambda self: self.env.company._clinic_today().replace(day=1),
        help="Counts for each month that begins on this day or later; empty: for all months that are not settled.",
    )
    date_to = fields.Date(string="Valid To", help="Counts for each month that begins by this day.")

    _not_negative = models.Constraint(
        "CHECK (COALESCE(minimum, 0) >= 0 AND COALESCE(maximum, 0) >= 0)",
        "A guarantee or cap cannot be below zero.",
    )
    _in_order = models.Constraint(
        "CHECK (COALESCE(maximum, 0) = 0 OR COALESCE(minimum, 0) <= maximum)",
        "The guarantee cannot be above the cap.",
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_from IS NULL OR date_to IS NULL OR date_to >= date_from)",
        "The last valid day cannot come before the first.",
    )
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (int4range(practitioner_id, practitioner_id, '[]') WITH =,"
        " int4range(company_id, company_id, '[]') WITH =, daterange(date_from, date_to, '[]') WITH &&)",
        "This practitioner has a guarantee or cap at that time already. End it before this one begins.",
    )

    @api.constrains("practitioner_id", "minimum", "maximum")
    def _check_says_something(self):
        """A row guarantees or caps something."""
        for limit in self:
            if not limit.minimum and not limit.maximum:
                raise ValidationError(
                    self.env._(
                        "Enter what %s earns in a month at least, or at most.", limit.practitioner_id.display_name
                    )
                )

    @api.model
    def _in_force(self, month, branches):
        """Return the guarantees and caps of the month that begins on the day ``month``."""
        return self.search(
            [
                ("company_id", "in", branches.ids),
                *("|", ("date_from", "=", False), ("date_from", "<=", month)),
                *("|", ("date_to", "=", False), ("date_to", ">=", month)),
            ]
        )

    def _terms_of(self, practitioner_id, branch_id, month):
        """Return {"minimum", "maximum"} of a practitioner's month in a branch, by those of these that count for it."""
        own = self.filtered(
            lambda limit: (
                limit.practitioner_id.id == practitioner_id
                and limit.company_id.id == branch_id
                and (not limit.date_from or limit.date_from <= month)
                and (not limit.date_to or limit.date_to >= month)
            )
        )
        return {"minimum": own.minimum, "maximum": own.maximum}
