import json
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import PaymentCommon

FORGED = "0" * 32
# What the pages may say of somebody or of what is done.
PRIVATE = ("Ayesha", "Laser", "Dr Sana", "0300", "ayesha@")


@tagged("post_install", "-at_install")
class TestLink(PaymentCommon, HttpCase):
    def setUp(self):
        super().setUp()
        self.visit = self._held()
        self.link = self.env["clinic.payment.link"]._of(self.visit)
        self.token = self.link._address().rpartition("/")[2]
        # Guesses are counted for the address from which the tests come.
        self.patch(type(self.env["clinic.link.guess"]), "_note", lambda self, ip: False)
        self.env.flush_all()

    def _open(self, token=None):
        page = self.url_open(f"/clinic/pay/{token or self.token}")
        self.assertNotIn("Traceback", page.text)
        return page

    def _pay(self, refused=False, **changes):
        """Press Pay on the page; return what the form gets, or the sentence of the refusal."""
        params = {
            "provider_id": self.provider.id,
            "payment_method_id": self.method.id,
            "token_id": None,
            "flow": "redirect",
            "tokenization_requested": False,
            "landing_route": "/clinic/pay/done",
            "access_token": self.token,
            "amount": self.link.amount,
            "reference_prefix": self.visit.name,
            **changes,
        }
        if not refused:
            return self.make_jsonrpc_request("/clinic/pay/transaction", params)
        with mute_logger("odoo.http"):
            answer = self.url_open("/clinic/pay/transaction", json={"params": params}).json()
        self.assertIn(answer["error"]["data"]["name"].rpartition(".")[2], ("ValidationError", "BadRequest"))
        return answer["error"]["data"]["message"]

    def _transactions(self):
        return self.env["payment.transaction"].sudo().search([("clinic_link_id", "=", self.link.id)])

    # -- the page -----------------------------------------------------------------------------------------------------

    def test_a_stranger_pays_in_three_taps(self):
        page = self._open()
        self.assertEqual(page.status_code, 200)
        for text in ("1,150.00", self.visit.name, "to be paid by", "o_payment_form", self.method.name):
            self.assertIn(text, page.text)
        for text in PRIVATE:
            self.assertNotIn(text, page.text)
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        answer = self._pay()
        tx = self._transactions()
        self.assertEqual(answer["reference"], tx.reference)
        self.assertRecordValues(
            tx,
            [
                {
                    "amount": 1150,
                    "clinic_visit_id": self.visit.id,
                    "partner_id": self.patient.partner_id.id,
                    "landing_route": "/clinic/pay/done",
                    "state": "draft",
                }
            ],
        )
        self.assertTrue(tx.reference.startswith(self.visit.name))
        tx._set_done()
        self.env.flush_all()
        self.make_jsonrpc_request("/payment/status/poll", {})
        self.env.invalidate_all()
        self.assertEqual(self.visit.state, "booked")
        done = self.url_open("/clinic/pay/done")
        self.assertIn("Thank you.", done.text)
        self.assertIn("This is paid already", self._open().text)
        self.assertIn("can't be paid here any more", self._pay(refused=True))
        self.assertEqual(self._ledger(), (-1150, -1150, 1))

    def test_what_was_changed_is_refused(self):
        other = self.env["res.partner"].create({"name": "Other"})
        for changes, text in (
            ({"amount": 1}, "The amount is not the one"),
            ({"amount": None}, "The amount is not the one"),
            ({"amount": "1150,00"}, "The amount is not the one"),
            ({"currency_id": self.env.ref("base.EUR").id}, "The amount is not the one"),
            ({"partner_id": other.id}, "The amount is not the one"),
            ({"provider_id": 0}, "not offered any more"),
            ({"provider_id": "x"}, "not offered any more"),
            ({"payment_method_id": 987654}, "not offered any more"),
            ({"flow": "token", "token_id": 1}, "not offered any more"),
            ({"access_token": FORGED}, "not valid any more"),
            ({"access_token": None}, "not valid any more"),
            ({"access_token": [1]}, "not valid any more"),
            ({"invoice_ids": [1]}, ""),
        ):
            with self.subTest(changes):
                self.assertIn(text, self._pay(refused=True, **changes))
        self.assertFalse(self._transactions())

    def test_links_that_lead_nowhere(self):
        for token in (FORGED, "x", self.token[:-1], self.token.upper(), "a" * 500):
            with self.subTest(token):
                page = self._open(token)
                self.assertEqual(page.status_code, 404)
                self.assertIn("not valid any more", page.text)
        self.assertEqual(self.url_open("/clinic/pay/done").status_code, 404)

    def test_guessing_is_limited(self):
        with patch.object(type(self.env["clinic.link.guess"]), "_note", lambda self, ip: True):
            self.assertEqual(self._open(FORGED).status_code, 429)

    def test_another_patient_s_link_pays_that_patient_s_visit(self):
        other = self.env["clinic.patient"].create({"name": "Other Patient"})
        visits = self.env["clinic.visit"].with_company(self.branch)
        theirs = visits.book(other, self.laser, self._at(15), self.doctor)
        token = self.env["clinic.payment.link"]._of(theirs)._address().rpartition("/")[2]
        mine = {"partner_id": self.patient.partner_id.id}
        self.assertIn("The amount is not the one", self._pay(refused=True, access_token=token, **mine))

    def test_who_is_signed_in_pays_for_the_patient_too(self):
        self.authenticate("test_reception", "test_reception")
        self._pay()
        self.assertEqual(self._transactions().partner_id, self.patient.partner_id)

    def _says(self, text):
        self.env.flush_all()
        page = self._open()
        self.assertEqual(page.status_code, 200)
        self.assertIn(text, page.text)
        self.assertNotIn("o_payment_form", page.text)
        self.assertIn("can't be paid here any more", self._pay(refused=True))
        self.assertFalse(self._transactions().filtered(lambda tx: tx.state == "draft"))

    def test_expired(self):
        self.visit.sudo().expires_at = fields.Datetime.now() - timedelta(minutes=1)
        self._says("The time for this payment is over")

    def test_cancelled(self):
        self.visit.action_cancel(self.env.ref("clinic_visit.cancel_reason_patient"))
        self._says("This visit is cancelled")

    def test_waived(self):
        self.visit.with_user(self.users["manager"]).action_waive_deposit("Comes every month for years")
        self._says("This is paid already")

    def test_paid_in_part_another_amount_is_due(self):
        self._paid(self._transaction(self.visit, 400))
        self._says("Another amount is to be paid now")
        self.assertNotEqual(self.env["clinic.payment.link"]._of(self.visit), self.link)

    def test_a_payment_under_way_is_not_made_twice(self):
        self._transaction(self.visit, clinic_link_id=self.link.id)._set_pending()
        self._says("Your payment is on its way")

    def test_a_payment_that_failed_may_be_tried_again(self):
        self._pay()
        self._transactions()._set_error("No")
        self.env.flush_all()
        self.assertIn("Try again", self.url_open("/clinic/pay/done").text)
        self.assertIn("o_payment_form", self._open().text)

    def test_the_patient_s_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.patient.lang = "fr_FR"
        self.env.flush_all()
        self.assertIn('lang="fr-FR"', self._open().text)

    # -- a debt -------------------------------------------------------------------------------------------------------

    def test_the_debt_of_an_invoice(self):
        done = self._done(start=self._at(15))
        done.action_checkout()
        self.link = self.env["clinic.payment.link"]._of(done)
        self.assertEqual((self.link.amount, self.link.invoice_id), (1150, done.invoice_id))
        self.token = self.link._address().rpartition("/")[2]
        self.env.flush_all()
        page = self._open()
        self.assertIn(done.invoice_id.name, page.text)
        self._pay()
        tx = self._transactions()
        self.assertEqual(tx.invoice_ids, done.invoice_id)
        self._paid(tx)
        self.assertEqual((done.payment_state, done.amount_due), ("paid", 0))
        self.assertEqual(self._ledger(), (0, 0, 2))
        self.env.flush_all()
        self.assertIn("This is paid already", self._open().text)

    def test_a_credited_invoice_is_not_paid(self):
        done = self._done(start=self._at(15))
        done.action_checkout()
        self.link = self.env["clinic.payment.link"]._of(done)
        self.token = self.link._address().rpartition("/")[2]
        self._credit(done.invoice_id)
        self._says("This visit is cancelled")

    # -- the desk -----------------------------------------------------------------------------------------------------

    def _dialog(self, role="reception", visit=None):
        wizards = self.env["clinic.payment.ask"].with_user(self.users[role]).with_company(self.branch)
        return wizards.create({"visit_id": (visit or self.visit).id})

    def test_the_desk_shows_copies_and_sends_it(self):
        wizard = self._dialog()
        self.assertEqual((wizard.amount, wizard.address), (1150, self.link._address()))
        self.assertTrue(wizard.code)
        self.assertEqual(wizard.action_send()["params"]["type"], "success")
        [message] = self._of(self.visit, "deposit_asked")
        self.assertIn("{pay}", message.body)
        self.assertNotIn("/clinic/pay/", message.body)
        self.assertNotIn("/clinic/pay/", message.text)
        self.assertIn(self.link._address(), message._filled()[1])

    def test_whatsapp_gets_the_link(self):
        self.env["ir.config_parameter"].sudo().set_param("clinic_message.trial", "False")
        self.patient.phone = "+92 300 1234567"
        self.assertTrue(self.visit.can_hand_over)
        action = self._dialog().action_whatsapp()
        self.assertIn("wa.me/923001234567", action["url"])
        self.assertIn(self.token, action["url"])
        self.assertEqual(self._of(self.visit).state, "handed_over")

    def test_the_link_of_a_debt_is_sent(self):
        done = self._done(start=self._at(15))
        done.action_checkout()
        self._dialog(visit=done).action_send()
        [message] = self._of(done, "payment_link")
        self.assertRegex(message.body, r"1,150.00 for your visit of [\s\S]*\{pay\}")

    def test_without_a_right_or_a_debt_there_is_no_link(self):
        with self.assertRaises(AccessError):
            self._dialog("practitioner")
        done = self._done(start=self._at(15))
        with self.assertRaisesRegex(UserError, "Nothing is to be paid"):
            done.with_user(self.users["reception"]).action_payment_link()

    def test_the_same_link_as_long_as_the_same_is_asked(self):
        links = self.env["clinic.payment.link"]
        self.assertEqual(links._of(self.visit), self.link)
        self.assertNotIn(self.token, json.dumps(self.link.sudo().read()[0], default=str))
        with freeze_time(fields.Datetime.now() + timedelta(hours=1)):
            self.assertEqual(links._of(self.visit), self.link)
