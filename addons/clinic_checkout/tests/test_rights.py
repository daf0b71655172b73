from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.clinic.tests.common import ROLES
from odoo.addons.clinic.tests.test_rights import allowed_operations
from odoo.addons.clinic_account.tests.common import DeskMixin

from .common import BARCODE, CheckoutCommon

NOBODY = dict.fromkeys(ROLES, "")
EXPECTED = {"clinic.checkout.line": {**NOBODY, "reception": "r", "manager": "r"}}


@tagged("post_install", "-at_install")
class TestRights(DeskMixin, CheckoutCommon, HttpCase):
    def test_each_role_can_do_its_own_and_nothing_else(self):
        for model, roles in EXPECTED.items():
            for role, operations in roles.items():
                with self.subTest(model=model, role=role):
                    self.assertEqual(allowed_operations(self.env[model], self.users[role]), operations)

    def _calls(self, visit):
        return (
            ("load", visit.id),
            ("find_products", visit.id, "sun"),
            ("scan", visit.id, BARCODE),
            ("add_product", visit.id, self.cream.id),
            ("set_quantity", visit.id, visit.checkout_line_ids.id, 2),
            ("set_tip", visit.id, self.cosmetologist.id, 10),
            ("set_discount", visit.id, [], 0, ""),
            ("pay", visit.id, 1150, [self._part(self.cash, 1150)]),
        )

    def test_who_keeps_no_desk_checks_nothing_out(self):
        visit = self._done(practitioner=self.doctor)
        self._screen().scan(visit.id, BARCODE)
        for role in ("practitioner", "cosmetologist", "warehouse", "accountant"):
            for method, *args in self._calls(visit):
                with self.subTest(role=role, method=method):
                    self.assert_refused(role, "clinic.checkout", method, *args, kinds=("AccessError",))
        self._assert_untouched(visit)

    def test_another_branch_checks_nothing_out(self):
        visit = self._done()
        self._screen().scan(visit.id, BARCODE)
        elsewhere = self.setup_other_company(name="Elsewhere")["company"]
        new_test_user(
            self.env,
            login="test_elsewhere",
            groups="clinic.group_reception",
            company_id=elsewhere.id,
            company_ids=[(6, 0, elsewhere.ids)],
        )
        for method, *args in self._calls(visit):
            with self.subTest(method=method):
                self.assert_refused("elsewhere", "clinic.checkout", method, *args, kinds=("AccessError",))
        self._assert_untouched(visit)

    def _assert_untouched(self, visit):
        self.assertFalse(visit.invoice_ids)
        line = visit.checkout_line_ids
        self.assertEqual([line.product_id, line.quantity, line.discount], [self.cream, 1, 0])

    def test_reception_and_managers_check_out(self):
        for role, hour in (("reception", 9), ("manager", 13)):
            visit = self._done(start=self._at(hour))
            with self.subTest(role=role):
                screen, error = self._ask(role, "clinic.checkout", "scan", visit.id, BARCODE)
                self.assertFalse(error)
                self.assertEqual(screen["due"], 1380)
                parts = [self._part(self.cash, 1380)]
                self.assertFalse(self._ask(role, "clinic.checkout", "pay", visit.id, 1380, parts)[1])
                self.assertEqual(visit.payment_state, "paid")

    def test_nobody_writes_the_basket_or_the_cash_by_hand(self):
        visit = self._done()
        self._screen().scan(visit.id, BARCODE)
        line = visit.checkout_line_ids
        values = {"visit_id": visit.id, "product_id": self.cream.id, "price_unit": 0}
        for role in ("reception", "manager"):
            self.assert_refused(role, "clinic.checkout.line", "write", line.ids, {"price_unit": 0})
            self.assert_refused(role, "clinic.checkout.line", "create", [values])
            self.assert_refused(role, "clinic.checkout.line", "unlink", line.ids)
            self.assert_refused(role, "clinic.visit", "write", visit.ids, {"checkout_line_ids": [(5,)]})
        self._screen().pay(visit.id, 1380, [self._part(self.cash, 1380, 1400)])
        payment = visit.invoice_ids.matched_payment_ids
        for role in ("reception", "manager"):
            self.assert_refused(role, "account.payment", "write", payment.ids, {"clinic_received": 9999})
        self.assertEqual(payment.clinic_received, 1400)
