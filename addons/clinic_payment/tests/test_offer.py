import re

from odoo.tests import HttpCase, tagged

from .common import PaymentCommon


@tagged("post_install", "-at_install")
class TestOfferDeposit(PaymentCommon, HttpCase):
    """Who takes a time from the waitlist pays the deposit that is asked for it."""

    def test_it_is_held_until_the_deposit_is_paid(self):
        self.branch.clinic_waitlist_offers = "one"
        zara = self.env["clinic.patient"].create({"name": "Zara Waits", "email": "zara@example.com"})
        entry = self.env["clinic.waitlist"].create(
            {"patient_id": zara.id, "treatment_id": self.laser.id, "company_id": self.branch.id}
        )
        self._held().action_cancel(self.env.ref("clinic_visit.cancel_reason_patient"))
        message = self.messages.search([("waitlist_id", "=", entry.id)])
        address = self.env["clinic.message.link"]._address(message, "offer")
        link = "/c/" + address.rsplit("/", 1)[1]
        self.env.flush_all()
        form = self.url_open(link).text
        values = {name: re.search(rf'name="{name}" value="([^"]+)"', form).group(1) for name in ("csrf_token", "start")}
        page = self.url_open(f"{link}/take", data=values)
        self.assertIn("/clinic/pay/", page.url)
        self.assertIn("1,150.00", page.text)
        visit = entry.visit_id
        self.assertEqual((visit.state, visit.deposit_state, visit.deposit_channel), ("held", "due", "online"))
        self.assertEqual(entry.state, "waiting")
        again = self.url_open(link).text
        self.assertIn("Pay the deposit", again)
        self._paid(self._transaction(visit))
        self.assertEqual((visit.state, entry.state), ("booked", "booked"))
        self.env.flush_all()
        self.assertIn("You are booked", self.url_open(link).text)
