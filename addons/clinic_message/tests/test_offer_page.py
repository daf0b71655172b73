import re

from odoo import fields
from odoo.tests import HttpCase, tagged

from .offer_common import OfferCommon


@tagged("post_install", "-at_install")
class TestOfferPage(OfferCommon, HttpCase):
    """What a patient who waits does by the link, in a browser where nobody is signed in."""

    def _link(self, entry):
        address = self.env["clinic.message.link"]._address(self._written(entry)[-1:], "offer")
        self.env.flush_all()
        return "/c/" + address.rsplit("/", 1)[1]

    def _form(self, link):
        """Return what the form of the page sends along."""
        page = self.url_open(link).text
        return {name: re.search(rf'name="{name}" value="([^"]+)"', page).group(1) for name in ("csrf_token", "start")}

    def _post(self, link, action, form=None, **data):
        return self.url_open(f"{link}/{action}", data={**(form or self._form(link)), **data})

    def test_to_open_it_takes_nothing(self):
        entry = self._wait()
        self._freed()
        link = self._link(entry)
        page = self.url_open(link)
        self.assertIn("Take this time", page.text)
        self.assertIn("Dr Sana", page.text)
        self.assertNotRegex(page.text, "Facial|Zara")
        self.assertEqual((page.headers["Cache-Control"], page.headers["X-Robots-Tag"]), ("no-store", "noindex"))
        self.assertEqual(entry.state, "offered")
        for action in ("take", "decline"):
            self.assertEqual(self.url_open(f"{link}/{action}").status_code, 405)

    def test_take_it_once_and_again(self):
        entry = self._wait()
        self._freed()
        link = self._link(entry)
        form = self._form(link)
        self.assertIn("You are booked", self._post(link, "take", form).text)
        visit = entry.visit_id
        self.assertEqual((entry.state, visit.state, visit.start), ("booked", "booked", self._at(10)))
        self.assertEqual((visit.patient_id, visit.practitioner_ids), (self.zara, self.doctor))
        self.assertIn("You are booked", self._post(link, "take", form).text)
        self.assertEqual(self.env["clinic.visit"].search_count([("patient_id", "=", self.zara.id)]), 1)

    def test_leave_it_to_the_next(self):
        entries = self._wait(self.zara, self.mina)
        self._freed()
        page = self._post(self._link(entries[0]), "decline")
        self.assertIn("You stay on our list", page.text)
        self.assertEqual(entries.mapped("state"), ["waiting", "offered"])
        self.assertTrue(self._written(entries[1]))

    def test_too_late_is_told_kindly(self):
        entry = self._wait()
        self._freed()
        link = self._link(entry)
        form = self._form(link)
        entry.action_offer_next()
        self.env.flush_all()
        self.assertIn("This offer has run out", self.url_open(link).text)
        self.assertIn("This offer has run out", self._post(link, "take", form).text)
        self.assertEqual(entry.state, "waiting")
        self.assertFalse(entry.visit_id)

    def test_taken_by_another_is_told_kindly(self):
        entry = self._wait()
        self._freed()
        link = self._link(entry)
        form = self._form(link)
        self.book(start=self._at(10), practitioner=self.doctor)
        self.env.flush_all()
        self.assertIn("Somebody else was faster", self.url_open(link).text)
        self.assertIn("Somebody else was faster", self._post(link, "take", form).text)
        self.assertEqual(entry.state, "waiting", "stays on the list")

    def test_nobody_takes_what_was_not_shown(self):
        entry = self._wait()
        self._freed()
        link = self._link(entry)
        for start in ("", "2030-01-01 00:00:00", "x", fields.Datetime.to_string(self._at(11))):
            self.assertIn("This offer has run out", self._post(link, "take", start=start).text)
        self.assertEqual((entry.state, entry.visit_id.id), ("offered", False))

    def test_a_link_is_good_for_its_purpose_and_offer_alone(self):
        entry = self._wait()
        self._freed()
        link = self._link(entry)
        form = self._form(link)
        for action in ("confirm", "cancel", "move", "stop"):
            self.assertEqual(self._post(link, action, form).status_code, 404)
        entry.action_offer_next()
        self._freed(self._at(14))
        self.assertEqual(entry.offered_start, self._at(14))
        self.env.flush_all()
        page = self._post(link, "take", form, start=fields.Datetime.to_string(self._at(14)))
        self.assertIn("This offer has run out", page.text, "the older link does not take the newer time")
        self.assertEqual(entry.state, "offered")

    def test_what_goes_wrong_is_not_told(self):
        entry = self._wait()
        self._freed()
        link = self._link(entry)
        form = self._form(link)
        self.env["clinic.authorization"].search([("practitioner_id", "=", self.doctor.id)]).unlink()
        self.env.flush_all()
        page = self._post(link, "take", form)
        self.assertEqual(page.status_code, 200)
        self.assertNotIn("authorized", page.text)
        self.assertFalse(entry.visit_id)

    def test_a_patient_who_waits_no_more(self):
        entry = self._wait()
        self._freed()
        link = self._link(entry)
        entry.action_withdraw()
        self.env.flush_all()
        self.assertIn("not on our waitlist any more", self.url_open(link).text)
