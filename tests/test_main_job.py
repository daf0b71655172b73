"""The main job across all addons: booked, arrived, treated, stock down, invoiced, paid, commission earned.

Every figure is computed by hand in the comments; the test prints what it found.
"""

from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.clinic_stock_account.tests.common import StockAccountMixin


@tagged("post_install", "-at_install")
class TestMainJob(StockAccountMixin, AccountTestInvoicingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_stock_accounting()
        cls.env["clinic.commission.rule"].create(
            [
                {"name": "Laser 40 %", "treatment_id": cls.laser.id, "percent": 40, "sequence": 1},
                {"name": "Skin 30 %", "category_id": cls.category.id, "percent": 30, "include_items": True},
            ]
        )

    def test_one_visit_goes_all_the_way(self):
        reception = self.users["reception"]
        doctor = self.users["practitioner"]
        visits = self.env["clinic.visit"].with_user(reception)

        visit = visits.book(self.patient, self.facial | self.laser, self._at(10, days=1), self.doctor)
        facial, laser = visit.procedure_ids
        self._say("booked", visit.name, visit.state, [p.treatment_id.name for p in visit.procedure_ids])
        # Facial 1,000 + laser 5,000, 15 % tax: the price that reception tells on the phone.
        self.assertEqual(visit.amount_total, 6900.00)

        with freeze_time(visit.start):
            visit.action_arrive()
            self._treat_with_items(facial.with_user(doctor), doctor)
            self._treat_without_items(laser.with_user(doctor))
            self.assertEqual(visit.state, "done")
            laser.discount = 10
            self._check_out(visit, reception)
            self._check_commission(visit)

    def _treat_with_items(self, facial, doctor):
        before = (self._on_hand(self.toxin, self.lot_soon), self._on_hand(self.cream), self._on_hand(self.gloves))
        facial.action_start()
        facial.consume(self.toxin, 20)  # billable, 300 a unit, from the lot that expires first
        facial.consume(self.cream, 0.3)  # on the house
        facial.consume(self.gloves, 2)
        facial.action_done()
        after = (self._on_hand(self.toxin, self.lot_soon), self._on_hand(self.cream), self._on_hand(self.gloves))
        self._say("stock before", before, "after", after)
        self.assertEqual(before, (30.0, 10.0, 10.0))
        # 30 - 20 U; 10 - 0.3 ml; 10 - 2 pieces
        self.assertEqual(after, (10.0, 9.7, 8.0))
        self.assertEqual(facial.consumption_ids.mapped("user_id"), doctor)

    def _treat_without_items(self, laser):
        laser.action_start()
        laser.action_done()

    def _check_out(self, visit, reception):
        visit.action_checkout()
        invoice = visit.invoice_id
        for line in invoice.invoice_line_ids:
            self._say("line", line.name, line.quantity, line.price_unit, line.discount, line.price_subtotal)
        self._say("invoice", invoice.name, invoice.amount_untaxed, invoice.amount_tax, invoice.amount_total)
        # 1 x 1,000 + 20 x 300 + 1 x 5,000 less 10 % = 1,000 + 6,000 + 4,500
        self.assertEqual(invoice.invoice_line_ids.mapped("price_subtotal"), [1000.00, 6000.00, 4500.00])
        self.assertEqual(invoice.amount_untaxed, 11500.00)
        self.assertEqual(invoice.amount_tax, 1725.00)  # 15 % of 11,500
        self.assertEqual(invoice.amount_total, 13225.00)
        self.assertEqual(invoice.state, "posted")

        action = visit.action_register_payment()
        wizard = self.env[action["res_model"]].with_user(reception).with_context(**action["context"]).create({})
        payment = wizard._create_payments()
        self._say("payment", payment.amount, payment.journal_id.type, "visit is", visit.payment_state)
        self.assertEqual(payment.amount, 13225.00)
        self.assertEqual((visit.payment_state, visit.amount_due), ("paid", 0.00))

    def _check_commission(self, visit):
        entries = self.env["clinic.commission.entry"].search([("procedure_id", "in", visit.procedure_ids.ids)])
        entries = entries.sorted("id")
        for entry in entries:
            self._say("commission", entry.rule_id.name, entry.base_amount, entry.amount, entry.clinic_amount)
        # Facial: 30 % of 1,000 + 6,000 items = 2,100. Laser: 40 % of 4,500 = 1,800.
        self.assertEqual(entries.mapped("base_amount"), [7000.00, 4500.00])
        self.assertEqual(entries.mapped("amount"), [2100.00, 1800.00])
        self.assertEqual(entries.mapped("clinic_amount"), [4900.00, 2700.00])
        self.assertEqual(entries.practitioner_id, self.doctor)

        manager = self.users["manager"]
        self.env["clinic.commission.statement"].with_user(manager).action_generate_this_month()
        statement = entries.statement_id
        self._say("statement", statement.name, statement.entry_count, statement.base_amount, statement.amount)
        self.assertEqual((statement.entry_count, statement.base_amount), (2, 11500.00))
        self.assertEqual((statement.amount, statement.clinic_amount), (3900.00, 7600.00))

    def _say(self, *words):
        print(*words)
