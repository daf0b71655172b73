from ast import literal_eval
from datetime import timedelta

from freezegun import freeze_time
from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import tagged

from .common import StockCommon


@tagged("post_install", "-at_install")
class TestStockDay(StockCommon):
    """The warehouse's home: what is to be done today, the most urgent first."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._setup_vials()

    def _sections(self, role="warehouse"):
        day = self.env["clinic.stock.day"].with_user(self.users[role]).load()
        return {section["key"]: section for section in day["sections"]}

    def _shown(self, section):
        """Return the records that the warehouse sees after a click on the heading of ``section``."""
        action = self.env.ref(section["action"])
        # As the web client does it: what the action itself wants comes last.
        context = {**section["context"], **literal_eval(action.context)}
        defaults = {name.removeprefix("search_default_"): value for name, value in context.items() if value}
        model = self.env[action.res_model].with_user(self.users["warehouse"])
        # All of the user's branches are chosen.
        model = model.with_context(allowed_company_ids=(self.branch | self.users["warehouse"].company_ids).ids)
        search = etree.fromstring(model.get_view(action.search_view_id.id, "search")["arch"])
        shown = Domain(literal_eval(action.domain or "[]"))
        for group in self._filter_groups(search):
            chosen = [literal_eval(node.get("domain") or "[]") for node in group if node.get("name") in defaults]
            shown &= Domain.OR(chosen) if chosen else Domain.TRUE
        for field in search.iterfind(".//field"):
            if field.get("name") in defaults:
                shown &= Domain(field.get("name"), "=", defaults[field.get("name")])
        return model.search(shown)

    def _filter_groups(self, search):
        """Return the filters of a search view in lists: those in one list widen each other, the lists narrow."""
        groups = [[]]
        for node in search.iterdescendants("filter", "separator", "group"):
            if node.tag == "filter":
                groups[-1].append(node)
            else:
                groups.append([])
        return groups

    def test_vials_that_run_out_of_time_are_discarded_from_here(self):
        self.assertEqual(self._sections()["vials"]["count"], 0)
        self.procedure.consume(self.toxin, 20, lot=self.lot_late)
        with freeze_time(fields.Datetime.now() + timedelta(hours=25)):
            self.env.invalidate_all()
            [row] = self._sections()["vials"]["rows"]
        self.assertEqual((row["name"], row["quantity"], row["unit"], row["urgent"]), ("Toxin", 80, "U", True))
        vial = self.env[row["model"]].with_user(self.users["warehouse"]).browse(row["id"])
        action = getattr(vial, row["button"]["method"])()
        self.assertEqual(action["res_model"], "clinic.vial.discard")

    def test_the_heading_shows_the_vials_that_are_counted(self):
        # In the last hour of the day nothing else ends on it.
        with freeze_time(self._at(12, days=1)):
            lots = self.lot_late, self._receive(self.toxin, 100, "OTHER", 200)
            due, later = (self._open_vial(lot, hours) for lot, hours in zip(lots, (1, 72), strict=True))
            empty = self._open_vial(self.lot_soon, 1, quantity=30)
            self.assertEqual((due | later | empty).mapped("state"), ["open", "open", "empty"])
            section = self._sections()["vials"]
            self.assertEqual([row["id"] for row in section["rows"]], due.ids)
            self.assertEqual(self._shown(section), due)

    def test_today_ends_at_the_branchs_midnight(self):
        noon = (fields.Datetime.now() + timedelta(days=1)).replace(hour=12, minute=0, second=0)
        with freeze_time(noon):
            # At 23:30 and at 00:30 in Karachi, while it is the same day in New York and in Greenwich.
            self.users["warehouse"].tz = "America/New_York"
            due = self._open_vial(self.lot_late, 6.5)
            self._open_vial(self.lot_soon, 7.5)
            section = self._sections()["vials"]
            self.assertEqual(self._shown(section), due)
            self.assertEqual(section["count"], 1)
            self.assertTrue(due.is_due)

    def _open_vial(self, lot, hours, quantity=10):
        """Open a vial of ``lot``, draw ``quantity`` from it, and return it; it is to be discarded in ``hours``."""
        consumption = self.procedure.consume(self.toxin, quantity, lot=lot)
        vial = consumption.vial_line_ids.vial_id
        vial.sudo().discard_after = fields.Datetime.now() + timedelta(hours=hours)
        return vial

    def test_lots_that_expire_soon_the_first_first(self):
        rows = self._sections()["expiring"]["rows"]
        self.assertEqual([row["detail"] for row in rows], ["lot OLD", "lot SOON"])
        self.assertEqual([row["urgent"] for row in rows], [True, False])

    def test_the_heading_shows_the_lots_that_are_counted(self):
        section = self._sections()["expiring"]
        self.assertEqual(set(self._shown(section).lot_id.ids), {row["id"] for row in section["rows"]})

    def test_what_fell_below_its_threshold(self):
        self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": self.gloves.id,
                "warehouse_id": self.location.warehouse_id.id,
                "location_id": self.store.id,
                "company_id": self.branch.id,
                "product_min_qty": 12,
                "product_max_qty": 20,
            }
        )
        self.env["stock.warehouse.orderpoint"]._cron_tell_reorder()
        [row] = self._sections()["reorder"]["rows"]
        self.assertEqual((row["name"], row["quantity"], row["least"], row["unit"]), ("Gloves", 10, 12, "Units"))

    def test_gaps_are_counted_and_the_rest_is_behind_the_heading(self):
        for quantity in range(9, 0, -1):
            self._count(self.cream, quantity, self.lot_cream)
        section = self._sections()["gaps"]
        # The first count opens the lot, which came here without a move.
        self.assertEqual((section["count"], len(section["rows"])), (8, 6))
        self.assertEqual(section["rows"][0]["detail"].partition(" · ")[0], "Count difference")

    def test_the_heading_shows_the_gaps_that_are_counted(self):
        # The third one is of the first of August in Karachi; in Greenwich it is still July.
        days = ("2026-06-30 08:00:00", "2026-07-03 08:00:00", "2026-07-31 20:00:00", "2026-08-05 08:00:00")
        for quantity, moment in zip((9, 8, 7, 6), days, strict=True):
            with freeze_time(moment):
                self._count(self.cream, quantity, self.lot_cream)
        self._assert_gaps("2026-08-10 12:00:00", 3)
        self._assert_gaps("2026-08-11 12:00:00", 2)
        self._assert_gaps("2026-09-11 12:00:00", 0)

    def _assert_gaps(self, moment, count):
        with freeze_time(moment):
            section = self._sections()["gaps"]
            shown = self._shown(section)
        self.assertEqual((section["count"], len(shown)), (count, count))
        self.assertEqual([row["id"] for row in section["rows"]], shown.ids)

    def test_the_heading_shows_one_branch_of_several(self):
        other = self.env["res.company"].create({"name": "Second Branch"})
        self.users["warehouse"].company_ids |= other
        self.env["stock.quant"]._update_available_quantity(
            self.toxin, other._get_treatment_location(), 5, lot_id=self.lot_soon
        )
        section = self._sections()["expiring"]
        self.assertEqual(self._shown(section).company_id, self.branch)

    def test_the_heading_shows_the_deliveries_that_are_counted(self):
        incoming = self.location.warehouse_id.in_type_id
        supplier = self.env.ref("stock.stock_location_suppliers")
        vals = {"picking_type_id": incoming.id, "location_id": supplier.id, "location_dest_id": self.store.id}
        ready, draft = self.env["stock.picking"].create([dict(vals), dict(vals)])
        for picking in ready, draft:
            self.env["stock.move"].create(
                {
                    "product_id": self.gloves.id,
                    "product_uom_qty": 5,
                    "picking_id": picking.id,
                    "location_id": supplier.id,
                    "location_dest_id": self.store.id,
                }
            )
        ready.action_confirm()
        self.assertEqual((ready.state, draft.state), ("assigned", "draft"))
        self.assertEqual(self._shown(self._sections()["receipts"]), ready)

    def test_it_is_for_those_who_keep_the_stock(self):
        self.assertLessEqual({"vials", "reorder", "expiring", "gaps", "receipts"}, self._sections("manager").keys())
        for role in ("reception", "practitioner", "accountant"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self._sections(role)
