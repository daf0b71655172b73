from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import new_test_user, tagged

from ..const import MOST_OF_PHONE
from .known import KnownCommon


@tagged("post_install", "-at_install")
class TestKnownWho(KnownCommon):
    """Whom a code makes known, for how long, and what follows from it."""

    # -- a family -----------------------------------------------------------------------------------------------------

    def _family(self):
        child = {"name": "Bilal Khan", "phone": self.patient.phone, "email": "ayesha@example.com", "lang": "en_US"}
        return self.env["clinic.patient"].create({**child, "birth_date": fields.Date.today() - timedelta(days=4000)})

    def test_who_shares_a_phone_is_chosen_by_the_first_name(self):
        child = self._family()
        page = self._known(self.patient.phone)
        self.assertIn("For whom is this visit?", page.text)
        for name in (self.patient.name.split()[0], "Bilal"):
            self.assertIn(f">{name}<", page.text)
        # Nothing that the browser says is an id.
        for wrong in ("0", "3", "-1", str(child.id), "x", ""):
            page = self._send("/book/code/choose", page, one=wrong)
            self.assertEqual(self._at_path(page), "/book/code")
        details = self._send("/book/code/choose", page, one="2")
        self.assertIn("Bilal Khan</bdi>", details.text)
        self._confirm(details)
        self.assertEqual(self._booked().patient_id, child)

    def test_without_a_code_nobody_is_chosen(self):
        page = self._ask("ayesha@example.com")
        self._send_codes()
        for one in ("1", str(self.patient.id)):
            self.assertNotIn(self.patient.name, self._send("/book/code/choose", page, one=one).text)
        hold = self.holds.search([("company_id", "=", self.branch.id)])
        self.assertFalse(hold._visitor())

    # -- the device goes to somebody else ------------------------------------------------------------------------------

    def test_who_books_for_somebody_else_is_asked_who_comes(self):
        page = self._send("/book/code/forget", self._known())
        self.assertIn('name="name"', page.text)
        self.assertNotIn(self.patient.name, page.text)
        self.assertNotIn(self.patient.name, self._get("/book/code").text)

    def test_after_giving_up_or_letting_pass_nobody_is_known(self):
        details = self._known()
        self._send("/book/free", details)
        self.assertNotIn(self.patient.name, self._choose().text)
        hold = self.holds.search([("company_id", "=", self.branch.id)])
        hold._know(self.patient, "code")
        hold.expires_at = fields.Datetime.now() - timedelta(seconds=1)
        self.env.flush_all()
        self.assertNotIn(self.patient.name, self._choose(self._at(11)).text)

    def test_a_time_that_is_lost_keeps_who_is_known(self):
        details = self._known()
        hold = self.holds.search([("company_id", "=", self.branch.id)])
        hold._lose()
        self.env.flush_all()
        self.assertIn("You are booking as", self._choose(self._at(12)).text)
        self.assertTrue(details)

    def test_the_form_of_another_person_is_not_taken(self):
        details = self._known()
        self._send("/book/code/forget", details)
        answer = self._confirm(details)
        self.assertEqual(answer.status_code, 422)
        self.assertIn("check for whom", answer.text)

    def test_what_the_browser_had_before_is_good_no_more(self):
        page = self._ask("ayesha@example.com")
        before = self.opener.cookies["session_id"], self.holds.search([("company_id", "=", self.branch.id)]).token_hash
        self._send("/book/code/check", page, code=self._send_codes()[-1])
        hold = self.holds.search([("company_id", "=", self.branch.id)])
        self.assertNotIn(hold.token_hash, before)
        self.assertNotIn(self.opener.cookies["session_id"], before)

    def test_twins_of_one_person_are_one_choice(self):
        self.patient.copy({"name": self.patient.name, "email": "ayesha@example.com", "phone": self.patient.phone})
        self.env.flush_all()
        details = self._known()
        self.assertIn("You are booking as", details.text)
        self._confirm(details)
        self.assertEqual(self._booked().patient_id, self.patient)
        self.assertTrue(self._booked().may_be_known, "reception merges them")

    # -- what follows from being known --------------------------------------------------------------------------------

    def test_the_least_interval_counts_for_who_is_known(self):
        self.facial.write({"interval_least": 7})
        self.book(start=self._at(15, days=2))
        self.env.flush_all()
        self._confirm(self._known())
        self.assertFalse(self._booked())
        page = self._get(self._path("when", self.facial, d=self._at(10).date().isoformat()))
        self.assertNotIn('name="start"', page.text)
        # Nothing of the kind is asked of those who are not known.
        self._send("/book/code/forget", page)

    def test_who_is_known_is_asked_for_no_deposit_of_new_patients(self):
        self.rule.is_new_patient = True
        self._perform(self.book(self.facial, self._at(9, days=1)))
        self.env.flush_all()
        page = self._ask("ayesha@example.com", self._choose(None, self.laser))
        self.assertIn("Pay <bdi>", self._get(self._path("details", self.laser)).text)
        details = self._send("/book/code/check", page, code=self._send_codes()[-1])
        self.assertNotIn("Pay <bdi>", details.text)
        self._confirm(details)
        self.assertEqual((self._booked().state, self._booked().patient_id), ("booked", self.patient))

    def test_what_strangers_book_with_the_phone_keeps_nobody_who_is_known_from_booking(self):
        contact = {"name": "Stranger", "phone": self.patient.phone, "email": "stranger@example.com"}
        for number in range(MOST_OF_PHONE):
            self._keep(self._at(14 + number), visitor=f"v{number}", network=f"10.0.1.{number}")._book(contact)
        details = self._known()
        self._confirm(details)
        self.assertEqual(self._booked().patient_id, self.patient)

    def test_one_code_that_cannot_be_written_keeps_nobody_waiting(self):
        hold = self._keep(visitor="x")
        self.codes._ask(hold, "10.0.0.9", "ayesha@example.com")
        other = self._keep(self._at(12), visitor="y", network="10.0.0.2")
        second = self.codes._ask(other, "10.0.0.2", "second@example.com")
        self.patient.copy({"name": "Second", "email": "second@example.com"})
        write = type(self.codes)._write_message

        def fails(code):
            if code != second:
                raise ValueError("oops")
            return write(code)

        name = "odoo.addons.clinic_website.models.clinic_online_code_write"
        with patch.object(type(self.codes), "_write_message", fails), self.assertLogs(name, level="ERROR"):
            self._send_codes()
        self.assertTrue(second.message_id)
        self.assertFalse(self.codes.search([("typed", "!=", False)]))

    def test_who_is_signed_in_needs_no_code(self):
        user = new_test_user(self.env, "online_portal", "base.group_portal")
        user.partner_id.write({"phone": "0302 1234567", "email": "own@example.com"})
        patient = self.env["clinic.patient"].create({"partner_id": user.partner_id.id})
        self.env.flush_all()
        self.authenticate("online_portal", "online_portal")
        details = self._choose()
        self.assertIn("You are booking as", details.text)
        self.assertIn("0302 1234567", details.text)
        other = self._send("/book/code/forget", details)
        self.assertIn('name="name"', other.text)
        details = self._choose(self._at(11))
        self.assertIn('name="name"', details.text, "who books for others is not asked again")
        self.holds.search([("company_id", "=", self.branch.id)])._forget()
        self.env.flush_all()
        self._confirm(self._get(self._path("details", self.facial)))
        self.assertEqual((self._booked().patient_id, self._booked().online_known_by), (patient, "login"))

    def test_staff_books_for_nobody(self):
        user = self.users["reception"]
        self.env["clinic.patient"].create({"partner_id": user.partner_id.id})
        self.env.flush_all()
        self.authenticate(user.login, user.login)
        self.assertIn('name="name"', self._choose().text)

    def test_whatever_is_sent_has_no_traceback(self):
        page = self._choose()
        for path, name in (("/book/code", "address"), ("/book/code/check", "code"), ("/book/code/choose", "one")):
            for text in ("", "\x00", "<b>", "9" * 400, "٣", "a@b", "1 OR 1=1"):
                answer = self._send(path, page, **{name: text})
                self.assertLess(answer.status_code, 500, (path, text))
        self.assertFalse(self.env["clinic.message"].search([("kind_id.code", "=", "online_code")]))
