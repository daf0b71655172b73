from odoo.exceptions import AccessError
from odoo.tests import JsonRpcException, new_test_user, tagged
from odoo.tools import mute_logger

from .common import EasypaisaCommon


@tagged("post_install", "-at_install")
class TestGuard(EasypaisaCommon):
    """Who may write transactions, as accountants and administrators may, still confirms none of EasyPaisa's."""

    def setUp(self):
        super().setUp()
        # Without account_payment only administrators reach transactions.
        group = "account.group_account_manager" if self.account_payment_installed else "base.group_system"
        self.bookkeeper = new_test_user(self.env, login="bookkeeper", groups=group)
        self.tx, _told = self.start("otc")

    def test_nobody_confirms_or_changes_a_payment(self):
        tries = [
            {"state": "done"},
            {"amount": 1.0},
            {"reference": "X"},
            {"provider_id": self.dummy_provider.id},
            {"easypaisa_token": "1"},
            {"easypaisa_expires_at": "2030-01-01 00:00:00"},
            {"easypaisa_inquire_after": False},
        ]
        for user in (self.bookkeeper, self.admin_user):
            for values in tries:
                with self.subTest(user=user.login, values=values), self.assertRaises(AccessError):
                    self.tx.with_user(user).write(values)
        self.assertEqual((self.tx.state, self.tx.amount), ("pending", 2500.0))

    def test_nor_over_json_rpc(self):
        self.authenticate("bookkeeper", "bookkeeper")
        for method, args in (("write", [self.tx.ids, {"state": "done"}]), ("_set_done", [self.tx.ids])):
            params = {"model": "payment.transaction", "method": method, "args": args, "kwargs": {}}
            with self.assertRaises(JsonRpcException), mute_logger("odoo.http"):
                self.make_jsonrpc_request(f"/web/dataset/call_kw/payment.transaction/{method}", params)
        self.log.lines.clear()  # with what Odoo itself logs of a method that is none
        self.tx.invalidate_recordset()
        self.assertEqual(self.tx.state, "pending")

    def test_nobody_makes_one_that_is_paid(self):
        values = {
            "provider_id": self.provider.id,
            "payment_method_id": self.payment_method_id,
            "amount": 5.0,
            "currency_id": self.currency.id,
            "partner_id": self.partner.id,
        }
        transactions = self.env["payment.transaction"].with_user(self.admin_user)
        for extra in ({"state": "done"}, {"easypaisa_channel": "otc"}):
            with self.assertRaises(AccessError), self.cr.savepoint():
                transactions.create({**values, **extra})
        self.assertEqual(transactions.create(values).state, "draft")

    def test_staff_have_easypaisa_asked_without_seeing_its_credentials(self):
        self.sandbox.pay(self.tx.reference)
        self.tx.with_user(self.bookkeeper).action_easypaisa_inquire()
        self.assertEqual(self.tx.state, "done")
        employee = new_test_user(self.env, login="an_employee", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.tx.with_user(employee).action_easypaisa_inquire()
        with self.assertRaises(AccessError):
            self.provider.with_user(self.bookkeeper).read(["easypaisa_password"])
