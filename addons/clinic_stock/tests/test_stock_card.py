from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.tests import tagged

from odoo.addons.clinic.tests.common import ClinicCommon

from .card_common import CardMixin, Teller


@tagged("post_install", "-at_install")
class TestStockCard(CardMixin, ClinicCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_card()

    def test_a_card_as_written_by_hand(self):
        self.assertEqual(self.shown(self.tell()), self.written())

    def test_each_branch_has_its_own_card(self):
        self.tell()
        self.assertEqual(self.shown(self.tell(self.OTHER_STORY, self.other_branch)), self.written(self.OTHER_STORY))
        self.assertEqual(self.shown(self.card()), self.written())
        both = self.card(branch=self.branch + self.other_branch)
        here = both.filtered(lambda row: row.company_id == self.branch)
        self.assertEqual((self.shown(here), self.shown(both - here)), (self.written(), self.written(self.OTHER_STORY)))
        self.assertEqual(self.card(branch=self.branch + self.other_branch, user=self.users["warehouse"]), here)

    def test_documents_are_those_that_the_warehouse_knows(self):
        rows = self.tell()
        visit = self.procedure.visit_id
        documents = dict(zip((event for event, _arguments, _row in self.STORY), rows.mapped("document"), strict=True))
        self.assertRegex(documents["receive"], r"/IN/\d+$")
        self.assertRegex(documents["supply"], r"/INT/\d+$")
        self.assertRegex(documents["give_back"], r"/OUT/\d+$")
        self.assertRegex(documents["throw"], r"^SP/\d+$")
        self.assertIn("Product Quantity Updated", documents["count"])
        self.assertEqual((documents["use"], documents["undo"]), (visit.name, visit.name))
        used = rows.filtered(lambda row: row.document == visit.name)
        self.assertEqual(set(used.mapped("kind")), {"visit", "return"})
        for row in used:
            self.assertEqual((row.visit_id, row.patient_id), (visit, self.patient))
        self.assertFalse((rows - used).patient_id)

    def test_units_and_places(self):
        row = self.tell(self.STORY[:1])
        self.assertEqual((row.uom_id, row.location_id), (self.unit_u, self.suppliers))
        self.assertEqual(row.location_dest_id, self.store)

    def test_who_did_it_is_neither_who_prepared_it_nor_who_touched_it_later(self):
        teller = Teller(self, self.branch)
        receipt = self.env["stock.picking"].create(
            {
                "picking_type_id": teller.warehouse.in_type_id.id,
                "location_id": self.suppliers.id,
                "location_dest_id": self.store.id,
                "move_ids": [
                    Command.create(self._prepare_stock_move(self.filler, 5, self.lots["A"], self.suppliers, self.store))
                ],
            }
        )
        receipt.with_user(self.users["warehouse"]).button_validate()
        teller.supply("A", 0.05)
        teller.use("A", 1)
        self.lots["A"].with_user(self.users["manager"]).sudo().expiration_date += timedelta(days=1)
        self.env.flush_all()
        done_by = {row.kind: row.user_id for row in self.card()}
        self.assertEqual(done_by["receipt"], self.users["warehouse"])
        self.assertEqual(done_by["visit"], self.users["practitioner"])

    def test_what_was_done_before_this_addon_shows_who_created_it(self):
        row = self.tell(self.STORY[:1])
        self.env.cr.execute("UPDATE stock_move_line SET clinic_user_id = NULL WHERE id = %s", [row.id])
        row = self.card()
        self.assertEqual(row.user_id, self.env.user)

    def test_kinds_of_what_is_sold(self):
        shop = self._create_item("Sunscreen", self.unit_u, tracking="none", clinic_item=False)
        customers = self.env.ref("stock.stock_location_customers")
        none = self.env["stock.lot"]
        production = self.env["stock.location"].create({"name": "Mixing", "usage": "production"})
        journeys = [
            (self.suppliers, self.store, "receipt"),
            (self.store, customers, "delivery"),
            (customers, self.store, "return"),
            (self.store, self.suppliers, "return"),
            (production, self.store, "other"),
        ]
        for source, target, _kind in journeys:
            self._move(shop, 3, none, source, target)
        rows = self.env["clinic.stock.card"].search([("product_id", "=", shop.id)], order="id")
        self.assertEqual(rows.mapped("kind"), [kind for _source, _target, kind in journeys])
        self.assertEqual(rows.mapped("balance"), [3, 0, 3, 0, 3])
        self.assertEqual(rows.mapped("lot_balance"), [0] * 5)

    def test_a_relocated_quant_is_a_transfer(self):
        self.tell(self.STORY[:1])
        quant = self.env["stock.quant"].search(
            [("product_id", "=", self.filler.id), ("location_id", "=", self.store.id)]
        )
        quant.move_quants(self.location)
        self.assertEqual(self.shown(self.card())[-1], ("transfer", "A", 0, 0, 200, 200, 200))

    def test_a_place_of_no_branch_is_outside(self):
        shared = self.env["stock.location"].create({"name": "Shared", "usage": "internal", "company_id": False})
        teller = Teller(self, self.branch)
        teller.receive("A", 1)
        teller._move("A", 30, self.store, shared)
        teller._move("A", 20, shared, self.transit)
        self.assertEqual(self.shown(self.card())[1:], [("transfer", "A", 0, 30, 0, 70, 70)])
        self.assertEqual(self.env["clinic.stock.card"].balance_at(self.filler, fields.Datetime.now()), 70)

    def test_what_is_not_on_a_card(self):
        teller = Teller(self, self.branch)
        teller.receive("A", 1)
        customers = self.env.ref("stock.stock_location_customers")
        cotton = self._create_item("Cotton", self.unit_u, tracking="none", clinic_item=False)
        cotton.is_storable = False
        self._move(cotton, 3, self.env["stock.lot"], self.suppliers, self.store)
        sunscreen = self._create_item("Sunscreen", self.unit_u, tracking="none", clinic_item=False)
        self._move(sunscreen, 3, self.env["stock.lot"], self.suppliers, customers)
        waiting = self._prepare_stock_move(self.filler, 3, self.lots["A"], self.suppliers, self.store)
        self.env["stock.move"].create(waiting)
        rows = self.env["clinic.stock.card"].search([("product_id", "in", (cotton | sunscreen | self.filler).ids)])
        self.assertEqual(rows.mapped("quantity_in"), [100])

    def test_a_new_item_has_an_empty_card(self):
        self.assertFalse(self.card())
        self.assertFalse(self.card()._balances("product_id"))
        action = self.filler.product_tmpl_id.action_open_stock_card()
        self.assertFalse(self.env[action["res_model"]].search(action["domain"]))

    def test_the_buttons_open_the_card_of_what_they_stand_on(self):
        self.tell()
        rows = self.env["clinic.stock.card"]
        of_product = rows.search(self.filler.action_open_stock_card()["domain"], order="date, id")
        self.assertEqual(self.shown(of_product), self.written())
        template = self.filler.product_tmpl_id
        self.assertEqual(rows.search(template.action_open_stock_card()["domain"]), of_product.sorted(reverse=False))
        of_lot = rows.search(self.lots["B"].action_open_stock_card()["domain"], order="date, id")
        self.assertEqual(self.shown(of_lot), [row for row in self.written() if row[1] == "B"])

    def test_a_row_opens_its_document(self):
        rows = self.tell()
        manager, warehouse = self.users["manager"], self.users["warehouse"]
        for kind, user, model in (
            ("receipt", warehouse, "stock.picking"),
            ("scrap", warehouse, "stock.scrap"),
            ("count", warehouse, "stock.move"),
            ("visit", warehouse, "stock.move"),
            ("visit", manager, "clinic.visit"),
            ("receipt", self.users["accountant"], "stock.picking"),
            ("scrap", self.users["accountant"], "stock.move"),
        ):
            with self.subTest(kind=kind, user=user.login):
                row = rows.filtered(lambda row, kind=kind: row.kind == kind)[:1].with_user(user)
                self.assertEqual(row.action_open_document()["res_model"], model)

    def test_what_came_and_went_has_its_value(self):
        rows = self.tell()
        self.assertEqual([row.value for row in rows[:5]], [20000, 10000, 0, 0, -1250])

    def test_several_lots_of_one_move_share_its_value(self):
        values = self._prepare_stock_move(self.filler, 30, self.lots["A"], self.suppliers, self.store)
        [(_command, _id, line)] = values["move_line_ids"]
        values["move_line_ids"].append(Command.create({**line, "lot_id": self.lots["B"].id, "quantity": 10}))
        move = self.env["stock.move"].create({**values, "product_uom_qty": 40})
        move._action_done()
        self.env.flush_all()
        self.assertEqual(self.card().mapped("quantity_in"), [30, 10])
        self.assertAlmostEqual(sum(self.card().mapped("value")), move.value)

    def test_the_months_add_up(self):
        with freeze_time(fields.Datetime.now() - timedelta(days=80)):
            Teller(self, self.branch).receive("A", 1)
        self.tell()
        groups = self.env["clinic.stock.card"].formatted_read_group(
            [("product_id", "=", self.filler.id)],
            ["product_id", "date:month"],
            ["quantity_in:sum", "quantity_out:sum", "quantity:sum"],
        )
        self.assertEqual(groups[0]["quantity_in:sum"], 100)
        self.assertEqual(sum(group["quantity:sum"] for group in groups), 351)
        self.assertEqual(sum(group["quantity_out:sum"] for group in groups), 64.5)
