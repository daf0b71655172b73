import re

from odoo.tests import HttpCase, tagged

from .common import PaymentCommon


@tagged("post_install", "-at_install")
class TestOfferDeposit(PaymentCommon, HttpCase):
    """Who takes a time from the waitlist pays the deposit that is asked for it."""

    def test_it_is_held_until_the_deposit_is_paid(self):
        self.branch.clinic_waitlist_offers = "one"
        self.env["ir.config_parameter"].sudo().set_param("clinic_message.trial", "False")
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

    def test_who_holds_one_is_offered_no_other_and_the_others_still_may_have_it(self):
        self.branch.clinic_waitlist_offers = "all"
        people = self.env["clinic.patient"].create([{"name": n, "email": f"{n}@example.com"} for n in ("zara", "mina")])
        entries = self.env["clinic.waitlist"].create(
            [{"patient_id": one.id, "treatment_id": self.laser.id, "company_id": self.branch.id} for one in people]
        )
        reason = self.env.ref("clinic_visit.cancel_reason_patient")
        self._held().action_cancel(reason)
        self.assertEqual(entries[0]._patient_takes(self._at(10)), "held")
        self.assertEqual(entries.mapped("state"), ["waiting", "offered"], "nothing is booked yet")
        self._held(self._at(14)).action_cancel(reason)
        self.assertEqual(entries[0].state, "waiting", "one is enough")
        self.assertEqual(entries[1]._patient_takes(self._at(10)), "taken")
        self._expire(entries[0].visit_id)
        self.assertEqual((entries[1].state, entries[1].offered_start), ("offered", self._at(10)))
