import re
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import MessageCommon


@tagged("post_install", "-at_install")
class TestPages(MessageCommon, HttpCase):
    """What a patient does by a link, in a browser of their own where nobody is signed in."""

    def _visit(self, **vals):
        return self.book(start=self._at(12, days=5), practitioner=self.doctor, **vals)

    def _link(self, visit, code="booked", purpose="link"):
        self._queue()
        message = self._of(visit, code)
        address = self.env["clinic.message.link"]._address(message, purpose)
        return "/c/" + address.rsplit("/", 1)[1]

    def _post(self, url, **data):
        """Press a button of the page: what stands in its form is sent along."""
        page = self.url_open(url.rsplit("/", 1)[0]).text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        if url.endswith("/confirm") and (shown := re.search(r'name="start" value="([^"]+)"', page)):
            data = {"start": shown.group(1), **data}
        return self.url_open(url, data={"csrf_token": token.group(1) if token else "", **data})

    def test_to_open_it_changes_nothing(self):
        visit = self._visit()
        link = self._link(visit)
        page = self.url_open(link)
        self.assertEqual(page.status_code, 200)
        self.assertIn("Dr Sana", page.text)
        self.assertNotIn("Facial", page.text, "it says nothing of what is done")
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertEqual((visit.state, visit.confirmed_at), ("booked", False))
        for action in ("confirm", "cancel", "move"):
            self.assertEqual(self.url_open(f"{link}/{action}").status_code, 405)

    def test_confirm_once_and_again(self):
        visit = self._visit()
        link = self._link(visit)
        self.assertIn("We expect you", self._post(f"{link}/confirm").text)
        confirmed = visit.confirmed_at
        self.assertTrue(confirmed)
        page = self.url_open(link).text
        self.assertIn("You have confirmed it", page)
        self.assertNotIn("I will come", page)
        visit.reschedule(self._at(15, days=5))
        self._queue()
        self.assertFalse(visit.confirmed_at, "the new time was not confirmed")

    def test_nobody_confirms_a_time_that_was_not_shown(self):
        visit = self._visit()
        link = self._link(visit)
        page = self._post(f"{link}/confirm", start=fields.Datetime.to_string(self._at(9, days=5))).text
        self.assertIn("has changed meanwhile", page)
        self.assertFalse(visit.confirmed_at)

    def test_who_moves_and_confirms_has_confirmed_the_new_time(self):
        visit = self._visit()
        link = self._link(visit)
        times = re.findall(r'name="start" value="([^"]+)"', self._post(f"{link}/move").text)
        self._post(f"{link}/move", start=times[-1])
        self.assertIn("We expect you", self._post(f"{link}/confirm").text)
        self._queue()
        self.assertEqual(fields.Datetime.to_string(visit.confirmed_start), times[-1])
        self.assertTrue(visit._is_confirmed())

    def test_cancel_once_and_again(self):
        visit = self._visit()
        link = self._link(visit)
        self.assertIn("Your visit is cancelled", self._post(f"{link}/cancel").text)
        self.assertEqual(visit.state, "cancelled")
        self.assertEqual(visit.cancel_reason_id, self.env.ref("clinic_visit.cancel_reason_patient"))
        self.assertFalse(visit.procedure_ids.reservation_ids.filtered("blocking"), "the time is free for others")
        page = self.url_open(link).text
        self.assertIn("This visit is cancelled", page)
        self.assertNotIn("Another time", page)

    def test_move_to_a_time_that_is_offered(self):
        visit = self._visit()
        link = self._link(visit)
        page = self._post(f"{link}/move").text
        times = re.findall(r'name="start" value="([^"]+)"', page)
        self.assertGreater(len(times), 1)
        self.assertIn("has a new time", self._post(f"{link}/move", start=times[-1]).text)
        self.assertEqual(fields.Datetime.to_string(visit.start), times[-1])
        self.assertEqual(visit.rescheduled_count, 1)

    def test_a_time_that_was_not_offered_or_is_taken(self):
        visit = self._visit()
        link = self._link(visit)
        for start in ("2031-01-01 10:00:00", "nonsense", fields.Datetime.to_string(self._at(3, days=6))):
            self.assertIn("Choose another one", self._post(f"{link}/move", start=start).text)
        times = re.findall(r'name="start" value="([^"]+)"', self._post(f"{link}/move").text)
        self.book(start=fields.Datetime.to_datetime(times[0]), practitioner=self.doctor)
        self.assertIn("Choose another one", self._post(f"{link}/move", start=times[0]).text)
        self.assertEqual(visit.start, self._at(12, days=5))

    def test_after_the_cut_off(self):
        visit = self._visit()
        link = self._link(visit)
        with freeze_time(visit.start - timedelta(hours=3)):
            page = self.url_open(link).text
            self.assertIn("I will come", page)
            self.assertNotIn("Another time", page)
            self.assertIn("cannot be changed here any more", self._post(f"{link}/cancel").text)
            self.assertIn("cannot be changed here any more", self._post(f"{link}/move").text)
            self.assertIn("We expect you", self._post(f"{link}/confirm").text)
        self.assertEqual(visit.state, "booked")

    def test_a_link_ends_after_the_visit(self):
        visit = self._visit()
        link = self._link(visit)
        with freeze_time(visit.start + timedelta(hours=1)):
            self.assertIn("lies in the past", self.url_open(link).text)
        with freeze_time(visit.start + timedelta(hours=25)):
            self.assertEqual(self.url_open(link).status_code, 404)

    def test_guessed_links_answer_all_alike(self):
        visit = self._visit()
        link = self._link(visit)
        other = "0" if link[-1] != "0" else "1"
        with freeze_time(visit.start + timedelta(days=2)):
            expired = self.url_open(link)
        answers = [expired] + [
            self.url_open(address)
            for address in (f"{link[:-1]}{other}", "/c/" + "a" * 32, "/c/x", "/c/%F0%9F%98%80", "/c/" + "9" * 4000)
        ]
        self.assertEqual({answer.status_code for answer in answers}, {404})
        bodies = {re.sub(r'csrf_token: "[^"]*"|"[0-9a-f]{40}o\d+"', "", answer.text) for answer in answers}
        self.assertEqual(len(bodies), 1)

    def test_a_link_is_good_for_its_purpose_alone(self):
        visit = self._visit()
        stop, link = self._link(visit, purpose="stop"), self._link(visit)
        for action in ("confirm", "cancel", "move"):
            self.assertEqual(self._post(f"{stop}/{action}").status_code, 404)
        self.assertEqual(self._post(f"{link}/stop").status_code, 404)
        self.assertEqual(visit.state, "booked")

    def test_no_more_messages(self):
        visit = self._visit()
        stop = self._link(visit, purpose="stop")
        self.assertIn("Do you want no more", self.url_open(stop).text)
        self.assertFalse(self.env["clinic.message.consent"].search([]))
        self.assertIn("You get no more", self._post(f"{stop}/stop").text)
        said = self.env["clinic.message.consent"].search([("patient_id", "=", self.patient.id)])
        self.assertEqual({(row.is_given, row.source) for row in said}, {(False, "link")})
        self.assertEqual(set(said.mapped("channel")), {"email", "sms", "whatsapp"}, "by no way")
        self._post(f"{stop}/stop")
        self.assertEqual(self.env["clinic.message.consent"].search_count([]), len(said))

    def test_without_a_csrf_token_nothing_happens(self):
        visit = self._visit()
        link = self._link(visit)
        self.assertEqual(self.url_open(f"{link}/cancel", data={"csrf_token": "x"}).status_code, 400)
        self.assertEqual(visit.state, "booked")

    def test_in_the_patients_language_and_direction(self):
        self.env["res.lang"]._activate_lang("ar_001")
        self.patient.lang = "ar_001"
        visit = self._visit()
        page = self.url_open(self._link(visit)).text
        self.assertRegex(page, r'<html[^>]+lang="ar-001"')
        self.assertRegex(page, r'dir="rtl"|o_rtl')

    def test_what_is_stored_is_no_link(self):
        visit = self._visit()
        token = self._link(visit).rsplit("/", 1)[1]
        self.env.cr.execute("SELECT token_hash FROM clinic_message_link")
        self.assertNotIn(token, [row[0] for row in self.env.cr.fetchall()])
        self.assertNotIn(token, self._of(visit).body)
