from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from odoo.addons.clinic_stock.tests.common import StockCommon
from odoo.addons.clinic_stock.tests.test_reorder import ReorderMixin


@tagged("post_install", "-at_install")
class TestReplenish(ReorderMixin, StockCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_reorder()
        cls.env["stock.lot"].search([("company_id", "in", [cls.branch.id, False])]).expiration_date = "2100-01-01"
        cls.warehouse = cls.users["warehouse"]
        cls.vendor = cls.env["res.partner"].create({"name": "Toxin Trading"})
        cls.toxin.seller_ids = [
            Command.create(
                {"partner_id": cls.vendor.id, "product_uom_id": cls.vial.id, "price": 9000, "delay": 5, "min_qty": 0}
            )
        ]

    def _order(self, rule, user=None):
        """Press "Order" in the Replenishment as the warehouse does, and return the purchase order's line."""
        rule.with_user(user or self.warehouse).action_replenish()
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["purchase.order.line"].search([("product_id", "=", rule.product_id.id)])

    def test_units_are_proposed_and_vials_are_ordered(self):
        # 130 U in good lots and 50 U in an expired one.
        rule = self._threshold(self.toxin, 300)
        self.assertEqual(rule.qty_forecast, 130)
        self.assertEqual(rule.qty_to_order, 200)
        line = self._order(rule)
        self.assertEqual((line.product_qty, line.product_uom_id), (2, self.vial))
        self.assertEqual((line.price_unit, line.order_id.partner_id), (9000, self.vendor))
        self.assertEqual(line.order_id.company_id, self.branch)
        self.assertEqual(rule.qty_forecast, 330)
        self.assertNotIn(rule, self.rules.search([("qty_to_order", ">", 0)]))
        self._run()
        self.assertEqual(rule.qty_to_order, 0)

    def test_a_lot_opens_for_who_may_not_read_purchases(self):
        for role in ("practitioner", "cosmetologist", "warehouse", "manager"):
            with self.subTest(role=role):
                lot = Form(self.lot_late.with_user(self.users[role]))
                self.assertEqual(lot.name, "LATE")

    def test_ordered_from_the_home_of_the_warehouse(self):
        rule = self._threshold(self.toxin, 300)
        self._run()
        [row] = self._day_rows("reorder")
        self.assertEqual((row["model"], row["id"]), (rule._name, rule.id))
        self.assertFalse(self._day_rows("orders"))
        getattr(rule.with_user(self.warehouse), row["button"]["method"])()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(self._day_rows("reorder"))
        [row] = self._day_rows("orders")
        order = self.env[row["model"]].browse(row["id"])
        self.assertEqual((order.order_line.product_id, row["detail"]), (self.toxin, "Toxin Trading"))
        order.with_user(self.warehouse).button_confirm()
        self.assertFalse(self._day_rows("orders"))
        self.assertEqual([row["id"] for row in self._day_rows("receipts")], order.picking_ids.ids)

    def test_without_a_vendor_there_is_no_button(self):
        self._threshold(self.gloves, 300)
        self._run()
        self.assertEqual([row["button"] for row in self._day_rows("reorder")], [False])

    def _day_rows(self, key):
        sections = self.env["clinic.stock.day"].with_user(self.warehouse).load()["sections"]
        return next(section["rows"] for section in sections if section["key"] == key)

    def test_a_vendor_is_all_it_takes(self):
        rule = self._threshold(self.toxin, 300)
        self.assertIn("buy", rule.rule_ids.mapped("action"))
        self.assertEqual(rule.effective_vendor_id, self.vendor)
        other = self.env["res.company"].create({"name": "Second Branch"})
        self.assertIn("buy", self._threshold(self.toxin, 300, other).rule_ids.mapped("action"))

    def test_an_order_on_its_way_is_not_told_of(self):
        rule = self._threshold(self.toxin, 200)
        self.assertEqual(len(self._run()), 1)
        line = self._order(rule)
        self.assertFalse(self._run())
        self.assertFalse(self._activities(self.toxin.product_tmpl_id).filtered("automated"))
        line.order_id.with_user(self.warehouse).button_confirm()
        self.assertFalse(self._run())
        self.assertEqual((rule.qty_on_hand, rule.qty_forecast), (180, 230))
        # The order falls through: the item is short again.
        line.order_id.button_cancel()
        self.assertEqual(len(self._run()), 1)

    def test_an_order_that_is_too_small_changes_nothing(self):
        rule = self._threshold(self.toxin, 500)
        self._run()
        told = rule.clinic_told_at
        line = self._order(rule)
        line.product_qty = 1
        self.assertFalse(self._run())
        self.assertEqual(rule.clinic_told_at, told)

    def test_a_branch_buys_for_itself(self):
        other = self.env["res.company"].create({"name": "Second Branch"})
        here, there = self._threshold(self.toxin, 300), self._threshold(self.toxin, 300, other)
        self._order(here)
        proposed = self.rules.search([("qty_to_order", ">", 0), ("product_id", "=", self.toxin.id)])
        self.assertEqual((proposed, there.qty_to_order), (there, 300))

    def test_the_warehouse_receives_lots_with_their_dates(self):
        rule = self._threshold(self.toxin, 300)
        order = self._order(rule).order_id.with_user(self.warehouse)
        order.button_confirm()
        receipt = order.picking_ids
        self.assertEqual(receipt.location_dest_id, self.store)
        expires = fields.Datetime.now().replace(microsecond=0) + timedelta(days=400)
        lots = [
            {
                "product_id": self.toxin.id,
                "lot_name": name,
                "expiration_date": expires,
                "quantity": 100,
                "product_uom_id": self.unit_u.id,
                "location_id": receipt.location_id.id,
                "location_dest_id": self.store.id,
            }
            for name in ("N1", "N2")
        ]
        receipt.move_ids.move_line_ids = [Command.clear(), *map(Command.create, lots)]
        receipt.button_validate()
        self.assertEqual(receipt.state, "done")
        received = self.env["stock.lot"].search([("name", "in", ("N1", "N2")), ("product_id", "=", self.toxin.id)])
        day = self.branch._clinic_local(expires).date()
        self.assertEqual(received.mapped("clinic_expiry_day"), [day, day])
        self.env.invalidate_all()
        self.assertEqual((rule.qty_on_hand, rule.qty_forecast), (380, 330))
        self.assertFalse(self._run())

    # -- rights -------------------------------------------------------------------------------------------------------

    def test_who_may_buy(self):
        expected = {
            "reception": False,
            "cosmetologist": False,
            "practitioner": False,
            "warehouse": True,
            "accountant": False,
            "manager": True,
        }
        for role, allowed in expected.items():
            with self.subTest(role=role):
                orders = self.env["purchase.order"].with_user(self.users[role])
                self.assertEqual(orders.has_access("create"), allowed)
        self.assertTrue(self.users["manager"].has_group("purchase.group_purchase_manager"))
        self.assertFalse(self.warehouse.has_group("purchase.group_purchase_manager"))

    def test_the_warehouse_orders_from_a_form_of_its_own(self):
        with Form(self.env["purchase.order"].with_user(self.warehouse)) as form:
            form.partner_id = self.vendor
            with form.order_line.new() as line:
                line.product_id = self.toxin
        order = form.record
        self.assertEqual(order.order_line.product_uom_id, self.vial)
        order.button_confirm()
        self.assertEqual(order.state, "purchase")

    def test_anyone_who_buys_sees_no_patients_invoice(self):
        self.env["account.journal"].create({"name": "Sales", "type": "sale", "code": "S", "company_id": self.branch.id})
        patient = self.patient.partner_id
        invoice = self.env["account.move"].create({"move_type": "out_invoice", "partner_id": patient.id})
        moves = self.env["account.move"].with_user(self.warehouse)
        self.assertFalse(moves.search([("id", "=", invoice.id)]))
        with self.assertRaises(AccessError):
            moves.browse(invoice.id).read(["partner_id"])
