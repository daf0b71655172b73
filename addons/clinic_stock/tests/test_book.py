from datetime import date

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.clinic.tests.common import ClinicCommon

from .. import book
from .common import StockMixin

# What is free for Odoo to write after a move was done.
FREE = {
    "stock_move": {
        *("id", "create_uid", "create_date", "write_uid", "write_date", "sequence", "priority", "picked", "additional"),
        *("product_qty", "product_uom_qty", "packaging_uom_id", "packaging_uom_qty", "procure_method", "rule_id"),
        *("propagate_cancel", "date_deadline", "delay_alert_date", "reservation_date", "description_picking_manual"),
        *("next_serial", "next_serial_count", "location_final_id", "partner_id", "picking_type_id", "warehouse_id"),
        *("restrict_partner_id", "orderpoint_id", "price_unit", "value", "account_move_id", "to_refund"),
        *("is_in", "is_out", "is_dropship", "weight"),
    },
    "stock_move_line": {
        *("id", "create_uid", "create_date", "write_uid", "write_date", "picked", "lot_name", "package_history_id"),
        *("is_entire_pack", "expiration_date", "removal_date"),
    },
}
REFUSALS = {"odoo.exceptions.UserError", "odoo.exceptions.ValidationError", "odoo.exceptions.AccessError"}


@tagged("post_install", "-at_install")
class TestBook(StockMixin, ClinicCommon, HttpCase):
    """What was done of clinic items stays, no matter who asks and whichever way."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_stock()
        cls.procedure = cls._treat(cls.book(start=cls._at(10, days=1), practitioner=cls.doctor))
        cls.consumption = cls.procedure.consume(cls.toxin, 5, lot=cls.lot_late)
        cls.used = cls.consumption.move_id
        cls.shelf = cls.env["stock.location"].create(
            {"name": "Shelf", "usage": "internal", "location_id": cls.store.id, "company_id": cls.branch.id}
        )
        cls.picking = cls._transfer(cls.location, cls.shelf)
        cls.moved = cls.picking.move_ids
        cls.scrap = cls._scrap(cls.toxin, 2, cls.lot_late)
        cls.draft = cls.env["stock.move"].create(
            cls._prepare_stock_move(cls.toxin, 3, cls.lot_late, cls.location, cls.shelf)
        )
        cls.draft._action_confirm(merge=False)
        cls.quant = cls.env["stock.quant"].search(
            [("location_id", "=", cls.location.id), ("lot_id", "=", cls.lot_late.id)]
        )
        cls._end_transaction()

    @classmethod
    def _transfer(cls, source, destination):
        picking = cls.env["stock.picking"].create(
            {
                "picking_type_id": cls.location.warehouse_id.int_type_id.id,
                "location_id": source.id,
                "location_dest_id": destination.id,
                "move_ids": [Command.create(cls._prepare_stock_move(cls.toxin, 4, cls.lot_late, source, destination))],
            }
        )
        picking.button_validate()
        return picking

    @classmethod
    def _end_transaction(cls):
        """Let what was done so far be of an earlier transaction; a whole test is one."""
        cls.env.flush_all()
        for table in book.MARKED:
            cls.env.cr.execute(
                SQL(
                    "UPDATE %(table)s SET %(mark)s = 'earlier' WHERE %(mark)s IS NOT NULL",
                    table=SQL.identifier(table),
                    mark=SQL.identifier(book.MARK),
                )
            )

    def _facts(self):
        """Return the whole book and what lies in stock, as the database has them."""
        self.env.flush_all()
        facts = {}
        for table, columns in book.CLOSED.items():
            names = SQL(", ").join(SQL.identifier(name) for name in columns if name in self._columns(table))
            facts[table] = self.env.execute_query(
                SQL("SELECT id, %s FROM %s WHERE state = 'done' ORDER BY id", names, SQL.identifier(table))
            )
        facts["stock_quant"] = self.env.execute_query(
            SQL("SELECT id, product_id, location_id, lot_id, quantity FROM stock_quant WHERE quantity <> 0 ORDER BY id")
        )
        facts["value"] = self.env.execute_query(SQL("SELECT id, value FROM stock_move WHERE state = 'done'"))
        return facts

    def _columns(self, table):
        rows = self.env.execute_query(
            SQL("SELECT column_name FROM information_schema.columns WHERE table_name = %s", table)
        )
        return {name for (name,) in rows}

    def _call(self, model, method, *args, **kwargs):
        """Return the name of the exception that the server answers with, or None."""
        params = {"model": model, "method": method, "args": list(args), "kwargs": kwargs}
        try:
            with mute_logger("odoo.http", "odoo.sql_db"):
                self.make_jsonrpc_request(f"/web/dataset/call_kw/{model}/{method}", params)
        except JsonRpcException as error:
            return str(error)
        return None

    def _attacks(self):
        """Return (model, method, args) of ways to change what was done, or what is there."""
        line, quant, picking, scrap = self.used.move_line_ids, self.quant, self.picking, self.scrap
        other = self.env["stock.lot"].search([("id", "=", self.lot_soon.id)])
        for vals in (
            {"date": "2020-01-01 00:00:00"},
            {"product_id": self.cream.id},
            {"state": "draft"},
            {"state": "cancel"},
            {"location_id": self.shelf.id},
            {"location_dest_id": self.store.id},
            {"origin": "V/2020/00001"},
            {"is_inventory": True},
            {"scrap_id": self.scrap.id},
            {"picking_id": self.picking.id},
            {"origin_returned_move_id": self.moved.id},
            {"move_line_ids": [Command.update(line.id, {"quantity": 1})]},
            {"move_line_ids": [Command.delete(line.id)]},
            {"lot_ids": [Command.set(other.ids)]},
        ):
            yield "stock.move", "write", [self.used.ids, vals]
        for move in (self.used, self.moved, self.scrap.move_ids):
            yield "stock.move", "write", [move.ids, {"quantity": 0}]
            yield "stock.move", "write", [move.ids, {"value": 1}]
            yield "stock.move", "unlink", [move.ids]
            yield "stock.move.line", "unlink", [move.move_line_ids.ids]
        for vals in (
            {"quantity": 1},
            {"lot_id": other.id},
            {"date": "2020-01-01 00:00:00"},
            {"state": "draft"},
            {"location_id": self.shelf.id},
            {"location_dest_id": self.store.id},
            {"move_id": self.moved.id},
            {"product_uom_id": self.vial.id},
            {"owner_id": self.env.user.partner_id.id},
            {"clinic_user_id": self.users["manager"].id},
        ):
            yield "stock.move.line", "write", [line.ids, vals]
        yield "stock.move", "write", [self.draft.ids, {"state": "done"}]
        yield "stock.move.line", "write", [self.draft.move_line_ids.ids, {"state": "done"}]
        yield "stock.move.line", "write", [self.draft.move_line_ids.ids, {"move_id": self.moved.id}]
        values = self._prepare_stock_move(self.toxin, 1, self.lot_late, self.location, self.shelf)
        yield "stock.move", "create", [[{**values, "state": "done"}]]
        yield "stock.move", "create", [[{**values, "picking_id": picking.id}]]
        added = {**values["move_line_ids"][0][2], "picking_id": picking.id}
        yield "stock.move.line", "create", [[{**added, "move_id": self.moved.id}]]
        yield "stock.move.line", "create", [[added]]
        yield "stock.picking", "write", [picking.ids, {"move_ids": [Command.create(values)]}]
        for vals in (
            {"date_done": "2020-01-01 00:00:00"},
            {"name": "X"},
            {"origin": "X"},
            {"state": "draft"},
            {"partner_id": self.env.user.partner_id.id},
            {"location_dest_id": self.store.id},
            {"move_ids": [Command.update(self.moved.id, {"quantity": 0})]},
        ):
            yield "stock.picking", "write", [picking.ids, vals]
        yield "stock.picking", "action_cancel", [picking.ids]
        yield "stock.picking", "unlink", [picking.ids]
        for vals in (
            {"state": "draft"},
            {"scrap_qty": 1},
            {"lot_id": other.id},
            {"scrap_reason_tag_ids": [Command.clear()]},
            {"clinic_witness_id": self.users["manager"].id},
            {"date_done": "2020-01-01 00:00:00"},
        ):
            yield "stock.scrap", "write", [scrap.ids, vals]
        yield "stock.scrap", "unlink", [scrap.ids]
        yield "stock.scrap", "do_scrap", [scrap.ids]
        for vals in (
            {"quantity": quant.quantity - 3},
            {"reserved_quantity": 50},
            {"in_date": "2020-01-01 00:00:00"},
            {"lot_id": other.id},
            {"location_id": self.shelf.id},
            {"owner_id": self.env.user.partner_id.id},
        ):
            yield "stock.quant", "write", [quant.ids, vals]
        place = {"product_id": self.toxin.id, "location_id": self.location.id, "lot_id": self.lot_soon.id}
        yield "stock.quant", "create", [[{**place, "quantity": 5}]]
        yield "stock.quant", "action_apply_inventory", [quant.ids, "2020-01-01 00:00:00"]

    def test_what_is_done_stays_over_json_rpc(self):
        facts, tries = self._facts(), 0
        for role in ("warehouse", "manager"):
            self.authenticate(f"test_{role}", f"test_{role}")
            for model, method, args in self._attacks():
                for context in ({}, {"inventory_mode": True}) if model == "stock.quant" else ({},):
                    with self.subTest(role=role, model=model, method=method, args=args, context=context):
                        self.assertIn(self._call(model, method, *args, context=context), REFUSALS)
                        tries += 1
            self.env.invalidate_all()
            self.assertEqual(self._facts(), facts)
        self.assertGreater(tries, 140)

    def test_an_unlocked_transfer_stays_as_it_was_done(self):
        self.authenticate("test_warehouse", "test_warehouse")
        facts = self._facts()
        self._call("stock.picking", "action_toggle_is_locked", self.picking.ids)
        self.assertFalse(self.picking.is_locked)
        changes = [Command.update(self.moved.id, {"quantity": 1})]
        self.assertIn(self._call("stock.picking", "write", self.picking.ids, {"move_ids": changes}), REFUSALS)
        self.env.invalidate_all()
        self.assertEqual(self._facts(), facts)

    def test_a_moved_lot_is_corrected_by_right_with_a_reason(self):
        lot = self.lot_late
        before = lot.clinic_expiry_day
        facts = ({"expiration_date": "2099-01-01"}, {"expiration_date": False}, {"name": "X"}, {"product_id": 1})
        for role in ("warehouse", "manager"):
            self.authenticate(f"test_{role}", f"test_{role}")
            for vals in (*facts, {"clinic_expiry_day": "2099-01-01"}, {"clinic_blocked": True}):
                with self.subTest(role=role, vals=vals):
                    self.assertIn(self._call("stock.lot", "write", lot.ids, vals), REFUSALS)
        self.authenticate("test_warehouse", "test_warehouse")
        for context in ({}, {"disable_auto_revaluation": True}):
            answer = self._call("stock.lot", "write", lot.ids, {"standard_price": 1}, context=context)
            self.assertEqual(answer, "odoo.exceptions.AccessError")
        self.assertEqual(
            self._call("stock.lot", "clinic_correct", lot.ids, "X", "2099-01-01", "because"),
            "odoo.exceptions.AccessError",
        )
        lot.invalidate_recordset()
        self.assertEqual((lot.name, lot.clinic_expiry_day), ("LATE", before))
        self.authenticate("test_manager", "test_manager")
        self.assertIn(self._call("stock.lot", "clinic_correct", lot.ids, "LATE", "2031-05-04", " "), REFUSALS)
        self.assertIsNone(self._call("stock.lot", "clinic_correct", lot.ids, "LATE", "2031-05-04", "typing error"))
        self.env.invalidate_all()
        self.assertEqual(lot.clinic_expiry_day, date(2031, 5, 4))
        log = self.env["clinic.lot.correction"].search([("lot_id", "=", lot.id)])
        self.assertEqual(lot.clinic_correction_count, 1)
        self.assertEqual((log.old_expiry, log.new_expiry, log.reason), (before, date(2031, 5, 4), "typing error"))
        self.assertEqual(log.user_id, self.users["manager"])
        for method, args in (("write", [log.ids, {"reason": "x"}]), ("unlink", [log.ids]), ("create", [{}])):
            self.assertIn(self._call("clinic.lot.correction", method, *args), REFUSALS)

    def test_a_lot_that_was_not_moved_is_entered_freely(self):
        lot = (
            self.env["stock.lot"]
            .with_user(self.users["warehouse"])
            .create({"name": "NEW", "product_id": self.toxin.id, "expiration_date": "2031-01-01"})
        )
        lot.write({"expiration_date": "2031-02-02", "name": "NEWER"})
        self.assertEqual((lot.name, lot.clinic_expiry_day), ("NEWER", date(2031, 2, 2)))
        # What a form sends back unchanged is no change.
        self.lot_late.with_user(self.users["warehouse"]).write({"name": "LATE"})

    def test_the_words_say_what_to_do(self):
        with self.assertRaisesRegex(UserError, "return the goods from the transfer"), self.env.cr.savepoint():
            self.moved.write({"state": "done", "value": 3})

    def test_a_return_a_count_and_taking_back_are_the_ways(self):
        wizard = self.env["stock.return.picking"].with_context(active_id=self.picking.id, active_model="stock.picking")
        back = wizard.create({})
        back.product_return_moves.quantity = 4
        returned = self.env["stock.picking"].browse(back.action_create_returns()["res_id"])
        returned.button_validate()
        self.assertEqual(returned.state, "done")
        self.consumption.action_undo()
        self.assertEqual(self._on_hand(self.toxin, self.lot_late), 98)
        self._count(self.toxin, 95, self.lot_late)
        self.assertEqual(self._on_hand(self.toxin, self.lot_late), 95)
        gap = self.env["clinic.discrepancy"].search([("kind", "=", "count"), ("lot_id", "=", self.lot_late.id)])
        self.assertEqual(gap.quantity, 3)

    def test_the_database_refuses_below_the_orm(self):
        line = self.used.move_line_ids
        for query in (
            SQL("UPDATE stock_move SET quantity = 0 WHERE id = %s", self.used.id),
            SQL("UPDATE stock_move SET clinic_visit_id = NULL WHERE id = %s", self.used.id),
            SQL("UPDATE stock_move SET clinic_done_in = NULL WHERE id = %s", self.used.id),
            SQL("UPDATE stock_move_line SET lot_id = %s WHERE id = %s", self.lot_soon.id, line.id),
            SQL("DELETE FROM stock_move_line WHERE id = %s", line.id),
            SQL("DELETE FROM stock_move WHERE id = %s", self.used.id),
        ):
            with self.subTest(query=query), mute_logger("odoo.sql_db"), self.assertRaisesRegex(Exception, "stock book"):
                with self.env.cr.savepoint():
                    self.env.cr.execute(query)

    def test_what_was_done_stays_when_the_item_is_one_no_more(self):
        self.toxin.product_tmpl_id.write({"clinic_billable": False, "clinic_item": False})
        with mute_logger("odoo.sql_db"), self.assertRaisesRegex(Exception, "stock book"), self.env.cr.savepoint():
            self.used.write({"origin": "X"})
            self.env.flush_all()

    def test_savepoints_belong_to_their_transaction(self):
        with self.env.cr.savepoint():
            with self.env.cr.savepoint():
                move = self._move(self.toxin, 1, self.lot_late, self.location, self.shelf)
                self.env.flush_all()
            move.origin = "within"
            self.env.flush_all()
        move.origin = "after"
        self.env.flush_all()
        self._end_transaction()
        with mute_logger("odoo.sql_db"), self.assertRaisesRegex(Exception, "stock book"), self.env.cr.savepoint():
            move.origin = "later"
            self.env.flush_all()

    def test_odoo_values_and_chains_what_was_done(self):
        receipt = self._move(
            self.toxin, 10, self.lot_late, self.env.ref("stock.stock_location_suppliers"), self.location
        )
        self._end_transaction()
        self.env["product.value"].create({"move_id": receipt.id, "value": 1234})
        self.assertEqual(receipt.value, 1234)
        receipt.picked = True
        self.env.flush_all()

    def test_what_is_not_a_clinic_item_is_odoos(self):
        pens = self._create_item("Pens", self.env.ref("uom.product_uom_unit"), tracking="none", clinic_item=False)
        self.env["stock.quant"]._update_available_quantity(pens, self.location, 10)
        move = self._move(pens, 4, None, self.location, self.shelf)
        self._end_transaction()
        move.quantity = 3
        self.env.flush_all()
        self.assertEqual(self._on_hand(pens), 7)

    def test_each_column_is_closed_or_free(self):
        for table, free in FREE.items():
            self.assertFalse(self._columns(table) - set(book.CLOSED[table]) - free, table)
