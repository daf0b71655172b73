from odoo.tests import HttpCase, tagged

from .common import OnlineCommon


@tagged("post_install", "-at_install")
class TestOfferLook(OnlineCommon, HttpCase):
    """The page of a time that has become free looks like those on which one books."""

    def test_it_is_as_light_and_tells_no_more(self):
        self.branch.write({"clinic_waitlist_offers": "one", "clinic_is_online": False})
        zara = self.env["clinic.patient"].create({"name": "Zara Waits", "email": "zara@example.com"})
        entry = self.env["clinic.waitlist"].create({"patient_id": zara.id, "treatment_id": self.facial.id})
        self.book(practitioner=self.doctor).action_cancel(self.env.ref("clinic_visit.cancel_reason_patient"))
        message = self.env["clinic.message"].search([("waitlist_id", "=", entry.id)])
        address = self.env["clinic.message.link"]._address(message, "offer")
        self.env.flush_all()
        link = "/c/" + address.rsplit("/", 1)[1]
        page = self._get(f"{link}?embed=1")
        self.assertIn('name="csrf_token"', page.text)
        self.assertIn("Take this time", page.text)
        self.assertIn("bk_moment", page.text)
        self.assertNotIn("web.assets", page.text)
        self.assertNotRegex(page.text, "Facial|Zara")
        self.assertEqual(
            [page.headers[name] for name in ("Referrer-Policy", "X-Robots-Tag", "Cache-Control", "X-Frame-Options")],
            ["no-referrer", "noindex", "no-store", "DENY"],
        )
        self.assertLess(len(page.content), 10_000)
        self.assertIn("no later than 24 hours", page.text)
        done = self._send(f"{link}/take", page, start=str(self._at(10)))
        self.assertIn("You are booked", done.text)
        self.assertIn("no later than 24 hours", entry.visit_id.online_terms)
        self.assertTrue(entry.visit_id.online_agreed_at)
