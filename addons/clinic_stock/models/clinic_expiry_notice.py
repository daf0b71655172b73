from odoo import api, fields, models
from odoo.tools import format_date

# The buyer is told of a lot when it has so many days left, once each.
THRESHOLDS = (90, 30)


class ClinicExpiryNotice(models.Model):
    """That the buyer of a branch was told of a lot on hand which expires soon: once for each threshold."""

    _name = "clinic.expiry.notice"
    _description = "Expiry Notice"
    _order = "expires_on, id"
    _rec_name = "lot_id"

    lot_id = fields.Many2one("stock.lot", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(
        "res.company", string="Branch", required=True, readonly=True, ondelete="cascade", index=True
    )
    # A date that is corrected makes another notice.
    expires_on = fields.Date(required=True, readonly=True)
    days = fields.Integer(string="Days Ahead", required=True, readonly=True, help="The threshold that was reached.")
    quantity = fields.Float(
        digits="Product Unit", readonly=True, help="What the branch had of it when the buyer was told."
    )
    user_id = fields.Many2one("res.users", string="Told", readonly=True)
    activity_id = fields.Many2one("mail.activity", string="Buyer's Activity", readonly=True, index="btree_not_null")

    _once = models.UniqueIndex("(lot_id, company_id, expires_on, days)", "The buyer was told of this lot already.")

    @api.model
    def _cron_tell_expiry(self):
        """Tell each buyer once for each threshold of the lots on hand that expire soon, and close what is settled."""
        expiring = self._expiring_stock()
        told = self._told_days(expiring)
        notices = self.create(
            [
                vals
                for vals in expiring.values()
                if vals["user_id"] and vals["days"] < told.get(self._key(vals), max(THRESHOLDS) + 1)
            ]
        )
        self._close_settled(expiring)
        for buyer, theirs in notices.grouped("user_id").items():
            theirs.with_context(lang=buyer.lang)._tell(buyer)

    @api.model
    def _expiring_stock(self):
        """Return {(company, lot): values of its notice} of the lots of clinic items on hand that expire soon."""
        buyers = {}
        expiring = {}
        # A day more, as the branches' days need not be the same.
        until = fields.Date.add(self.env.company._clinic_today(), days=max(THRESHOLDS) + 1)
        for company, lot, quantity in self._lots_on_hand(until):
            today = company._clinic_today()
            day = lot.clinic_expiry_day
            reached = [days for days in THRESHOLDS if (day - today).days <= days]
            if reached:
                buyer = buyers.setdefault(company, company._clinic_buyer())
                expiring[company, lot] = {
                    "lot_id": lot.id,
                    "company_id": company.id,
                    "expires_on": day,
                    "days": min(reached),
                    "quantity": quantity,
                    "user_id": buyer.id,
                }
        return expiring

    @api.model
    def _lots_on_hand(self, until):
        """Return (company, lot, quantity) of the clinic items on hand whose day of expiry is not after ``until``."""
        groups = self.env["stock.quant"]._read_group(
            [
                ("product_id.clinic_item", "=", True),
                ("location_id.usage", "=", "internal"),
                ("company_id", "!=", False),
                ("lot_id.clinic_expiry_day", "<=", until),
            ],
            ["company_id", "lot_id"],
            ["quantity:sum"],
        )
        return [group for group in groups if group[1].product_uom_id.compare(group[2], 0) > 0]

    @api.model
    def _key(self, vals):
        return vals["lot_id"], vals["company_id"], vals["expires_on"]

    @api.model
    def _told_days(self, expiring):
        """Return {(lot id, company id, day): the nearest threshold that was told of} for ``expiring``."""
        groups = self._read_group(
            [("lot_id", "in", [lot.id for _company, lot in expiring])],
            ["lot_id", "company_id", "expires_on:day"],
            ["days:min"],
        )
        return {(lot.id, company.id, day): days for lot, company, day, days in groups}

    @api.model
    def _close_settled(self, expiring):
        """Close the activities of what is no longer on hand, has another date, or is told of more urgently now."""
        current = {(*self._key(vals), vals["days"]) for vals in expiring.values()}
        opened = self.search([("activity_id", "!=", False)])
        settled = opened.filtered(lambda n: (n.lot_id.id, n.company_id.id, n.expires_on, n.days) not in current)
        settled.activity_id.filtered("active").unlink()

    def _tell(self, buyer):
        """Plan an activity on each of these lots and put one mail that lists them into the outbox."""
        lines = [notice._values_to_tell() for notice in self]
        for notice, values in zip(self, lines, strict=True):
            # The mail tells the buyer of all of them; Odoo would send one for each.
            lot = notice.lot_id.with_context(mail_activity_quick_update=True)
            notice.activity_id = lot.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=notice.expires_on,
                summary=self.env._(
                    "%(product)s, lot %(lot)s in %(branch)s: %(quantity)s %(unit)s, expires on %(day)s", **values
                ),
                user_id=buyer.id,
            )
        buyer._clinic_mail(
            self.env._("Lots that expire soon: %s", len(self)),
            "clinic_stock.mail_expiry",
            {"lines": lines},
            company=self.company_id[:1],
            button=(self.env._("Open the Stock"), "/odoo/treatment-room-stock"),
        )

    def _values_to_tell(self):
        """Return what the buyer is told of this lot, as text: product, lot, branch, quantity, unit and day."""
        self.ensure_one()
        lot, unit = self.lot_id, self.lot_id.product_uom_id
        return {
            "product": lot.product_id.display_name,
            "lot": lot.name,
            "branch": self.company_id.name,
            "quantity": f"{unit.round(self.quantity):.15g}",
            "unit": unit.name,
            "day": format_date(self.env, self.expires_on),
        }
