from collections import defaultdict
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.clinic.tests.common import ClinicCommon

from .card_common import CardMixin, Teller


@tagged("post_install", "-at_install")
class TestStockCardBalance(CardMixin, ClinicCommon):
    """The balance of a row is the same however the list is filtered, sorted and paged, and agrees with the stock."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_card()
        cls.rows = cls.tell()
        cls.other_rows = cls.tell(cls.OTHER_STORY, cls.other_branch)
        cls.all_rows = cls.rows + cls.other_rows

    def replay(self, moment=None, branch=None, lot=None, location=None):
        """Return what is there after all lines until ``moment``, each added up by hand."""
        balance = 0
        for line in self.env["stock.move.line"].search([("product_id", "=", self.filler.id), ("state", "=", "done")]):
            if (moment and line.date > moment) or (lot and line.lot_id != lot):
                continue
            balance += line.quantity_product_uom * (
                self.is_inside(line.location_dest_id, branch, location)
                - self.is_inside(line.location_id, branch, location)
            )
        return round(balance, 2)

    def is_inside(self, place, branch, location):
        if location:
            return place.usage == "internal" and place._child_of(location)
        return place.usage == "internal" and place.company_id == (branch or self.branch)

    def written_balances(self):
        written = self.written() + self.written(self.OTHER_STORY)
        return {row.id: values[-2:] for row, values in zip(self.all_rows, written, strict=True)}

    def assert_pages(self, **search):
        """Whatever is searched, each page shows what is written down."""
        written = self.written_balances()
        found = self.card(branch=self.branch + self.other_branch, **search)
        for size in (1, 5, 80):
            for offset in range(0, len(found), size):
                self.env.invalidate_all()
                page = found[offset : offset + size].with_prefetch()
                shown = {row.id: (row.balance, row.lot_balance) for row in page}
                self.assertEqual(shown, {id_: written[id_] for id_ in page.ids})
        return found

    def test_whatever_page_and_order(self):
        for order in ("date desc, id desc", "date, id", "quantity_out desc, id", "lot_id, date desc", "kind, id desc"):
            with self.subTest(order=order):
                self.assertEqual(len(self.assert_pages(order=order)), 14)

    def test_whatever_filter(self):
        noon = self.rows[5].date
        for count, domain in (
            (3, [("kind", "=", "receipt")]),
            (2, [("kind", "=", "count"), ("move_id.is_inventory", "=", True)]),
            (1, [("kind", "=", "scrap"), ("move_id.scrap_id", "!=", False)]),
            (4, [("lot_id", "=", self.lots["B"].id)]),
            (8, [("date", ">", noon)]),
            (1, [("patient_id", "=", self.patient.id), ("quantity_out", ">", 15)]),
            (2, ["|", ("move_id.reference", "ilike", "SP/"), ("move_id.reference", "ilike", "/OUT/")]),
        ):
            with self.subTest(domain=domain):
                self.assertEqual(len(self.assert_pages(domain=domain)), count)

    def test_a_long_way_back_is_gone_forward(self):
        written = self.written_balances()
        # What did not come by a move shows where a sum has begun.
        self.env["stock.quant"]._update_available_quantity(self.filler, self.store, 1000, lot_id=self.lots["A"])
        for size, offset, stray in ((3, 0, 0), (3, 3, 0), (3, 9, 1000), (12, 0, 1000)):
            with self.subTest(size=size, offset=offset):
                page = self.card(limit=size, offset=offset)
                balances = page._balances("product_id", short_way=0)
                self.assertEqual(balances, {id_: written[id_][0] + stray for id_ in page.ids})
        lot = self.card([("lot_id", "=", self.lots["B"].id)], limit=2)
        self.assertEqual(lot._balances("lot_id", short_way=0), {id_: written[id_][1] for id_ in lot.ids})

    def test_a_short_way_begins_at_what_is_there(self):
        self.env["stock.quant"]._update_available_quantity(self.filler, self.store, 1000, lot_id=self.lots["A"])
        self.assertEqual(self.card(limit=2).mapped("balance"), [1200, 1300])
        self.assertEqual(self.card(order="date desc, id desc", limit=1).balance, 1251)

    def test_lines_of_the_same_second(self):
        teller = Teller(self, self.branch)
        for quantity in (0.1, 0.2, 0.3):
            teller.receive("B", quantity)
        newest = self.card(order="date desc, id desc", limit=3)
        newest.move_id.move_line_ids.date = fields.Datetime.now()
        self.assertEqual(self.card(order="date desc, id desc", limit=3).mapped("balance"), [311, 281, 261])
        self.assertEqual(self.card(order="date desc, id desc", limit=3).mapped("lot_balance"), [143, 113, 93])

    def test_the_card_agrees_with_the_stock(self):
        for branch, last in ((self.branch, 251), (self.other_branch, 50)):
            on_hand = self.filler.with_context(allowed_company_ids=branch.ids).qty_available
            newest = self.card(branch=branch, order="date desc, id desc", limit=1)
            self.assertEqual((on_hand, newest.balance), (last, last))
            self.assertEqual(self.replay(branch=branch), last)
        for lot, last in (("A", 168), ("B", 83)):
            quants = self.env["stock.quant"].search(
                [("lot_id", "=", self.lots[lot].id), ("company_id", "=", self.branch.id)]
            )
            on_hand = sum(quants.filtered(lambda quant: quant.location_id.usage == "internal").mapped("quantity"))
            newest = self.card([("lot_id", "=", self.lots[lot].id)], order="date desc, id desc", limit=1)
            self.assertEqual((on_hand, newest.lot_balance), (last, last))

    def test_at_each_moment(self):
        balance_at = self.env["clinic.stock.card"].balance_at
        for row in self.all_rows:
            for moment in (row.date - timedelta(seconds=1), row.date):
                for branch in (self.branch, self.other_branch):
                    self.assertEqual(
                        balance_at(self.filler, moment, company=branch), self.replay(moment, branch), (row, moment)
                    )
                for lot in self.lots.values():
                    self.assertEqual(balance_at(self.filler, moment, lot=lot), self.replay(moment, lot=lot))
                for location in (self.store, self.location, self.store.location_id):
                    self.assertEqual(
                        balance_at(self.filler, moment, location=location, lot=self.lots["A"]),
                        self.replay(moment, lot=self.lots["A"], location=location),
                    )
        self.assertEqual(balance_at(self.filler, self.began), 0)
        self.assertEqual(balance_at(self.filler, fields.Datetime.now()), 251)
        self.assertEqual(balance_at(self.filler, fields.Datetime.now(), location=self.location), 218)

    def test_an_earlier_balance_of_another_branch_is_not_told(self):
        rows = self.env["clinic.stock.card"].with_user(self.users["warehouse"])
        now = fields.Datetime.now()
        self.assertEqual(rows.balance_at(self.filler, now), 251)
        with self.assertRaisesRegex(AccessError, "Switch to Other Branch"):
            rows.balance_at(self.filler, now, company=self.other_branch)
        with self.assertRaises(AccessError):
            rows.with_user(self.users["reception"]).balance_at(self.filler, now)

    def test_a_page_takes_as_many_queries_as_a_row(self):
        columns = {name: {} for name in ("date", "kind", "document", "quantity_in", "balance", "lot_balance", "value")}
        columns |= {name: {"fields": {"display_name": {}}} for name in ("product_id", "lot_id", "user_id", "uom_id")}
        other = self._create_item("Thread", self.unit_u, tracking="none")
        self._move(other, 3, self.env["stock.lot"], self.suppliers, self.store)
        rows = self.env["clinic.stock.card"].with_user(self.users["manager"])
        queries = defaultdict(list)
        for size in (80, 1, 80):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            domain = [("product_id", "in", (self.filler + other).ids)]
            page = rows.web_search_read(domain, columns, limit=size, order="date, id")
            queries[len(page["records"])].append(self.env.cr.sql_log_count - before)
        # The count of all is asked only where there is a next page.
        self.assertEqual(queries[1], [queries[13][1] + 1])
