from datetime import datetime, time, timedelta

from pytz import utc

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from .clinic_expiry_notice import THRESHOLDS


class StockLot(models.Model):
    """Until when a lot of a clinic item may be used: to the end of the day that is printed on it.

    The day is the fact. Odoo's moment, from which its own dates and filters follow, is the end of that day in the
    branch where it was entered, whatever time somebody, an import or a default gave it.
    """

    _inherit = "stock.lot"

    clinic_expiry_day = fields.Date(
        string="Expires On",
        compute="_compute_clinic_expiry_day",
        store=True,
        index="btree_not_null",
        help="It may be used until the end of this day.",
    )
    clinic_days_left = fields.Integer(
        string="Days to Expiry",
        compute="_compute_clinic_days_left",
        search="_search_clinic_days_left",
        help="0 on its last day, below zero once it has expired.",
    )

    # -- the day ------------------------------------------------------------------------------------------------------

    @api.depends("expiration_date")
    def _compute_clinic_expiry_day(self):
        for lot in self:
            moment = lot.expiration_date
            lot.clinic_expiry_day = moment and lot._clinic_branch()._clinic_local(moment).date()

    def _clinic_branch(self):
        """Return the branch in whose zone the day of this lot was entered: the current one, where lots are shared."""
        return self.company_id or self.env.company

    @api.model
    def _clinic_day_end(self, day, branch=None):
        """Return the last second of ``day`` in ``branch``, by default the current one, in naive UTC."""
        zone = (branch or self.env.company)._clinic_timezone()
        return zone.localize(datetime.combine(day, time(23, 59, 59))).astimezone(utc).replace(tzinfo=None)

    def _compute_expiration_date(self):
        """Propose the end of the day on which the item's shelf life is over; where nobody knows that, nothing."""
        items = self.filtered("product_id.clinic_item")
        super(StockLot, self - items)._compute_expiration_date()
        for lot in items:
            days = lot.product_id.use_expiration_date and lot.product_id.expiration_time
            branch = lot._clinic_branch()
            today = branch._clinic_today()
            lot.expiration_date = self._clinic_day_end(today + timedelta(days=days), branch) if days else False

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._prepare_expiry(vals) for vals in vals_list])

    @api.model
    def _prepare_expiry(self, vals):
        """Return ``vals`` of a new lot, which expires at the end of the day that was given."""
        if not vals.get("expiration_date"):
            return vals
        product = self.env["product.product"].browse(
            vals.get("product_id") or self.env.context.get("default_product_id")
        )
        # What kind of item it is decides the rule, no matter who enters the lot.
        if not product.sudo().clinic_item:
            return vals
        branch = self.env["res.company"].browse(vals.get("company_id") or ()) or self.env.company
        return {**vals, "expiration_date": self._clinic_last_moment(vals["expiration_date"], branch)}

    @api.model
    def _clinic_last_moment(self, value, branch):
        """Return the end of the day of ``value``, a datetime or its text, in ``branch``."""
        return self._clinic_day_end(branch._clinic_local(fields.Datetime.to_datetime(value)).date(), branch)

    def write(self, vals):
        if not vals.get("expiration_date"):
            return super().write(vals)
        items = self.filtered("product_id.clinic_item")
        for branch, lots in items.grouped(lambda lot: lot._clinic_branch()).items():
            last = self._clinic_last_moment(vals["expiration_date"], branch)
            super(StockLot, lots).write({**vals, "expiration_date": last})
        return super(StockLot, self - items).write(vals) if self != items else True

    # -- what has expired ---------------------------------------------------------------------------------------------

    def _clinic_expired(self):
        """Return those of these lots whose day of expiry is over in the current branch."""
        today = self.env.company._clinic_today()
        return self.filtered(lambda lot: lot.clinic_expiry_day and lot.clinic_expiry_day < today)

    @api.depends("clinic_expiry_day")
    @api.depends_context("company")
    def _compute_clinic_days_left(self):
        today = self.env.company._clinic_today()
        for lot in self:
            lot.clinic_days_left = (lot.clinic_expiry_day - today).days if lot.clinic_expiry_day else 0

    def _search_clinic_days_left(self, operator, value):
        if operator not in ("<", "<=", ">", ">=") or isinstance(value, bool) or not isinstance(value, int):
            return NotImplemented
        # Beyond any calendar nothing expires.
        days = max(min(value, 100_000), -100_000)
        day = self.env.company._clinic_today() + timedelta(days=days)
        return Domain("clinic_expiry_day", "!=", False) & Domain("clinic_expiry_day", operator, day)

    def _clinic_expiry_text(self):
        """Return the day on which this lot expires, as the user reads it."""
        self.ensure_one()
        return format_date(self.env, self.clinic_expiry_day)

    def _clinic_check_expiry_known(self):
        """Raise ``UserError`` when nobody has said until when one of these lots may be used."""
        for lot in self:
            if lot.product_id.clinic_item and lot.product_id.use_expiration_date and not lot.expiration_date:
                raise UserError(
                    self.env._(
                        "Enter the expiry date of lot %(lot)s of %(product)s, as it is printed on the package.",
                        lot=lot.name,
                        product=lot.product_id.display_name,
                    )
                )

    @api.model
    def _alert_date_exceeded(self):
        """Leave the lots of clinic items that expire soon to the expiry notices, which tell the branch's buyer.

        An alert that is set for an earlier day than those is still Odoo's own, to the product's responsible.
        """
        self.search(
            Domain("product_id.clinic_item", "=", True)
            & Domain("product_expiry_reminded", "=", False)
            & Domain("alert_date", "<=", fields.Datetime.now())
            & Domain("clinic_days_left", "<=", max(THRESHOLDS))
        ).product_expiry_reminded = True
        return super()._alert_date_exceeded()
