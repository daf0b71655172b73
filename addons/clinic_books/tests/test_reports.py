from datetime import date

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import format_date

from .books_check import BooksCheck
from .common import BooksCommon

NOW = "2026-05-20 09:00:00"
TODAY = date(2026, 5, 20)
APRIL, MAY = date(2026, 4, 1), date(2026, 5, 1)


@tagged("post_install", "-at_install")
class TestReports(BooksCheck, BooksCommon):
    """What the books say equals what the tables hold, for each branch and for all."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW))
        cls.all = cls.north | cls.south | cls.branch
        for branch, factor in ((cls.north, 1), (cls.south, 3)):
            cls._sell(branch, 1000 * factor, date(2025, 12, 20), 1150 * factor, cls.cash)
            cls._sell(branch, 2000 * factor, date(2026, 4, 10), 1000, cls.bank)
            cls._sell(branch, 5000 * factor, date(2026, 5, 4), 5750 * factor, cls.bank)
            cls._sell(branch, 70 * factor, date(2026, 5, 6))
            here = {"company_id": branch.id, "tax_ids": [Command.set(cls.purchase_tax.ids)]}
            cls._spend(580 * factor, date=date(2026, 4, 2), journal_id=cls.cash.id, **here)
            cls._spend(1160 * factor, date=date(2026, 5, 2), **here)
        # In the company itself, and a draft that nobody counts.
        cls._spend(90, date=date(2026, 5, 3), company_id=cls.branch.id)
        draft = cls._sell(cls.north, 999, date(2026, 5, 5))
        draft.button_draft()

    def _subsets(self):
        """Yield (the company to ask for, those chosen, those whose entries are meant)."""
        yield self.north, self.all, self.north
        yield self.south, self.all, self.south
        yield self.branch, self.all, self.all
        yield self.north, self.north, self.north

    def test_profit_and_loss_by_branch(self):
        found = self._profit_report(self.all, "branch", TODAY)
        for first, last in ((APRIL, date(2026, 4, 30)), (MAY, date(2026, 5, 31))):
            month = format_date(self.env, first, date_format="LLLL yyyy")
            for company in self.all:
                with self.subTest(company=company.name, month=month):
                    self.assertEqual(found[company.name, month], self._profit_sql(company, first, last))
            self.assertEqual(found["All", month], self._profit_sql(self.all, first, last))
        self.assertEqual(found["North", "May 2026"], 5000 + 70 - 1000)
        self.assertEqual(found["All", "May 2026"], 4 * (5000 + 70 - 1000) - 90)

    def test_profit_and_loss_by_month(self):
        found = self._profit_report(self.all, "month", TODAY)
        self.assertEqual(len(found), 12)
        self.assertEqual(found["May 2026", ""], self._profit_sql(self.all, MAY, date(2026, 5, 31)))
        self.assertEqual(found["Dec 2025", ""], 4000)
        self.assertEqual(list(found)[-1], ("May 2026", ""))

    def test_profit_and_loss_of_one_branch_alone(self):
        found = self._profit_report(self.north, "branch", TODAY)
        self.assertEqual({column for column, _month in found}, {"North"})
        self.assertEqual(found["North", "May 2026"], self._profit_sql(self.north, MAY, date(2026, 5, 31)))

    def test_an_accountant_of_one_branch_sees_that_branch(self):
        accountant = self.users["accountant"]
        accountant.write({"company_ids": [Command.set(self.north.ids)], "company_id": self.north.id})
        self.env = self.env(user=accountant, context={"lang": "en_US"})
        self.env["mis.report.instance"].with_context(allowed_company_ids=self.north.ids).clinic_open("branch")
        self.env.invalidate_all()
        found = self._profit_report(self.north, "branch", TODAY)
        self.assertEqual({column for column, _month in found}, {"North"})
        self.assertEqual(found["North", "May 2026"], 4070)

    def test_a_branch_that_is_new_has_its_columns(self):
        self._profit_report(self.all, "branch", TODAY)
        west = self.env["res.company"].create({"name": "West", "parent_id": self.branch.id})
        self.env.user.company_ids += west
        names = [column for column, _month in self._profit_report(self.all | west, "branch", TODAY)]
        self.assertIn("West", names)
        self.assertEqual(names[names.index("West") + 1 :][0], self.branch.name)

    def test_a_figure_opens_its_entries(self):
        reports = self.env["mis.report.instance"].with_context(allowed_company_ids=self.all.ids)
        for chosen in (self.all, self.north):
            instance = reports.with_context(allowed_company_ids=chosen.ids).browse(
                reports.clinic_open("branch")["res_id"]
            )
            body = instance.compute()["body"]
            [income] = [row for row in body if row["label"] == "Income"]
            [cell] = [cell for cell in income["cells"] if cell.get("val") == 5070][:1]
            action = instance.drilldown(cell["drilldown_arg"])
            lines = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(sum(lines.mapped("credit")), 5070)

    def test_trial_balance(self):
        for company, chosen, meant in self._subsets():
            for first in (MAY, APRIL):
                with self.subTest(company=company.name, chosen=len(chosen), first=first):
                    self._assert_trial_balance(company, chosen, meant, first, TODAY)

    def test_vat_report(self):
        for company, chosen, meant in self._subsets():
            with self.subTest(company=company.name, chosen=len(chosen)):
                found = self._vat_report(company, chosen, APRIL, TODAY)
                self.assertEqual(found, self._vat_sql(meant, APRIL, TODAY))
                self.assertEqual(set(found), {self.tax.id, self.purchase_tax.id} if meant else set())

    def test_aged_balances(self):
        for company, chosen, meant in self._subsets():
            for kind in ("receivable", "payable"):
                for day in (TODAY, date(2026, 4, 30)):
                    with self.subTest(company=company.name, chosen=len(chosen), kind=kind, day=day):
                        found = self._aged(company, chosen, day, kind)
                        self.assertEqual(found, self._aged_sql(meant, day, kind))
        self.assertTrue(self._aged(self.branch, self.all, TODAY, "payable"))

    def test_what_one_branch_took_for_another_is_open_until_it_was_matched(self):
        before = sum(self._aged(self.south, self.all, date(2026, 5, 10)).values())
        advance = (
            self.env["account.payment"]
            .with_company(self.south)
            .create(
                {
                    "payment_type": "inbound",
                    "partner_id": self.patient.partner_id.id,
                    "amount": 300,
                    "date": date(2026, 5, 1),
                    "journal_id": self.bank.id,
                    "company_id": self.south.id,
                }
            )
        )
        advance.action_post()
        invoice = self._sell(self.north, 400, date(2026, 5, 20))
        both = (advance.move_id | invoice).line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        both.reconcile()
        self.assertEqual(invoice.amount_residual, 160)
        for company, chosen, meant in self._subsets():
            for day in (date(2026, 5, 10), TODAY):
                with self.subTest(company=company.name, chosen=len(chosen), day=day):
                    self.assertEqual(self._aged(company, chosen, day), self._aged_sql(meant, day))
        now = sum(self._aged(self.south, self.all, date(2026, 5, 10)).values())
        self.assertEqual(self._round(now - before), -300)

    def test_cash_flow(self):
        for companies in (self.north, self.south, self.all):
            with self.subTest(companies=companies.mapped("name")):
                found = self._cash_flow(companies, date(2025, 1, 1), TODAY)
                self.assertEqual(found, self._cash_flow_sql(companies, date(2025, 1, 1), TODAY))
        self.assertEqual(sum(found.values()), 4 * 1150 + 2000 + 4 * 5750 - 4 * 580)

    def test_dialogs_begin_with_what_is_looked_at_most(self):
        env = self.env(context={"allowed_company_ids": self.all.ids})
        vat = Form(env["vat.report.wizard"])
        self.assertEqual((vat.date_from, vat.date_to), (APRIL, TODAY))
        trial = Form(env["trial.balance.report.wizard"])
        self.assertEqual((trial.date_from, trial.date_to), (date(2026, 1, 1), TODAY))
        only_north = self.env(context={"allowed_company_ids": self.north.ids, "default_receivable_accounts_only": True})
        aged = only_north["aged.partner.balance.report.wizard"].new({})
        aged.receivable_accounts_only = True
        aged.onchange_type_accounts_only()
        self.assertEqual(aged.company_id, self.north)
        self.assertIn("asset_receivable", aged.account_ids.mapped("account_type"))

    def test_what_was_chosen_stays_when_a_branch_is_chosen(self):
        env = self.env(context={"allowed_company_ids": self.all.ids})
        account = self.company_data["default_account_revenue"]
        for model in (
            "trial.balance.report.wizard",
            "general.ledger.report.wizard",
            "open.items.report.wizard",
            "aged.partner.balance.report.wizard",
        ):
            with self.subTest(model=model):
                wizard = env[model].new({"company_id": self.branch.id})
                wizard.account_ids = account
                wizard.receivable_accounts_only = wizard.payable_accounts_only = False
                if "journal_ids" in wizard._fields:
                    wizard.journal_ids = self.company_data["default_journal_sale"]
                wizard.company_id = self.north
                wizard.onchange_company_id()
                self.assertEqual(wizard.account_ids._origin, account)
                if "journal_ids" in wizard._fields:
                    self.assertEqual(wizard.journal_ids._origin, self.company_data["default_journal_sale"])

    # -- homes --------------------------------------------------------------------------------------------------------

    def _home(self, model):
        return self.env[model].with_context(allowed_company_ids=self.all.ids).load()

    def test_the_accountants_home_counts_what_its_buttons_open(self):
        home = self._home("clinic.books.home")
        alerts = {alert["key"]: alert for alert in home["alerts"]}
        self.assertEqual(alerts["bills_overdue"]["count"], 3)
        self.assertEqual(alerts["overdue"]["count"], 4)
        self.assertEqual(alerts["drafts"]["count"], 1)
        for alert in alerts.values():
            action = self.env["ir.actions.act_window"]._for_xml_id(alert["opens"]["action"])
            self.assertEqual(self.env[action["res_model"]].search_count(alert["opens"]["domain"]), alert["count"])
        tiles = {tile["key"]: tile for tile in home["tiles"]}
        [profit] = [row for row in tiles["profit"]["rows"] if row["name"] == "North"]
        self.assertIn("4,070.00", profit["value"])
        self.assertEqual(len(tiles["bills_due"]["rows"]), 3)

    def test_payments_without_an_invoice_are_to_be_matched(self):
        self.assertNotIn("unmatched", [alert["key"] for alert in self._home("clinic.books.home")["alerts"]])
        payment = {"partner_type": "customer", "partner_id": self.patient.partner_id.id, "amount": 50}
        self.env["account.payment"].create({**payment, "journal_id": self.cash.id}).action_post()
        keys = {alert["key"]: alert["count"] for alert in self._home("clinic.books.home")["alerts"]}
        self.assertEqual(keys["unmatched"], 1)

    def test_the_managers_home_has_todays_takings(self):
        [tile] = [tile for tile in self._home("clinic.home")["tiles"] if tile["key"] == "takings_today"]
        self.assertFalse(tile["rows"])
        self._sell(self.north, 100, TODAY, 115, self.cash)
        [tile] = [tile for tile in self._home("clinic.home")["tiles"] if tile["key"] == "takings_today"]
        self.assertIn("115.00", tile["figure"])

    def test_an_open_invoice_tells_its_age_and_whom_to_call(self):
        invoice = self._sell(self.north, 10, date(2026, 5, 10))
        self.assertEqual(invoice.clinic_days_overdue, 10)
        self.assertEqual(invoice.clinic_partner_phone, self.patient.phone)
        paid = self._sell(self.north, 10, date(2026, 5, 10), 11.5, self.cash)
        self.assertEqual(paid.clinic_days_overdue, 0)
