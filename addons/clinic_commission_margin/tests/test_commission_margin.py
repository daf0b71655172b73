from datetime import timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.clinic_stock_account.tests.common import CostMixin

AMOUNTS = ("price", "discount", "revenue", "item_cost", "commission", "room_cost", "device_cost", "margin")


@tagged("post_install", "-at_install")
class TestCommissionMargin(CostMixin, AccountTestInvoicingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_costs()
        cls.env["clinic.commission.rule"].search([]).active = False
        cls.rule = cls.env["clinic.commission.rule"].create({"name": "Doctor", "percent": 40})
        cls.rooms.cost_hour = 600
        cls.dear.write({"clinic_billable": True, "list_price": 300, "taxes_id": [Command.set(cls.tax.ids)]})
        cls.visit = cls.book(practitioner=cls.doctor)
        cls.procedure = cls._treat(cls.visit)
        cls.procedure.discount = 10
        cls.procedure.consume(cls.dear, 10, lot=cls.lot_100)
        with freeze_time(cls.visit.start + timedelta(minutes=20)):
            cls.procedure.action_done()
        cls.env.flush_all()

    def assert_margin(self, **expected):
        """The fact is as ``expected``, zero where nothing is said, and so is what procedure and visit show."""
        self.env.invalidate_all()
        fact = self.env["clinic.margin"].search([("procedure_id", "=", self.procedure.id)])
        self.assertEqual({name: fact[name] for name in AMOUNTS}, {**dict.fromkeys(AMOUNTS, 0), **expected})
        for record in (self.procedure, self.visit):
            self.assertEqual(
                (record.margin_commission, record.margin_amount, record.margin_rate),
                (fact.commission, fact.margin, fact.margin_rate),
            )

    def test_the_share_comes_with_the_invoice(self):
        # 1,000 less 10 % and 10 U at 300; 10 x 100 for the toxin; 20 min at 600.
        known = {"price": 4000, "discount": 100, "revenue": 3900, "item_cost": 1000, "room_cost": 200}
        self.assert_margin(**known, margin=2700)
        self.visit.action_checkout()
        # 40 % of the treatment's 900
        self.assert_margin(**known, commission=360, margin=2340)

    def test_items_that_count_raise_it(self):
        self.rule.include_items = True
        self.visit.action_checkout()
        # 40 % of 3,900
        self.assert_margin(
            price=4000, discount=100, revenue=3900, item_cost=1000, room_cost=200, commission=1560, margin=1140
        )

    def _earned(self):
        return self.env["clinic.commission.entry"].search([("procedure_id", "=", self.procedure.id)], order="id")

    def test_a_percentage_of_the_margin(self):
        self.rule.basis = "margin"
        self.visit.action_checkout()
        # 900 less 1,000 of toxin and 200 of the room is no margin; nobody pays for it.
        self.assertEqual(self._earned().mapped("amount"), [])
        self._credit(self.visit.invoice_id)
        self.rule.include_items = True
        self.env.flush_all()
        self.visit.action_checkout()
        # 3,900 less 1,200: 40 % of 2,700.
        entry = self._earned()
        self.assertEqual((entry.base_amount, entry.amount), (2700, 1080))
        self.assertEqual(
            entry.explanation,
            "40 % of the margin of 3,900.00, items included, less 1,000.00 for items used, less 200.00 for room and "
            "device time",
        )
        self._credit(self.visit.invoice_id)
        self.assertEqual(sum(self._earned().mapped("amount")), 0)

    def test_items_used_come_off_first(self):
        self.rule.write({"include_items": True, "deduct_items": True})
        self.visit.action_checkout()
        # 40 % of 3,900 less 1,000.
        self.assertEqual((self._earned().base_amount, self._earned().amount), (2900, 1160))

    def _bill_more(self, quantity):
        """Check the visit out, and charge ``quantity`` more of the toxin by an invoice of its own."""
        self.visit.action_checkout()
        further = self.visit._bill_later(self.procedure.consumption_ids, quantity)
        # As its bill says, the lot has cost more.
        self.lot_100.standard_price = 110
        further.action_post()
        return further

    def test_each_cost_is_deducted_once(self):
        self.rule.write({"basis": "margin", "include_items": True})
        further = self._bill_more(2)
        # 3,900 less 1,000 and 200; then 2 U at 300, less the 100 that the toxin turned out to have cost more.
        self.assertEqual(self._earned().mapped("amount"), [1080, 200])
        self._credit(further)
        self._credit(self.visit.invoice_id)
        self.assertEqual(sum(self._earned().mapped("amount")), 0)
        # What was credited has deducted nothing: 3,900 less 1,300.
        self.visit.action_checkout()
        self.assertEqual(sum(self._earned().mapped("amount")), 1040)

    def test_a_report_deducts_each_cost_once(self):
        self.rule.write({"basis": "margin", "include_items": True})
        self._bill_more(2)
        trial = self.env["clinic.commission.trial"].create({"rule_id": self.rule.id})
        [line] = trial._prepare_lines(self.branch, self.visit.invoice_id.invoice_date.replace(day=1))
        # 4,500 less 1,300.
        self.assertEqual((line["before"], line["after"]), (1280, 1280))

    def test_a_credit_note_takes_it_back(self):
        self.visit.action_checkout()
        self._credit(self.visit.invoice_id)
        self.assert_margin(item_cost=1000, room_cost=200, margin=-1200)

    def test_an_invoice_that_is_reset_and_posted_again_counts_once(self):
        self.visit.action_checkout()
        invoice = self.visit.invoice_id
        invoice.button_draft()
        self.assert_margin(price=4000, discount=100, revenue=3900, item_cost=1000, room_cost=200, margin=2700)
        self.rule.percent = 50
        invoice.action_post()
        # 50 % of 900
        self.assert_margin(
            price=4000, discount=100, revenue=3900, item_cost=1000, room_cost=200, commission=450, margin=2250
        )

    def test_the_report_sums_it(self):
        self.visit.action_checkout()
        facts = self.env["clinic.margin"].with_user(self.users["manager"])
        [group] = facts.formatted_read_group(
            [("visit_id", "=", self.visit.id)], ["treatment_id"], ["commission:sum", "margin:sum", "margin_rate:avg"]
        )
        self.assertEqual((group["commission:sum"], group["margin:sum"]), (360, 2340))
        self.assertAlmostEqual(group["margin_rate:avg"], 2340 / 3900)
