from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import new_test_user, tagged

from .. import const
from .common import JazzCashCommon

CREDENTIALS = ("jazzcash_merchant_id", "jazzcash_password", "jazzcash_integrity_salt", "jazzcash_merchant_mpin")


@tagged("post_install", "-at_install")
class TestProvider(JazzCashCommon):
    def test_settings_that_cannot_be_right_are_refused(self):
        self.jazzcash.state = "disabled"
        for name, wrong in (
            ("jazzcash_merchant_id", "MC 1"),
            ("jazzcash_merchant_id", "MC&000"),
            ("jazzcash_password", "pass word"),
            ("jazzcash_password", "pass&word"),
            ("jazzcash_integrity_salt", "0F5DD14AE2 "),
            ("jazzcash_integrity_salt", "salté"),
            ("jazzcash_integrity_salt", "abc"),
            ("jazzcash_merchant_mpin", "12345"),
            ("jazzcash_merchant_mpin", "12a4"),
        ):
            for state in ("test", "enabled"):
                with self.assertRaisesRegex(ValidationError, "Not as JazzCash gives it out"), self.env.cr.savepoint():
                    self.jazzcash.write({name: wrong, "state": state})
        self.assertEqual(self.jazzcash.state, "disabled")

    def test_settings_that_are_missing_are_refused(self):
        self.jazzcash.state = "disabled"
        for name in CREDENTIALS[:3]:
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.jazzcash.write({name: False, "state": "enabled"})
        # Only refunds of wallets need it.
        self.jazzcash.write({"jazzcash_merchant_mpin": False, "state": "enabled"})

    def test_hosts_follow_the_state_and_only_an_address_of_this_machine_stands_for_the_sandbox(self):
        param = self.env["ir.config_parameter"].set_param
        param(const.LOCAL_SANDBOX, "http://127.0.0.1:8770/any/path?x=1")
        self.assertEqual(self.jazzcash._jazzcash_get_url(), "http://127.0.0.1:8770")
        self.jazzcash.state = "enabled"
        self.assertEqual(self.jazzcash._jazzcash_get_url(), const.LIVE_URL)
        self.jazzcash.state = "test"
        for other in (
            "",
            "http://localhost:8770",
            "http://10.0.0.1:8770",
            "http://127.0.0.1@example.com:80",
            "http://127.0.0.1:80\\@example.com:80",
            "http://example.com:80#127.0.0.1",
            "http://[::ffff:10.0.0.1]:80",
            "http://127.0.0.1",
            "http://127.0.0.1:99999",
            "//",
            "http://[",
        ):
            param(const.LOCAL_SANDBOX, other)
            self.assertEqual(self.jazzcash._jazzcash_get_url(), const.SANDBOX_URL, other)

    def test_rupees_only_and_offered_for_them(self):
        self.assertEqual(self.jazzcash.available_currency_ids.mapped("name"), ["PKR"])
        find = self.env["payment.provider"].sudo()._get_compatible_providers
        args = (self.company.id, self.partner.id, 100)
        self.assertIn(self.jazzcash, find(*args, currency_id=self.currency_pkr.id))
        self.assertNotIn(self.jazzcash, find(*args, currency_id=self.currency_usd.id))

    def test_what_was_paid_by_the_wallet_can_be_refunded(self):
        self.assertEqual(self.jazzcash.support_refund, "partial")
        self.assertEqual(self.payment_method.support_refund, "partial")
        self.assertTrue(self.payment_method.active)

    def test_each_company_has_its_own_without_the_credentials_of_another(self):
        company = self.env["res.company"].create({"name": "Second"})
        other = self.env["payment.provider"].search([("code", "=", "jazzcash"), ("company_id", "=", company.id)])
        self.assertEqual(len(other), 1)
        self.assertFalse(any(other[name] for name in CREDENTIALS))

    def test_credentials_are_read_by_administrators_alone(self):
        groups = ["base.group_public", "base.group_portal", "base.group_user", "base.group_erp_manager"]
        if self.account_payment_installed:
            groups.append("account.group_account_manager")
        for number, group in enumerate(groups):
            user = new_test_user(self.env, login=f"test_{number}", groups=group)
            with self.assertRaises(AccessError):
                self.jazzcash.with_user(user).read(CREDENTIALS)
            for name in CREDENTIALS:
                with self.assertRaises(AccessError):
                    self.env["payment.provider"].with_user(user).search([(name, "!=", False)])
        admin = new_test_user(self.env, login="test_admin", groups="base.group_system")
        self.assertEqual(self.jazzcash.with_user(admin).jazzcash_password, self.sandbox.password)

    def test_reset_forgets_the_credentials(self):
        self.jazzcash.action_reset_credentials()
        self.assertEqual(self.jazzcash.state, "disabled")
        self.assertFalse(any(self.jazzcash[name] for name in CREDENTIALS))

    def test_a_neutralized_copy_can_charge_nobody(self):
        transaction = self._pay()
        self.env.flush_all()
        for query in get_neutralization_queries(["payment_jazzcash"]):
            self.env.cr.execute(query)
        self.env.invalidate_all()
        self.assertFalse(any(self.jazzcash[name] for name in CREDENTIALS))
        self.assertEqual(transaction._get_processing_values()["state"], "error")
        self.assertFalse(self.sandbox.requests)

    def test_uninstalling_leaves_odoo_s_payment_method_as_it_was(self):
        from .. import uninstall_hook

        with patch.object(type(self.jazzcash), "_remove_provider"):
            uninstall_hook(self.env)
        self.assertEqual(self.payment_method.support_refund, "none")
