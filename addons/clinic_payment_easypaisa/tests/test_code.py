import json
from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, http
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.clinic.tests.printing import activate
from odoo.addons.clinic_payment.tests.common import PaymentCommon
from odoo.addons.payment_easypaisa import const, utils
from odoo.addons.payment_easypaisa.tests import sandbox

MOBILE = "03451234567"
PHONE_HOURS = 30


@tagged("post_install", "-at_install")
class TestCode(PaymentCommon, HttpCase):
    """The deposit is paid in cash at a shop, with a code of the sandbox of EasyPaisa."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rupees = cls.env.ref("base.PKR")
        rupees.active = True
        cls.branch.root_id.sudo().currency_id = rupees
        cls.rule.phone_hours = PHONE_HOURS
        providers = cls.env["payment.provider"].sudo()
        cls.easypaisa = providers.create(
            {
                "name": "EasyPaisa",
                "code": "easypaisa",
                "company_id": cls.branch.id,
                "easypaisa_flow": "wallet_otc",
                "easypaisa_store_id": sandbox.STORE,
                "easypaisa_account_number": sandbox.ACCOUNT,
                "easypaisa_username": sandbox.USERNAME,
                "easypaisa_password": sandbox.PASSWORD,
                "redirect_form_view_id": cls.env.ref("payment_easypaisa.redirect_form").id,
                "inline_form_view_id": cls.env.ref("payment_easypaisa.inline_form").id,
                "payment_method_ids": [Command.set(cls.env.ref("payment.payment_method_easypaisa").ids)],
            }
        )
        cls.easypaisa.write({"state": "test", "is_published": True})
        cls.easypaisa.journal_id = cls.company_data["default_journal_bank"]

    def setUp(self):
        super().setUp()
        self.sandbox = self.enterContext(sandbox.running())
        self.env["ir.config_parameter"].sudo().set_param(const.LOCAL_SANDBOX, self.sandbox.url)
        self.authenticate(None, None)
        self.visit = self._held(start=self._at(16, days=5))
        self.deadline = self.visit.expires_at

    # -- what the patient's browser does

    def _link(self):
        return self.env["clinic.payment.link"]._of(self.visit)

    def _token(self):
        return self._link()._address().rpartition("/")[2]

    def _pay(self):
        """Press Pay on the page of the link; return what the form gets."""
        params = {
            "provider_id": self.easypaisa.id,
            "payment_method_id": self.easypaisa.payment_method_ids.id,
            "token_id": None,
            "flow": "direct",
            "tokenization_requested": False,
            "landing_route": "/clinic/pay/done",
            "access_token": self._token(),
            "amount": self._link().amount,
            "reference_prefix": self.visit.name,
        }
        return self.make_jsonrpc_request("/clinic/pay/transaction", params)

    def _start(self, got, channel="otc"):
        """Give the mobile number; return (the transaction, the answer)."""
        form = {"reference": got["reference"], "access_token": got["access_token"], "channel": channel}
        form |= {"mobile_number": MOBILE, "csrf_token": http.Request.csrf_token(self)}
        answer = self.url_open("/payment/easypaisa/start", data=form).json()
        self.env.invalidate_all()
        return self.env["payment.transaction"].sudo().search([("reference", "=", got["reference"])]), answer

    def _code(self, expires_at=None):
        """Get a code for a shop, of which EasyPaisa says that it is good until ``expires_at``."""
        self.sandbox.expiry = expires_at and utils.to_karachi(expires_at, "%d/%m/%Y %I:%M %p")
        tx, answer = self._start(self._pay())
        self.assertEqual((tx.state, answer["state"]), ("pending", "pending"))
        return tx

    def _asked_until(self):
        [asked] = map(json.loads, self.sandbox.asked(const.STARTS["otc"]))
        return asked["tokenExpiry"]

    # -- until when

    def test_a_code_is_asked_for_until_the_hold_ends(self):
        # Longer than the setting for what holds nothing.
        self.assertGreater(self.deadline, self._now(hours=self.easypaisa.easypaisa_hours))
        tx = self._code()
        self.assertEqual(self._asked_until(), utils.to_karachi(self.deadline, "%Y%m%d %H%M%S"))
        self.assertEqual((tx.easypaisa_expires_at, self.visit.expires_at), (self.deadline, self.deadline))

    def test_a_code_that_is_good_for_less_ends_the_hold_earlier(self):
        earlier = self._now(hours=5).replace(second=0, microsecond=0)
        tx = self._code(earlier)
        self.assertEqual((tx.easypaisa_expires_at, self.visit.expires_at), (earlier, earlier))
        self.assertEqual(self.visit.deposit_until, self.deadline, "so long the rule would allow")
        self._expire(self.visit)
        self.assertEqual(self.visit.state, "cancelled")

    def test_a_code_that_is_good_for_longer_holds_longer_as_the_rule_allows(self):
        shorter = self._now(hours=2).replace(microsecond=0)
        self.visit.sudo().expires_at = shorter
        link, later = self._link(), self._now(hours=8).replace(second=0, microsecond=0)
        tx = self._code(later)
        self.assertEqual(self._asked_until(), utils.to_karachi(shorter, "%Y%m%d %H%M%S"))
        self.assertEqual((tx.easypaisa_expires_at, self.visit.expires_at), (later, later))
        self.assertEqual(link.expires_at, later, "the link that was sent is good as long")

    def test_never_longer_than_the_rule_allows(self):
        tx = self._code(self.deadline + timedelta(days=2))
        self.assertEqual((tx.easypaisa_expires_at, self.visit.expires_at), (self.deadline, self.deadline))

    def test_never_longer_than_until_the_visit_begins(self):
        self.visit.sudo().write(
            {"expires_at": self._now(hours=1), "deposit_until": self.visit.start + timedelta(days=1)}
        )
        tx = self._code(self.visit.start + timedelta(hours=2))
        self.assertEqual((tx.easypaisa_expires_at, self.visit.expires_at), (self.visit.start, self.visit.start))

    def test_a_clock_that_is_wrong_ends_no_hold(self):
        with self.assertLogs("odoo.addons.payment_easypaisa", "WARNING") as logs:
            tx = self._code(self._now(hours=-1))
        self.assertIn("names a time that is past", logs.output[0])
        self.assertEqual((tx.easypaisa_expires_at, self.visit.expires_at), (self.deadline, self.deadline))

    @mute_logger("odoo.addons.payment_easypaisa")
    def test_answers_that_are_no_time(self):
        for said in ("tomorrow", "99/99/2026 10:00 AM", "", 12):
            with self.subTest(said=said):
                self.sandbox.expiry = said
                tx, _answer = self._start(self._pay())
                self.assertEqual((tx.easypaisa_expires_at, self.visit.expires_at), (self.deadline, self.deadline))
                tx.sudo()._set_canceled()
                self.env.flush_all()

    def test_a_page_that_was_open_when_the_hold_ended_begins_nothing(self):
        got = self._pay()
        self.visit.sudo().expires_at = self._now(minutes=-1)
        self.env.flush_all()
        tx, answer = self._start(got)
        self.assertEqual((tx.state, answer["state"]), ("error", "error"))
        self.assertIn("can't be paid here any more", answer["message"])
        self.assertFalse(self.sandbox.requests)

    def test_a_hold_that_has_ended_is_not_taken_up_again(self):
        tx = self._code()
        self.visit.sudo().expires_at = over = self._now(minutes=-1).replace(microsecond=0)
        tx._easypaisa_keep_token("12345678", self._now(hours=3))
        self.assertEqual(self.visit.expires_at, over)

    # -- what becomes of it

    def test_paid_at_the_shop_the_visit_is_booked(self):
        tx = self._code()
        self.sandbox.pay(tx.reference)
        tx.easypaisa_inquired_at = False
        self.env.flush_all()
        self.make_jsonrpc_request("/payment/status/poll", {})
        self.env.invalidate_all()
        self.assertEqual((tx.state, self.visit.state, self.visit.deposit_state), ("done", "booked", "paid"))
        self.assertNotIn(tx.easypaisa_token, self.url_open(f"/clinic/pay/{self._token_of(tx)}").text)

    def _token_of(self, tx):
        return tx.clinic_link_id._address().rpartition("/")[2]

    # -- the pages

    def test_the_link_shows_the_code_and_until_when(self):
        tx = self._code()
        until = self.branch._clinic_moment_text(self.deadline)
        for address in (f"/clinic/pay/{self._token_of(tx)}", "/clinic/pay/done"):
            with self.subTest(address=address):
                page = self.url_open(address).text
                for text in (tx.easypaisa_token, until, "Your payment code", "Until then we keep the time for you."):
                    self.assertIn(text, page)
        with freeze_time(self.deadline + timedelta(minutes=1)):
            self.assertFalse(tx._clinic_open_codes())

    def test_all_of_it_is_said_in_the_patient_s_language(self):
        addons = ["payment", "clinic_message", "clinic_payment", "payment_easypaisa", "clinic_payment_easypaisa"]
        activate(self.env, "ur_PK", addons)
        self.patient.sudo().lang = "ur_PK"
        tx = self._code()
        self.assertIn("آپ کا ادائیگی کوڈ تیار ہے", tx.state_message)
        self.assertIn(tx.state_message, self.url_open("/payment/status").text)
        for address in (f"/clinic/pay/{self._token_of(tx)}", "/clinic/pay/done", "/payment/status"):
            with self.subTest(address=address):
                page = self.url_open(address).text
                self.assertIn("آپ کا ادائیگی کوڈ", page)
                self.assertIn(tx.easypaisa_token, page)
                self.assertRegex(page, r'<html[^>]+dir="rtl"')
                for english in ("Your payment", "Pay with it", "Please", "We tell"):
                    self.assertNotIn(english, page)

    def test_the_code_is_shown_while_another_way_may_be_chosen(self):
        tx = self._code()
        tx.last_state_change = self._now(minutes=-20)
        self.env.flush_all()
        page = self.url_open(f"/clinic/pay/{self._token_of(tx)}").text
        self.assertIn(tx.easypaisa_token, page)
        self.assertIn("o_payment_form", page)
