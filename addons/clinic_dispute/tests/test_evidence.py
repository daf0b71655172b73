from odoo.tests import HttpCase, tagged

from odoo.addons.clinic_account.tests.common import DeskMixin
from odoo.addons.clinic_payment.tests.common import PaymentCommon

BROWSER = "Mozilla/5.0 (Linux; Android 15) Test\0Browser" + "x" * 400
EVIDENCE = ("clinic_accepted_at", "clinic_accepted_text", "clinic_ip", "clinic_browser")


@tagged("post_install", "-at_install")
class TestEvidence(DeskMixin, PaymentCommon, HttpCase):
    """What the page behind a payment link shows, and keeps of who goes on to pay."""

    def setUp(self):
        super().setUp()
        self.visit = self._held()
        self.link = self.env["clinic.payment.link"]._of(self.visit)
        self.token = self.link._address().rpartition("/")[2]
        self.patch(type(self.env["clinic.link.guess"]), "_note", lambda self, ip: False)
        self.env.flush_all()

    def _pay(self, **changes):
        params = {
            "provider_id": self.provider.id,
            "payment_method_id": self.method.id,
            "token_id": None,
            "flow": "redirect",
            "tokenization_requested": False,
            "landing_route": "/clinic/pay/done",
            "access_token": self.token,
            "amount": self.link.amount,
            **changes,
        }
        headers = {"User-Agent": BROWSER.replace("\0", "")}
        self.url_open("/clinic/pay/transaction", json={"params": params}, headers=headers).json()
        return self.env["payment.transaction"].sudo().search([("clinic_link_id", "=", self.link.id)])

    def test_the_page_shows_what_is_agreed_to(self):
        page = self.url_open(f"/clinic/pay/{self.token}").text
        self.assertIn("We keep it on the day itself.", page)
        self.assertIn("By paying you agree to this.", page)

    def test_a_treatment_that_the_terms_name_is_left_out(self):
        self.visit.sudo().deposit_text = f"We keep it, also of {self.laser.name.upper()}."
        self.env.flush_all()
        page = self.url_open(f"/clinic/pay/{self.token}").text
        self.assertIn("We keep it, also of (…).", page)
        self.assertNotIn(self.laser.name.lower(), page.lower())
        self.assertEqual(self._pay().clinic_accepted_text, "We keep it, also of (…).")

    def test_who_pays_accepts_it_and_that_is_kept(self):
        tx = self._pay()
        self.assertEqual(tx.clinic_accepted_text, self.visit.deposit_text)
        self.assertIn("We keep it on the day itself.", tx.clinic_accepted_text)
        self.assertTrue(tx.clinic_accepted_at)
        self.assertEqual(tx.clinic_ip, "127.0.0.1")
        self.assertEqual(tx.clinic_browser, BROWSER.replace("\0", "")[:300])

    def test_the_browser_says_nothing_of_it_itself(self):
        self._pay(clinic_ip="6.6.6.6", custom_create_values={"clinic_ip": "6.6.6.6"})
        found = self.env["payment.transaction"].sudo().search([("clinic_ip", "=", "6.6.6.6")])
        self.assertFalse(found)

    def test_a_debt_is_agreed_to_before(self):
        done = self._done(start=self._at(15))
        done.action_checkout()
        self.link = self.env["clinic.payment.link"]._of(done)
        self.token = self.link._address().rpartition("/")[2]
        self.env.flush_all()
        self.assertNotIn("By paying you agree to this.", self.url_open(f"/clinic/pay/{self.token}").text)
        tx = self._pay()
        self.assertFalse(tx.clinic_accepted_text)
        self.assertEqual(tx.clinic_ip, "127.0.0.1")

    def test_it_is_read_by_those_who_keep_the_books_and_written_by_nobody(self):
        tx = self._pay()
        for role in ("reception", "practitioner", "warehouse"):
            self.assert_refused(role, "payment.transaction", "read", tx.ids, list(EVIDENCE))
        for role in ("accountant", "manager"):
            answer, error = self._ask(role, "payment.transaction", "read", tx.ids, list(EVIDENCE))
            self.assertFalse(error)
            self.assertEqual(answer[0]["clinic_ip"], "127.0.0.1")
            for name in EVIDENCE:
                self.assert_refused(role, "payment.transaction", "write", tx.ids, {name: "2026-01-01 10:00:00"})
        self.assertEqual(tx.clinic_ip, "127.0.0.1")
