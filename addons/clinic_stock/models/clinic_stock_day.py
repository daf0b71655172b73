from odoo import api, fields, models
from odoo.exceptions import AccessError

# So many of each are listed; the rest is behind the heading.
LISTED = 6
EXPIRY_DAYS = 90


class ClinicStockDay(models.AbstractModel):
    """What the warehouse of a branch has to do today, the most urgent first; quantities in each item's own unit."""

    _name = "clinic.stock.day"
    _description = "Stock Today"

    @api.model
    def load(self):
        """Return the sections of the day of the current branch, ready for JSON; all moments are UTC.

        :raises AccessError: for those who don't keep the stock
        """
        if not self.env.user.has_group("clinic.group_warehouse"):
            raise AccessError(self.env._("The stock's day is for those who keep the stock."))
        return {"branch": self.env.company.name, "sections": self._prepare_sections()}

    @api.model
    def _prepare_sections(self):
        """Return the sections, each with key, title, count, rows, action and the text for none; others add theirs."""
        return [
            self._prepare_vials(),
            self._prepare_reorder(),
            self._prepare_expiring(),
            self._prepare_gaps(),
            self._prepare_receipts(),
        ]

    @api.model
    def _section(self, key, title, records, row, action, context, none):
        """Return a section; its ``action``, opened with ``context``, shows what is counted here."""
        return {
            "key": key,
            "title": title,
            "count": len(records),
            "rows": [row(record) for record in records[:LISTED]],
            "action": action,
            # Where several branches are chosen, the page shows this one's alone.
            "context": {"search_default_company_id": self.env.company.id, **context},
            "none": none,
        }

    # -- sections -----------------------------------------------------------------------------------------------------

    @api.model
    def _prepare_vials(self):
        vials = self.env["clinic.open.vial"].search([("is_due", "=", True), ("company_id", "=", self.env.company.id)])
        return self._section(
            "vials",
            self.env._("Open vials to discard"),
            vials,
            self._vial_row,
            "clinic_stock.clinic_open_vial_action",
            {"search_default_open": 1, "search_default_today": 1},
            self.env._("No vial runs out of time today."),
        )

    @api.model
    def _vial_row(self, vial):
        name = self.env._("%(vial)s, lot %(lot)s", vial=vial.name, lot=vial.lot_id.name or "")
        return {
            "id": vial.id,
            "model": vial._name,
            "name": vial.product_id.with_context(display_default_code=False).display_name,
            "detail": ", ".join(filter(None, [name, vial._blocked_text()])),
            "quantity": vial.remaining,
            "unit": vial.uom_id.name,
            "moment": fields.Datetime.to_string(vial.discard_after),
            "urgent": vial.is_over,
            "button": {"method": "action_discard", "text": self.env._("Discard")},
        }

    @api.model
    def _prepare_reorder(self):
        told = self.env["stock.warehouse.orderpoint"].search(
            [("clinic_told_at", "!=", False), ("company_id", "=", self.env.company.id)], order="clinic_told_at"
        )
        # What has been ordered meanwhile is closed by the next hourly run.
        rules = told.filtered(lambda rule: rule._clinic_is_below())
        return self._section(
            "reorder",
            self.env._("To reorder"),
            rules,
            self._rule_row,
            "stock.action_orderpoint_replenish",
            {},
            self.env._("Nothing is below its threshold."),
        )

    @api.model
    def _rule_row(self, rule):
        # Without a vendor there is nobody to order from; the row leads to where one is entered.
        orderable = bool(rule.rule_ids) and rule.product_uom.compare(rule.qty_to_order, 0) > 0
        return {
            "id": rule.id,
            "model": rule._name,
            "name": rule.product_id.with_context(display_default_code=False).display_name,
            "least": rule.product_min_qty,
            "quantity": rule.qty_forecast,
            "unit": rule.product_uom_name,
            "urgent": rule.qty_forecast <= 0,
            "button": orderable and {"method": "action_replenish", "text": self.env._("Order")},
        }

    @api.model
    def _prepare_expiring(self):
        groups = self.env["stock.quant"]._read_group(
            [
                ("product_id.clinic_item", "=", True),
                ("company_id", "=", self.env.company.id),
                ("location_id.usage", "=", "internal"),
                ("quantity", ">", 0),
                ("lot_id.clinic_days_left", "<=", EXPIRY_DAYS),
            ],
            ["lot_id"],
            ["quantity:sum"],
        )
        there = sorted(((lot, quantity) for lot, quantity in groups), key=lambda pair: pair[0].clinic_expiry_day)
        return self._section(
            "expiring",
            self.env._("Expired, or expiring within %s days", EXPIRY_DAYS),
            there,
            self._lot_row,
            "clinic_stock.clinic_expiring_action",
            {"search_default_expired_or_90": 1},
            self.env._("Nothing on hand expires soon."),
        )

    @api.model
    def _lot_row(self, pair):
        lot, quantity = pair
        return {
            "id": lot.id,
            "model": lot._name,
            "name": lot.product_id.with_context(display_default_code=False).display_name,
            "detail": self.env._("lot %s", lot.name),
            "quantity": lot.product_id.uom_id.round(quantity),
            "unit": lot.product_id.uom_id.name,
            "day": fields.Date.to_string(lot.clinic_expiry_day),
            "urgent": bool(lot._clinic_expired()),
        }

    @api.model
    def _prepare_gaps(self):
        """What does not agree in the months that are to be closed now."""
        gaps = self.env["clinic.discrepancy"].search(
            [("explained", "=", False), ("company_id", "=", self.env.company.id), ("is_current", "=", True)]
        )
        return self._section(
            "gaps",
            self.env._("Not explained"),
            gaps,
            self._gap_row,
            "clinic_stock.clinic_discrepancy_action",
            {"search_default_open": 1, "search_default_current": 1},
            self.env._("Every unit is explained."),
        )

    @api.model
    def _gap_row(self, gap):
        labels = dict(gap._fields["kind"]._description_selection(self.env))
        return {
            "id": gap.id,
            "model": gap._name,
            "name": gap.product_id.with_context(display_default_code=False).display_name,
            "detail": f"{labels[gap.kind]} · {gap.reference}",
            # A count is read as its difference: below zero for what is missing.
            "quantity": -gap.quantity if gap.kind == "count" else gap.quantity,
            "is_difference": gap.kind == "count",
            "unit": gap.uom_id.name,
            "moment": fields.Datetime.to_string(gap.date),
            "urgent": False,
            "button": {"method": "action_mend", "text": self.env._("Mend")},
        }

    @api.model
    def _prepare_receipts(self):
        pickings = self.env["clinic.stock.transfer"]._receipts()
        return self._section(
            "receipts",
            self.env._("To receive"),
            pickings,
            self._picking_row,
            "stock.action_picking_tree_incoming",
            {"search_default_available": 1},
            self.env._("No delivery is on its way."),
        )

    @api.model
    def _picking_row(self, picking):
        return {
            "id": picking.id,
            "model": picking._name,
            "name": picking.name,
            "detail": picking.partner_id.display_name or picking.origin or "",
            "moment": fields.Datetime.to_string(picking.scheduled_date),
            "urgent": picking.scheduled_date < fields.Datetime.now(),
            "open": {"action": "clinic_stock.clinic_stock_scan_action", "context": {"clinic_receive": picking.id}},
        }
