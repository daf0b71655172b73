import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo import Command
from odoo.tests import tagged

from .common import CheckoutCommon

METHODS = ("round_per_line", "round_globally")
# No digits, two, three.
CURRENCIES = ("base.JPY", "base.EUR", "base.KWD")
BASKETS = int(os.environ.get("CLINIC_BASKETS") or 200)
LINE = st.tuples(
    st.decimals("0.01", "9999.99", places=2).map(float),
    st.sampled_from((1, 2, 3, 7, 0.25, 1.5)),
    st.sampled_from((0, 5, 12.5, 33.33, 99.99)),
    st.sampled_from(("none", "one", "included", "two", "mixed", "fixed")),
)


@tagged("post_install", "-at_install")
class TestPreview(CheckoutCommon):
    """What the screen shows is what the posted invoice amounts to, to the cent: taxes, rounding, currencies."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        taxes = cls.env["account.tax"]
        shared = {"type_tax_use": "sale", "company_id": cls.branch.id}
        one = taxes.create({"name": "A", "amount": 16, **shared})
        other = taxes.create({"name": "B", "amount": 7.7, "include_base_amount": True, "sequence": 0, **shared})
        included = taxes.create({"name": "C", "amount": 19, "price_include_override": "tax_included", **shared})
        fixed = taxes.create({"name": "D", "amount": 1.35, "amount_type": "fixed", **shared})
        cls.kinds = {
            "none": taxes,
            "one": one,
            "included": included,
            "two": other | one,
            "mixed": included | fixed,
            "fixed": fixed,
        }
        cls.products = {
            kind: cls.env["product.product"].create(
                {"name": kind, "is_confidential": False, "taxes_id": [Command.set(of_kind.ids)]}
            )
            for kind, of_kind in cls.kinds.items()
        }
        for name in CURRENCIES:
            cls.env.ref(name).active = True
        cls.visit = cls._done()

    @settings(
        max_examples=BASKETS, deadline=None, database=None, suppress_health_check=list(HealthCheck), derandomize=True
    )
    @given(
        method=st.sampled_from(METHODS),
        currency=st.sampled_from(CURRENCIES),
        lines=st.lists(LINE, min_size=1, max_size=6),
        tip=st.sampled_from((0, 10, 33.33)),
        shown_with_taxes=st.booleans(),
    )
    def test_any_basket(self, method, currency, lines, tip, shown_with_taxes):
        with self.env.cr.savepoint() as savepoint:
            self.branch.tax_calculation_rounding_method = method
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE res_company SET currency_id = %s, account_price_include = %s WHERE id = %s",
                [
                    self.env.ref(currency).id,
                    "tax_included" if shown_with_taxes else "tax_excluded",
                    self.branch.id,
                ],
            )
            self.env.invalidate_all()
            self._fill(lines, tip)
            visit = self.visit
            screen = self._screen().load(visit.id)
            visit._check_out()
            invoice = visit.invoice_id
            self.assertEqual(invoice.currency_id, self.env.ref(currency))
            shown = [screen["untaxed"], screen["total"], screen["due"], sum(tax["amount"] for tax in screen["taxes"])]
            posted = [invoice.amount_untaxed, invoice.amount_total, invoice.amount_residual, invoice.amount_tax]
            for was, now in zip(shown, posted, strict=True):
                self.assertEqual(invoice.currency_id.compare_amounts(was, now), 0, (shown, posted))
            rows = [row["amount"] for row in screen["rows"]]
            lines_posted = invoice.invoice_line_ids.filtered(lambda line: line.display_type == "product")
            amounts = lines_posted.mapped(lambda line: line.price_total if shown_with_taxes else line.price_subtotal)
            self.assertEqual(rows, amounts)
            self.assertEqual([row["amount"] for row in self._screen().load(visit.id)["rows"]], amounts)
            savepoint.close(rollback=True)
        self.env.invalidate_all()

    def _fill(self, lines, tip):
        """Put the treatment and ``lines`` into the basket; one product may stand there in several lines."""
        price, quantity, discount, kind = lines[0]
        procedure = self.visit.procedure_ids.sudo()
        self.facial.taxes_id = self.kinds[kind]
        procedure.write({"price_unit": price, "quantity": quantity, "discount": discount})
        basket = self.env["clinic.checkout.line"].sudo()
        by_kind = {kind: (price, quantity, discount) for price, quantity, discount, kind in lines[1:]}
        basket.create(
            [
                {
                    "visit_id": self.visit.id,
                    "product_id": self.products[kind].id,
                    "price_unit": price,
                    "quantity": quantity,
                    "discount": discount,
                }
                for kind, (price, quantity, discount) in by_kind.items()
            ]
        )
        if tip:
            self._screen().set_tip(self.visit.id, self.cosmetologist.id, tip)
