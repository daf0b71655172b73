from pathlib import Path

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged

from .. import const
from .common import EasypaisaCommon

CREDENTIALS = ("store_id", "account_number", "username", "password", "hash_key")


@tagged("post_install", "-at_install")
class TestSettings(EasypaisaCommon):
    def test_what_easypaisa_would_refuse_is_not_switched_on(self):
        wrong = [
            {"easypaisa_store_id": "12a"},
            {"easypaisa_store_id": "١٢٣"},
            {"easypaisa_store_id": False},
            {"easypaisa_account_number": "0300-123"},
            {"easypaisa_account_number": False},
            {"easypaisa_username": "a:b"},
            {"easypaisa_username": False},
            {"easypaisa_password": "with space"},
            {"easypaisa_password": False},
            {"easypaisa_flow": "hosted", "easypaisa_hash_key": "k" * 15},
            {"easypaisa_flow": "hosted", "easypaisa_hash_key": False},
            {"easypaisa_flow": "hosted", "easypaisa_hash_key": "ü" * 16},
            {"easypaisa_hours": 0},
            {"easypaisa_hours": 24 * 31},
        ]
        for values in wrong:
            for state in ("test", "enabled"):
                with self.subTest(values=values, state=state), self.assertRaises(ValidationError), self.cr.savepoint():
                    self.provider.write({**values, "state": state})
        self.provider.write({"state": "disabled", "easypaisa_store_id": "12a"})
        for length in (16, 24, 32):
            self.provider.write(
                {
                    "state": "test",
                    "easypaisa_store_id": "1",
                    "easypaisa_flow": "hosted",
                    "easypaisa_hash_key": "k" * length,
                }
            )

    def test_the_hash_key_is_needed_by_the_hosted_checkout_alone(self):
        self.provider.write({"easypaisa_flow": "otc", "easypaisa_hash_key": False, "state": "enabled"})
        self.assertEqual(self.provider._easypaisa_get_inline_channels(), ("otc",))

    def test_it_comes_with_odoos_payment_method_for_rupees(self):
        own = self.env.ref("payment_easypaisa.payment_provider_easypaisa")
        self.assertEqual(own.state, "disabled")
        self.assertEqual(own.payment_method_ids, self.env.ref("payment.payment_method_easypaisa"))
        self.assertEqual(own.available_currency_ids.mapped("name"), ["PKR"])
        self.assertEqual(own.support_refund, "none")
        self.assertTrue(self.payment_method.active, "the method is switched on with the provider")
        for currency, found in ((self.currency, self.provider), (self.currency_usd, self.provider.browse())):
            compatible = self.env["payment.provider"]._get_compatible_providers(
                self.company.id, self.partner.id, 100.0, currency_id=currency.id
            )
            self.assertEqual(compatible & self.provider, found)

    def test_only_administrators_read_or_write_credentials(self):
        names = [f"easypaisa_{name}" for name in CREDENTIALS]
        groups = ["base.group_portal", "base.group_public", "base.group_user", "account.group_account_manager"]
        for number, group in enumerate(groups):
            if not self.env.ref(group, raise_if_not_found=False):
                continue
            provider = self.provider.with_user(new_test_user(self.env, login=f"reader_{number}", groups=group))
            with self.subTest(group=group):
                for name in names:
                    with self.assertRaises(AccessError):
                        provider.read([name])
                    with self.assertRaises(AccessError):
                        provider.write({name: "1"})
                    with self.assertRaises(AccessError):
                        provider.search([(name, "=like", "P%")])
        read = self.provider.with_user(self.admin_user).read(names)
        self.assertEqual(read[0]["easypaisa_password"], self.provider.easypaisa_password)

    def test_credentials_are_not_copied_and_can_be_reset(self):
        copied = self.provider.copy()
        for name in CREDENTIALS:
            self.assertFalse(copied[f"easypaisa_{name}"], name)
        self.provider.action_reset_credentials()
        self.assertEqual(self.provider.state, "disabled")
        for name in CREDENTIALS:
            self.assertFalse(self.provider[f"easypaisa_{name}"], name)

    def test_live_and_test_are_two_servers(self):
        self.assertEqual(self.provider._easypaisa_get_base_url(), self.sandbox.url)
        self.provider.state = "enabled"
        self.assertEqual(self.provider._easypaisa_get_base_url(), const.LIVE_URL, "a sandbox is for tests alone")
        self.provider.state = "test"
        parameters = self.env["ir.config_parameter"].sudo()
        for url in ("http://localhost:80", "http://10.0.0.1:80", "https://evil.example", "http://127.0.0.1@x:1", "x"):
            parameters.set_param(const.LOCAL_SANDBOX, url)
            self.assertEqual(self.provider._easypaisa_get_base_url(), const.TEST_URL, url)

    def test_a_copy_of_a_database_can_charge_nobody(self):
        self.provider.state = "enabled"
        self.env.flush_all()
        self.env.cr.execute((Path(__file__).parents[1] / "data" / "neutralize.sql").read_text())
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        self.assertEqual((self.provider.state, self.provider.is_published), ("disabled", False))
        for name in CREDENTIALS:
            self.assertFalse(self.provider[f"easypaisa_{name}"], name)
