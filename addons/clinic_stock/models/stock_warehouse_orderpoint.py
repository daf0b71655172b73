from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.fields import Domain

LONGEST_LEAD = 60
# In the context of what Odoo clears away by itself. An object, so that nobody can hand it over from outside.
KEEPING = object()


class StockWarehouseOrderpoint(models.Model):
    """The threshold below which a branch reorders an item.

    A clinic item counts wherever it lies in the branch: a rule on the store counts the treatment rooms, too, so that
    bringing some from the store into the rooms changes nothing. The buyer is told once of an item that falls below,
    and told again only after it has been above again.
    """

    _inherit = "stock.warehouse.orderpoint"

    clinic_told_at = fields.Datetime(
        string="Buyer Told",
        readonly=True,
        copy=False,
        help="When the buyer was told that the item is below its threshold; empty again once it is not.",
    )
    clinic_activity_id = fields.Many2one(
        "mail.activity", string="Buyer's Activity", readonly=True, copy=False, index="btree_not_null"
    )

    # -- what counts --------------------------------------------------------------------------------------------------

    def _clinic_is_store_rule(self):
        """Return whether this is the rule of a clinic item in a branch's store, the one that is bought for."""
        self.ensure_one()
        return self.product_id.clinic_item and self.location_id == self.warehouse_id.lot_stock_id

    def _get_product_context(self):
        context = super()._get_product_context()
        if self._clinic_is_store_rule():
            context.update(self._clinic_product_context())
        return context

    def _clinic_product_context(self):
        """Return the context in which the quantities of a clinic item are those that its branch can use."""
        # Where a branch keeps its goods is no secret; who asks may have no rights in the stock app.
        rooms = self.company_id.sudo().treatment_location_id
        context = {"clinic_usable_until": self._clinic_usable_until()}
        if rooms and self.warehouse_id == self.company_id._clinic_warehouse():
            context["location"] = [self.location_id.id, rooms.id]
        return context

    def _clinic_usable_until(self):
        """Return until when a lot must be good to count: it has to last until what is ordered today can be here."""
        # Where no vendor is known, Odoo counts on a year, and no vial would be good for long enough.
        days = min(self.lead_days, LONGEST_LEAD)
        return datetime.combine(self.company_id._clinic_today() + timedelta(days=days), time.max)

    def _clinic_is_below(self):
        """Return whether what is on hand or on its way in the branch is less than the threshold."""
        self.ensure_one()
        return self.product_uom.compare(self.qty_forecast, self.product_min_qty) < 0

    # -- thresholds are kept ------------------------------------------------------------------------------------------

    @api.autovacuum
    def _unlink_processed_orderpoints(self):
        removed = super(
            StockWarehouseOrderpoint, self.with_context(clinic_keep_thresholds=KEEPING)
        )._unlink_processed_orderpoints()
        return removed - removed.exists()

    def action_replenish(self, force_to_max=False):
        keeping = self.with_context(clinic_keep_thresholds=KEEPING)
        return super(StockWarehouseOrderpoint, keeping).action_replenish(force_to_max)

    def unlink(self):
        """Keep the thresholds where Odoo clears away the proposals it made itself.

        It takes each manual rule that the system created for such a proposal, and a threshold that came with imported
        data would be gone after the first order.
        """
        if self.env.context.get("clinic_keep_thresholds") is KEEPING:
            self = self.filtered(lambda rule: not (rule._clinic_is_store_rule() and rule.product_min_qty > 0))
        return super().unlink()

    # -- telling the buyer --------------------------------------------------------------------------------------------

    @api.model
    def _cron_tell_reorder(self):
        """Tell each buyer once of what fell below its threshold, and close what is above it again."""
        watched = self.search(self._clinic_watched_domain()).filtered(lambda rule: rule._clinic_is_store_rule())
        below = watched.filtered(lambda rule: rule._clinic_is_below())
        watched._clinic_refresh_proposals(below)
        told = self.with_context(active_test=False).search([("clinic_told_at", "!=", False)])
        (told - below)._clinic_forget()
        (below - told)._clinic_tell()

    @api.model
    def _clinic_watched_domain(self):
        """Return the domain of the rules whose item's buyer is told; one who snoozes a rule will be told later."""
        today = self.env.company._clinic_today()
        return (
            Domain("product_id.clinic_item", "=", True)
            & Domain("product_id.active", "=", True)
            & Domain("product_min_qty", ">", 0)
            & (Domain("snoozed_until", "=", False) | Domain("snoozed_until", "<=", today))
        )

    def _clinic_refresh_proposals(self, below):
        """Compute again what these rules propose where it contradicts ``below``: a lot expires without any move."""
        stale = self.filtered(lambda rule: bool(rule.qty_to_order_computed) != (rule in below))
        stale._compute_qty_to_order_computed()

    def _clinic_forget(self):
        """Close what was told: these rules are above their threshold again, or watched no more."""
        # Another run that does the same at this moment holds the others.
        rules = self.try_lock_for_update(allow_referencing=True)
        rules.clinic_activity_id.filtered("active").unlink()
        rules.write({"clinic_told_at": False, "clinic_activity_id": False})

    def _clinic_tell(self):
        """Tell the buyers of these rules' branches: an activity for each item, one mail for all of a buyer's."""
        # Another run that tells the same at this moment holds the others.
        rules = self.try_lock_for_update(allow_referencing=True)
        buyers = {company: company._clinic_buyer() for company in rules.company_id}
        for buyer, theirs in rules.grouped(lambda rule: buyers[rule.company_id]).items():
            if not buyer:
                continue
            theirs.clinic_told_at = fields.Datetime.now()
            for rule in theirs.with_context(lang=buyer.lang):
                rule._clinic_plan_reorder(buyer)
            theirs.with_context(lang=buyer.lang)._clinic_mail_reorder(buyer)

    def _clinic_plan_reorder(self, buyer):
        """Plan the activity of ``buyer`` on the product."""
        today = self.company_id._clinic_today()
        # The mail of this run tells the buyer of all of them; Odoo would send one for each.
        product = self.product_id.product_tmpl_id.with_context(mail_activity_quick_update=True)
        self.clinic_activity_id = product.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=today,
            summary=self.env._(
                "Reorder %(product)s for %(branch)s: %(forecast)s %(unit)s, below %(minimum)s %(unit)s",
                **self._clinic_reorder_values(),
            ),
            user_id=buyer.id,
        )

    def _clinic_mail_reorder(self, buyer):
        """Put one mail to ``buyer`` that lists these rules into the outbox."""
        buyer._clinic_mail(
            self.env._("Items to reorder: %s", len(self)),
            "clinic_stock.mail_reorder",
            {"lines": [rule._clinic_reorder_values() for rule in self]},
            company=self.company_id[:1],
            button=(self.env._("Open Replenishment"), "/odoo/replenishment"),
        )

    def _clinic_reorder_values(self):
        """Return what a buyer is told of this rule, as text: product, branch, quantities and unit."""
        self.ensure_one()
        quantities = {
            "on_hand": self.qty_on_hand,
            "forecast": self.qty_forecast,
            "minimum": self.product_min_qty,
            "to_order": self._get_qty_to_order(),
        }
        return {
            "product": self.product_id.display_name,
            "branch": self.company_id.name,
            "unit": self.product_uom.name,
            **{name: f"{self.product_uom.round(quantity):.15g}" for name, quantity in quantities.items()},
        }
