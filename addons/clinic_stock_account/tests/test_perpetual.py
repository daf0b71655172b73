from odoo import Command
from odoo.tests import tagged

from .common import CostCommon


@tagged("post_install", "-at_install")
class TestPerpetual(CostCommon):
    """The books of a branch that values its stock perpetually (``real_time``)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dear.categ_id = cls.env["product.category"].create({"name": "Drugs", "property_valuation": "real_time"})
        accounts = cls.dear._get_product_accounts()
        cls.stock_account, cls.cost_account = accounts["stock_valuation"], accounts["expense"]
        cls._bill(16000)

    @classmethod
    def _bill(cls, amount):
        """Post the supplier's bill of both lots, by which Odoo brings what was received into the books."""
        bill = cls.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": cls.partner_a.id,
                "invoice_date": "2026-01-01",
                "invoice_line_ids": [
                    Command.create({"product_id": cls.dear.id, "quantity": 1, "price_unit": amount, "tax_ids": []})
                ],
            }
        )
        bill.action_post()

    def _balance(self, account):
        domain = [("account_id", "=", account.id), ("parent_state", "=", "posted"), ("product_id", "=", self.dear.id)]
        return sum(self.env["account.move.line"].search(domain).mapped("balance"))

    def assert_books(self, cost):
        """The stock's account agrees with the stock, and ``cost`` of the 16,000 that were bought is booked as used."""
        self.assertAlmostEqual(self._stock_value(), 16000 - cost)
        self.assertAlmostEqual(self._balance(self.stock_account), 16000 - cost)
        self.assertAlmostEqual(self._balance(self.cost_account), cost)

    def test_what_is_used_is_a_cost_at_once_at_the_price_of_its_lot(self):
        self.assert_books(0)
        first = self.procedure.consume(self.dear, 10, lot=self.lot_100)
        second = self.procedure.consume(self.dear, 0.125, self.vial, self.lot_120)
        # 10 x 100 + 12.5 x 120
        self.assert_books(1000 + 1500)
        self.assertRecordValues(
            first.move_id.account_move_id.line_ids,
            [
                {"account_id": self.stock_account.id, "debit": 0, "credit": 1000},
                {"account_id": self.cost_account.id, "debit": 1000, "credit": 0},
            ],
        )
        self.assertEqual(second.move_id.account_move_id.journal_id, self.branch.account_stock_journal_id)

    def test_what_is_taken_back_leaves_the_books_as_they_were(self):
        consumption = self.procedure.consume(self.dear, 12.5, lot=self.lot_120)
        consumption.action_undo()
        self.assert_books(0)
        self.assertRecordValues(
            consumption.undo_move_id.account_move_id.line_ids,
            [
                {"account_id": self.cost_account.id, "debit": 0, "credit": 1500},
                {"account_id": self.stock_account.id, "debit": 1500, "credit": 0},
            ],
        )

    def test_who_treats_needs_no_rights_in_accounting(self):
        procedure = self.procedure.with_user(self.users["practitioner"])
        procedure.consume(self.dear, 10, lot=self.lot_100)
        procedure.consume(self.dear, 10, lot=self.lot_120).action_undo()
        self.assert_books(1000)

    def test_neither_invoice_nor_credit_note_books_the_cost_again(self):
        self.dear.clinic_billable = True
        self.procedure.consume(self.dear, 10, lot=self.lot_100)
        self.procedure.consume(self.dear, 10, lot=self.lot_120)
        self._finish(self.visit)
        self.visit.action_checkout()
        self.assertEqual(len(self.visit.invoice_id.invoice_line_ids), 3)
        self.assert_books(1000 + 1200)
        # What was used up does not come back with the money.
        self._credit(self.visit.invoice_id)
        self.assert_books(1000 + 1200)

    def test_other_goods_on_an_invoice_are_booked_as_odoo_does(self):
        line = {"product_id": self.dear.id, "quantity": 1, "price_unit": 500}
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.partner_a.id,
                "invoice_line_ids": [Command.create(line)],
            }
        )
        invoice.action_post()
        self.assertEqual(len(invoice.line_ids.filtered(lambda line: line.display_type == "cogs")), 2)

    def test_the_entry_has_the_neutral_name_and_leads_to_no_visit(self):
        self.dear.neutral_name = "Injection"
        entry = self.procedure.consume(self.dear, 10, lot=self.lot_100).move_id.account_move_id
        self.assertEqual(set(entry.line_ids.mapped("name")), {"Injection"})
        self.assertNotIn(self.visit.name, str(entry.read()) + str(entry.line_ids.read()))
        self.assertFalse(entry.partner_id | entry.line_ids.partner_id)

    def test_an_account_of_the_patients_location_comes_first(self):
        account = self.cost_account.copy({"code": "600999"})
        self.env.ref("clinic_stock.location_patients").valuation_account_id = account
        consumption = self.procedure.consume(self.dear, 10, lot=self.lot_100)
        self.assertEqual(consumption.move_id.account_move_id.line_ids[1].account_id, account)
        consumption.action_undo()
        self.assertEqual(self._balance(account), 0)

    def test_without_accounts_the_procedure_goes_on(self):
        self.dear.categ_id.property_account_expense_categ_id = False
        self.dear.categ_id.property_stock_valuation_account_id = False
        self.branch.account_stock_valuation_id = False
        self.env["ir.default"].search([("field_id.name", "=", "property_stock_valuation_account_id")]).unlink()
        consumption = self.procedure.consume(self.dear, 10, lot=self.lot_100)
        self.assertEqual((consumption.move_id.state, consumption.move_id.value), ("done", 1000))
        self.assertFalse(consumption.move_id.account_move_id)

    def test_the_closing_finds_nothing_left_to_book(self):
        self.procedure.consume(self.dear, 10, lot=self.lot_100)
        self.procedure.consume(self.dear, 10, lot=self.lot_120).action_undo()
        self.env.invalidate_all()
        accounts = self.branch._get_accounts_by_product(self.dear)
        self.assertEqual(self.branch.stock_value(accounts), {self.stock_account: 15000})
        self.assertEqual(self._balance(self.stock_account), 15000)


@tagged("post_install", "-at_install")
class TestPeriodic(CostCommon):
    def test_the_closing_books_what_was_used(self):
        stock = self.dear._get_product_accounts()["stock_valuation"]
        self.dear.product_tmpl_id.categ_id = self.env["product.category"].create({"name": "Drugs"})
        self.branch.action_close_stock_valuation(auto_post=True)
        before = self._balance(stock)
        self.procedure.consume(self.dear, 10, lot=self.lot_100)
        self.procedure.consume(self.dear, 12.5, lot=self.lot_120)
        self.procedure.consume(self.dear, 5, lot=self.lot_120).action_undo()
        self.assertEqual(self._balance(stock), before)
        self.env.invalidate_all()
        self.branch.action_close_stock_valuation(auto_post=True)
        # 10 x 100 + 12.5 x 120
        self.assertEqual(self._balance(stock), before - 2500)

    def _balance(self, account):
        domain = [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        return sum(self.env["account.move.line"].search(domain).mapped("balance"))
