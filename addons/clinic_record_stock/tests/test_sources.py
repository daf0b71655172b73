from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_scan import ScanCommon


@tagged("post_install", "-at_install")
class TestSources(ScanCommon):
    """What the treatment screen says about where an item will be taken from is what happens."""

    def setUp(self):
        super().setUp()
        # The access log writes with a cursor of its own, which sees this test's data only so.
        self.registry_enter_test_mode()
        self.other = self.env["clinic.procedure"]

    def _load(self):
        cards = self.env["clinic.patient.card"].with_user(self.users["practitioner"])
        return cards.load_treatment(self.procedure.id)["kit"]

    def _toxin(self):
        return self._load()[0]

    def _told(self):
        return [(source["vial"], source["lot"], source["quantity"]) for source in self._toxin()["sources"]]

    def _draw_elsewhere(self, quantity, lot):
        """Let a colleague draw in another procedure, so that the kit stays as it is; return the vial."""
        if not self.other:
            self.other = self.start_visit(practitioner=self.cosmetologist)
        # However much more it is than the protocol expects.
        confirmed = {str(self.toxin.id): {"quantity": quantity}}
        self.other.with_context(clinic_confirmed=confirmed).consume(self.toxin, quantity, lot=lot)
        return self.env["clinic.open.vial"].search([("procedure_id", "=", self.other.id)], order="id desc", limit=1)

    def test_the_first_lot_to_expire(self):
        self.assertEqual(self._told(), [(None, "SOON", 30), (None, "LATE", 100)])
        self.assertEqual(self.procedure.item_ids[0].action_use().lot_id, self.lot_soon)

    def test_blocked_and_expired_lots_are_no_source(self):
        self.lot_soon.write({"clinic_block_reason": "Recalled", "clinic_blocked": True})
        self.assertEqual(self._told(), [(None, "LATE", 100)])

    def test_an_open_vial_comes_first(self):
        self._setup_vials()
        vial = self._draw_elsewhere(70, self.lot_late)
        self.assertEqual(self._told(), [(vial.name, "LATE", 30), (None, "SOON", 30)])
        self.assertEqual(self.procedure.item_ids[0].action_use().lot_id, self.lot_late)
        self.assertEqual(vial.remaining, 10)

    def test_the_sources_are_used_up_in_their_order(self):
        self._setup_vials()
        self._receive(self.toxin, 100, "LATER", 300)
        first = self._draw_elsewhere(95, self.lot_late)
        second = self._draw_elsewhere(25, self.lot_soon)
        told = self._told()
        self.assertEqual(told, [(first.name, "LATE", 5), (second.name, "SOON", 5), (None, "LATER", 100)])
        used = self.procedure.item_ids[0].action_use()
        self.assertEqual([(one.lot_id.name, one.quantity) for one in used], [("LATE", 5), ("SOON", 5), ("LATER", 10)])

    def test_a_vial_past_its_time_is_told_and_not_drawn_from(self):
        self._setup_vials(hours=2)
        vial = self._draw_elsewhere(20, self.lot_late)
        self.assertTrue(self._toxin()["sources"][0]["is_today"])
        self.env.invalidate_all()
        with freeze_time(fields.Datetime.now() + timedelta(hours=3)):
            over, sealed = self._toxin()["sources"]
            self.assertEqual((over["vial"], over["quantity"], over["is_over"]), (vial.name, 80, True))
            self.assertEqual((sealed["vial"], sealed["lot"]), (None, "SOON"))

    def test_concentration_and_expiry(self):
        self._setup_vials(hours=100)
        sealed = self._toxin()["sources"][1]
        self.assertEqual((sealed["dilution"], sealed["concentration"]), (2.5, 40))
        vial = self._draw_elsewhere(70, self.lot_late)
        vial.dilution = 5
        opened, soon = self._toxin()["sources"]
        self.assertEqual((opened["concentration"], opened["is_today"], opened["expires"]), (20, False, None))
        self.assertEqual(soon["expires"], fields.Date.to_string(self.lot_soon.clinic_expiry_day))
        self.assertFalse(soon["expires_today"])
        self.lot_soon.expiration_date = fields.Datetime.now() + timedelta(minutes=1)
        self.assertTrue(self._toxin()["sources"][1]["expires_today"])

    def test_an_item_in_another_unit_than_the_stock(self):
        draft = self.procedure.protocol_id.copy()
        draft.item_ids[0].write({"quantity": 0.5, "uom_id": self.vial.id})
        draft.action_publish()
        self.procedure = self.start_visit(practitioner=self.cosmetologist)
        toxin = self._toxin()
        self.assertEqual((toxin["quantity"], toxin["factor"], toxin["stock_uom"]), (0.5, 100, "U"))

    def test_what_lies_on_a_shelf_of_its_own_is_no_source(self):
        shelf = self.env["stock.location"].create({"name": "Shelf", "location_id": self.location.id})
        self.env["stock.quant"]._update_available_quantity(self.toxin, shelf, 70, lot_id=self.lot_soon)
        self.assertEqual(self._told(), [(None, "SOON", 30), (None, "LATE", 100)])
        with self.assertRaisesRegex(UserError, "Not enough"):
            self.procedure.consume(self.toxin, 31, lot=self.lot_soon)

    def test_nothing_there_is_no_source(self):
        self.branch.treatment_location_id = False
        self.assertEqual(self._told(), [])

    def test_more_items_need_no_more_queries(self):
        counts = []
        for number in range(4):
            self._expect_more(number)
            self._load()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            counts.append((len(self._load()), self.env.cr.sql_log_count - before))
        sizes, queries = zip(*counts, strict=True)
        self.assertEqual(sizes, (5, 8, 11, 14))
        # The first ones fill caches that outlive a request; one query for each of six items more would be six.
        self.assertLess(queries[3] - queries[1], 3, counts)

    def _expect_more(self, number):
        """Let the procedure expect three more items, each in an open vial and in sealed ones."""
        protocol = self.procedure.protocol_id.copy({"item_ids": False})
        for name in range(3):
            product = self._create_item(f"Item {number}-{name}", self.unit_u, uom_ids=[Command.link(self.vial.id)])
            self._setup_vials(product)
            lot = self._receive(product, 200, f"L{number}-{name}", 50)
            protocol.item_ids = [Command.create({"product_id": product.id})]
            if not self.other:
                self.other = self.start_visit(practitioner=self.cosmetologist)
            self.other.consume(product, 1, lot=lot)
        self.env["clinic.procedure.item"].create(
            [{"procedure_id": self.procedure.id, "protocol_item_id": item.id} for item in protocol.item_ids]
        )
