import re
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

from ..const import CODE_EVERY, CODE_LASTS, KNOWN_FOR, MOST_CODES, MOST_TRIES
from .common import OnlineCommon


@tagged("post_install", "-at_install")
class TestKnown(OnlineCommon, HttpCase):
    """Who has been here before: a code is asked for, sent by the outbox, and entered."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch.write({"email": "desk@test.clinic", "clinic_quiet_from": 0, "clinic_quiet_to": 24})
        cls.patient.write({"email": "ayesha@example.com", "lang": "en_US"})
        cls.env["clinic.message.provider"].search([]).active = False
        cls.codes = cls.env["clinic.online.code"].sudo()
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        self.env["clinic.link.guess"].sudo().search([]).unlink()

    def _sms(self):
        values = {"name": "Gateway", "service": "http", "url": "https://sms.example", "parameters": "to={digits}"}
        self.env["clinic.message.provider"].create(values)

    def _ask(self, address, page=None):
        page = page or self._choose()
        return self._send("/book/code", page, address=address)

    def _send_codes(self):
        """Let the outbox run; return the codes that it has sent, as those who get them read them."""
        self.env.flush_all()
        self.env.ref("clinic_message.cron_send").method_direct_trigger()
        messages = self.env["clinic.message"].search([("kind_id.code", "=", "online_code")], order="id")
        return [re.search(r"\d{6}", message._filled()[1]).group() for message in messages]

    def _known(self, address="ayesha@example.com"):
        """Return the details as one who is known sees them."""
        page = self._ask(address)
        return self._send("/book/code/check", page, code=self._send_codes()[-1])

    def _booked(self):
        domain = [("is_booked_online", "=", True), ("company_id", "=", self.branch.id)]
        return self.env["clinic.visit"].search(domain, order="id desc", limit=1)

    # -- from the code to the visit -----------------------------------------------------------------------------------

    def test_who_enters_the_code_books_as_themselves(self):
        before = self.env["clinic.patient"].search_count([])
        details = self._known()
        self.assertEqual(self._at_path(details), f"/book/{self.branch.id}/details")
        for text in (f"{self.patient.name}</bdi>", "ayesha@example.com", f"•••{self.patient.phone[-3:]}"):
            self.assertIn(text, details.text)
        # By mail only the mail was shown to be theirs.
        self.assertNotIn(self.patient.phone, details.text)
        self.assertNotIn('name="name"', details.text)
        self._confirm(details, name="Somebody Else", phone="0301 7654321", email="other@example.com")
        visit = self._booked()
        self.assertEqual((visit.patient_id, visit.online_known_by), (self.patient, "code"))
        self.assertFalse(visit.may_be_known)
        self.assertEqual(self.env["clinic.patient"].search_count([]), before)
        self.assertEqual(self.patient.email, "ayesha@example.com")

    def test_the_code_goes_by_the_outbox_at_any_hour_and_stands_nowhere(self):
        self._sms()
        self.patient.phone = "+92 300 1234567"
        self.env.flush_all()
        self._ask("+92 (300) 123-4567")
        [code] = self._send_codes()
        message = self.env["clinic.message"].search([("kind_id.code", "=", "online_code")])
        self.assertEqual((message.state, message.channel, message.patient_id), ("sent", "sms", self.patient))
        self.assertNotIn(code, f"{message.body}{message.subject}{message.text}")
        self.assertIn("your code is (…)", message.text)
        row = self.codes.search([("message_id", "=", message.id)])
        self.env.cr.execute("SELECT row_to_json(c)::text FROM clinic_online_code c WHERE id = %s", [row.id])
        stored = self.env.cr.fetchone()[0]
        for text in (code, "3001234567"):
            self.assertNotIn(text, stored)

    def test_without_sms_a_phone_leads_to_the_mail_of_its_owner(self):
        self._ask("0300-1234567")
        self._send_codes()
        message = self.env["clinic.message"].search([("kind_id.code", "=", "online_code")])
        self.assertEqual((message.channel, message.address), ("email", "ayesha@example.com"))

    def test_arabic_digits_are_digits(self):
        page = self._ask("ayesha@example.com")
        code = self._send_codes()[0].translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
        self.assertIn("You are booking as", self._send("/book/code/check", page, code=f" {code[:3]} {code[3:]} ").text)

    # -- strangers learn nothing --------------------------------------------------------------------------------------

    def test_known_and_unknown_get_the_same_answers(self):
        def answers(address):
            self._send("/book/free", self._choose())
            asked = self._ask(address, self._choose())
            self._send_codes()
            tried = self._send("/book/code/check", asked, code="000000")
            loaded = self._get("/book/code")
            pages = [
                re.sub(r'csrf_token" value="[^"]+"|data-(csrf|until)="[^"]+"', "", p.text)
                for p in (asked, tried, loaded)
            ]
            return pages, [asked.status_code, tried.status_code], self._at_path(asked)

        for known, unknown in (("ayesha@example.com", "nobody@example.com"), (self.patient.phone, "0301 7654321")):
            self.codes.search([]).unlink()
            one = answers(known)
            self.codes.search([]).unlink()
            self.env["clinic.message"].search([("kind_id.code", "=", "online_code")])
            self.assertEqual(one, answers(unknown))

    def test_while_the_visitor_waits_nobody_is_looked_for(self):
        """So the time that it takes is the same whether or not there is somebody."""
        self._ask("ayesha@example.com")
        self._ask("nobody@example.com", None)
        self.assertFalse(self.env["clinic.message"].search([("kind_id.code", "=", "online_code")]))
        waiting = self.codes.search([])
        self.assertEqual(len(waiting), 1, "the second one came too soon")
        self.assertFalse(waiting.message_id)

    def test_for_an_address_that_nobody_has_no_code_fits(self):
        page = self._ask("nobody@example.com")
        self.assertFalse(self._send_codes())
        code = self.codes.search([])
        self.assertFalse(code.typed)
        answer = self._send("/book/code/check", page, code=code._number())
        self.assertEqual(answer.status_code, 422)
        self.assertIn("does not fit", answer.text)

    def test_a_merged_or_archived_patient_and_one_who_wants_no_messages_get_none(self):
        consents = self.env["clinic.message.consent"]
        consents.create({"patient_id": self.patient.id, "channel": "email", "purpose": "visit", "is_given": False})
        self._ask("ayesha@example.com")
        self.assertFalse(self._send_codes())

    # -- limits -------------------------------------------------------------------------------------------------------

    def test_a_code_is_tried_so_often_and_no_more(self):
        page = self._ask("ayesha@example.com")
        [code] = self._send_codes()
        wrong = f"{(int(code) + 1) % 10**6:06}"
        for _number in range(MOST_TRIES):
            self.assertEqual(self._send("/book/code/check", page, code=wrong).status_code, 422)
        self.assertEqual(self._send("/book/code/check", page, code=code).status_code, 422)

    def test_a_code_is_good_for_a_while_and_once(self):
        hold = self._keep(visitor="x")
        code = self.codes._ask(hold, "10.0.0.9", "ayesha@example.com")
        self.codes._write_waiting()
        with freeze_time(fields.Datetime.now() + CODE_LASTS):
            self.assertFalse(code._use(code._number()))
        self.assertTrue(code._use(code._number()))
        self.assertEqual(code._people(), self.patient)
        self.assertFalse(code._use(code._number()))
        with freeze_time(fields.Datetime.now() + KNOWN_FOR + timedelta(minutes=1)):
            self.assertFalse(code._people())

    def test_only_the_last_code_is_good(self):
        page = self._ask("ayesha@example.com")
        [first] = self._send_codes()
        self.env.cr.execute("UPDATE clinic_online_code SET create_date = create_date - interval '2 minutes'")
        self.env.invalidate_all()
        page = self._ask("ayesha@example.com", self._get("/book/code?again=1"))
        second = self._send_codes()[-1]
        self.assertEqual(self._send("/book/code/check", page, code=first).status_code, 422)
        self.assertIn("You are booking as", self._send("/book/code/check", page, code=second).text)

    def test_another_code_comes_after_a_minute_and_so_often_a_day(self):
        page = self._ask("ayesha@example.com")
        again = self._ask("ayesha@example.com", self._get("/book/code?again=1"))
        self.assertIn("Please wait a minute", again.text)
        self.assertEqual(len(self.codes.search([])), 1)
        for _number in range(MOST_CODES):
            self.env.cr.execute(
                "UPDATE clinic_online_code SET create_date = create_date - %s", [CODE_EVERY + timedelta(seconds=1)]
            )
            page = self._ask("ayesha@example.com", self._get("/book/code?again=1"))
        self.assertIn("cannot be booked online at once", page.text)
        self.assertEqual(len(self.codes.search([])), MOST_CODES)

    def test_what_others_ask_for_an_address_is_nobody_s_business(self):
        """Somebody else's limit is not told; only nothing is sent."""
        with self.enter_registry_test_mode():
            for number in range(2):
                hold = self._keep(self._at(9 + number), visitor=f"v{number}", network=f"10.0.0.{number}")
                self.codes._ask(hold, f"10.0.0.{number}", "ayesha@example.com")
        self.assertEqual(sorted(self.codes.search([]).mapped(lambda code: bool(code.typed))), [False, True])

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
        self.assertIn("look again for whom", answer.text)

    # -- what follows from being known --------------------------------------------------------------------------------

    def test_the_least_interval_counts_for_who_is_known(self):
        self.facial.write({"interval_least": 7})
        self.book(start=self._at(15, days=2))
        self.env.flush_all()
        self._confirm(self._known())
        self.assertFalse(self._booked())
        page = self._get(self._path("when", self.facial, d=self._at(10).date().isoformat()))
        self.assertNotIn('name="start"', page.text)
        # Whoever is not known is asked nothing of the kind.
        self._send("/book/code/forget", page)

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
