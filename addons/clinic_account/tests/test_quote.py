from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo import Command, fields
from odoo.tests import Form, tagged

from .common import AccountCommon

METHODS = ("round_per_line", "round_globally")
# With 16 %: 9,364.03 when each line is rounded, 9,364.04 when the whole is.
PRICES = (4599.15, 2820.03, 653.27)
TOLD = {"round_per_line": 9364.03, "round_globally": 9364.04}


@tagged("post_install", "-at_install")
class TestQuote(AccountCommon):
    """What a patient is told is what the invoice will amount to, to the cent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tax.amount = 16
        cls.treatments = cls.env["product.template"].union(
            *(
                cls._create_treatment(
                    f"Treatment {price}", list_price=price, treatment_duration=15, taxes_id=[Command.set(cls.tax.ids)]
                )
                for price in PRICES
            )
        )

    def _reception(self, model):
        user = self.users["reception"]
        return self.env[model].with_user(user).with_company(self.branch)

    def test_the_dialog_the_visit_and_the_invoice_agree(self):
        for number, method in enumerate(METHODS):
            with self.subTest(method=method):
                self.branch.tax_calculation_rounding_method = method
                dialog = self._reception("clinic.visit.book").create(
                    {
                        "patient_id": self.patient.id,
                        "treatment_ids": self.treatments.ids,
                        "start": self._at(9 + 3 * number),
                    }
                )
                self.assertEqual(dialog.price, TOLD[method])
                visit = self._done(self.treatments, start=self._at(9 + 3 * number))
                self.assertEqual(visit.with_user(self.users["practitioner"]).amount_total, TOLD[method])
                visit.action_checkout()
                self.assertEqual(visit.invoice_id.amount_total, TOLD[method])
                self.assertEqual((visit.amount_total, visit.amount_due), (TOLD[method],) * 2)

    def test_a_price_is_told_with_its_tax(self):
        self.facial.list_price = 3000
        self.facial.taxes_id = self.tax
        with Form(self._reception("clinic.visit.book")) as dialog:
            dialog.patient_id = self.patient
            dialog.treatment_ids.add(self.facial)
            self.assertEqual(dialog.price, 3480)
            dialog.start = self._at(10)

    def test_a_series_tells_each_session_and_all(self):
        self.facial.list_price = 3000
        self.facial.taxes_id = self.tax
        values = {"patient_id": self.patient.id, "treatment_id": self.facial.id, "count": 6, "interval": 7}
        series = self._reception("clinic.visit.series").create(values)
        self.assertEqual((series.price_session, series.price_total), (3480, 20880))
        series.write({"count": 2, "first_day": fields.Date.today() + timedelta(days=2)})
        series.action_propose()
        series.action_book_all()
        visits = self.env["clinic.visit"].search([("patient_id", "=", self.patient.id)])
        self.assertEqual(sum(visits.mapped("amount_total")), series.price_total)

    @settings(max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(
        method=st.sampled_from(METHODS),
        included=st.booleans(),
        lines=st.lists(
            st.tuples(
                st.decimals("0.01", "9999.99", places=2).map(float),
                st.sampled_from((1, 2, 3, 0.25)),
                st.sampled_from((0, 5, 12.5, 33.33)),
            ),
            min_size=1,
            max_size=6,
        ),
    )
    def test_any_lines_amount_to_what_odoo_makes_of_them(self, method, included, lines):
        self.branch.tax_calculation_rounding_method = method
        tax = self.tax if not included else self.included
        values = [
            {
                "product_id": self.facial.product_variant_id.id,
                "price_unit": price,
                "quantity": quantity,
                "discount": discount,
                "tax_ids": [Command.set(tax.ids)],
            }
            for price, quantity, discount in lines
        ]
        partner = self.patient.partner_id
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_line_ids": [Command.create(vals) for vals in values],
            }
        )
        told = self.branch._clinic_total(values, partner)
        self.assertAlmostEqual(told["total_included"], invoice.amount_total, 2)
        self.assertAlmostEqual(told["total_excluded"], invoice.amount_untaxed, 2)

    @property
    def included(self):
        tax = self.env["account.tax"].search([("name", "=", "Included"), ("company_id", "=", self.branch.id)], limit=1)
        return tax or self.tax.copy({"name": "Included", "price_include_override": "tax_included"})


@tagged("post_install", "-at_install")
class TestOwed(AccountCommon):
    """What a patient owes: payments in advance count, and currencies are converted."""

    def _owed(self, patient=None, branch=None):
        patient = (patient or self.patient).with_company(branch or self.branch)
        patient.invalidate_recordset(["amount_due"])
        return patient.amount_due

    def _advance(self, amount):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.patient.partner_id.id,
                "amount": amount,
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        return payment

    def test_a_payment_in_advance_reduces_it(self):
        self._advance(400)
        self.assertEqual(self._owed(), -400)
        visit = self._done()
        visit.action_checkout()
        self.assertEqual(self._owed(), 750)
        following = self.book(start=self._at(15))
        day = self.branch._clinic_local(following.start).date().isoformat()
        board = self.env["clinic.board"].with_user(self.users["reception"]).with_company(self.branch).load(day)
        [card] = [card for card in board["procedures"] if card["visit_id"] == following.id]
        self.assertEqual(card["amount_due"], 750)
        self.assertIn("750", " ".join(flag["label"] for flag in card["flags"]))

    def test_an_opening_balance_counts(self):
        receivable = self.company_data["default_account_receivable"]
        other = self.company_data["default_account_revenue"]
        partner = {"partner_id": self.patient.partner_id.id}
        lines = [{"account_id": receivable.id, "debit": 90, **partner}, {"account_id": other.id, "credit": 90}]
        entry = self.env["account.move"].create(
            {"move_type": "entry", "line_ids": [Command.create(line) for line in lines]}
        )
        entry.action_post()
        self.assertEqual(self._owed(), 90)

    def test_branches_of_another_currency_are_converted(self):
        self._done().action_checkout()
        foreign = self.setup_other_currency("AED")
        foreign.rate_ids.unlink()
        self.env["res.currency.rate"].create({"currency_id": foreign.id, "name": "2020-01-01", "rate": 0.5})
        data = self.setup_other_company(name="Dubai", currency_id=foreign.id)
        dubai = data["company"]
        line = {"name": "Care", "quantity": 1, "price_unit": 100, "tax_ids": []}
        invoice = (
            self.env["account.move"]
            .with_company(dubai)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.patient.partner_id.id,
                    "currency_id": foreign.id,
                    "invoice_line_ids": [Command.create(line)],
                }
            )
        )
        invoice.action_post()
        rate = foreign._get_conversion_rate(foreign, self.branch.currency_id, self.branch, fields.Date.today())
        self.assertEqual(rate, 2)
        self.assertEqual(self._owed(), 1150 + 200)

    def test_the_family_does_not_owe_it(self):
        child = self.env["clinic.patient"].sudo().create({"name": "Child", "parent_id": self.patient.partner_id.id})
        self._done().action_checkout()
        self.assertEqual((self._owed(), self._owed(child)), (1150, 0))
