import re
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from ..const import CODE_EVERY, CODE_LASTS, KNOWN_FOR, MOST_CODES, MOST_TRIES
from .known import KnownCommon


@tagged("post_install", "-at_install")
class TestKnown(KnownCommon):
    """A code, from being asked for to being used; and what strangers learn by it."""

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
        """In the same number of steps, too."""

        def counted(path, page, **values):
            before = self.env.cr.sql_log_count
            answer = self._send(path, page, **values)
            return answer, self.env.cr.sql_log_count - before

        def answers(address):
            self.codes.search([]).unlink()
            self._send("/book/free", self._choose())
            asked, steps = counted("/book/code", self._choose(), address=address)
            self._send_codes()
            tried, more = counted("/book/code/check", asked, code="000000")
            pages = [asked, tried, self._get("/book/code")]
            texts = [re.sub(r'csrf_token" value="[^"]+"|data-(key|until)="[^"]+"', "", one.text) for one in pages]
            return texts, [one.status_code for one in pages], self._at_path(asked), steps, more

        for known, unknown in (("ayesha@example.com", "nobody@example.com"), (self.patient.phone, "0301 7654321")):
            # What is read once by each worker is read by now.
            answers(unknown)
            one, other = answers(known), answers(unknown)
            self.assertEqual(one, other)
            self.assertGreater(one[3], 5)

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
        self.assertIn("is wrong or has expired", answer.text)

    def test_who_wants_no_messages_gets_none(self):
        consents = self.env["clinic.message.consent"]
        consents.create({"patient_id": self.patient.id, "channel": "email", "purpose": "visit", "is_given": False})
        self._ask("ayesha@example.com")
        self.assertFalse(self._send_codes())

    def test_an_archived_patient_gets_none(self):
        self.patient.active = False
        self.env.flush_all()
        self._ask("ayesha@example.com")
        self.assertFalse(self._send_codes())

    def test_who_is_merged_or_archived_meanwhile_is_not_chosen(self):
        page = self._ask("ayesha@example.com")
        [code] = self._send_codes()
        self.patient.active = False
        self.env.flush_all()
        answer = self._send("/book/code/check", page, code=code)
        self.assertNotIn(self.patient.name, answer.text)

    def test_whom_nobody_has_seen_gets_none_and_decides_nothing(self):
        """Anybody can book, or wait, with the phone of somebody else and an own address."""
        public = self.env.ref("base.public_user")
        strangers = self.env["clinic.patient"].with_user(public).sudo()
        values = {"name": "Somebody", "phone": self.patient.phone, "email": "attacker@example.com"}
        strangers.create([values, values, values])
        self.env.flush_all()
        self._ask(self.patient.phone)
        self._send_codes()
        [message] = self.env["clinic.message"].search([("kind_id.code", "=", "online_code")])
        self.assertEqual((message.patient_id, message.address), (self.patient, "ayesha@example.com"))
        self.codes.search([]).unlink()
        self._send("/book/free", self._choose())
        self._ask("attacker@example.com")
        self.codes._write_waiting()
        self.assertFalse(self.codes.search([]).message_id)

    def test_who_came_after_booking_online_is_known(self):
        public = self.env.ref("base.public_user")
        values = {"name": "Sara New", "phone": "0301 7654321", "email": "sara@example.com"}
        sara = self.env["clinic.patient"].with_user(public).sudo().create(values).with_env(self.env)
        hold = self._keep(visitor="x")
        code = self.codes._ask(hold, "10.0.0.9", "sara@example.com")
        self.codes._write_waiting()
        self.assertFalse(code.message_id)
        with freeze_time(self._at(11)):
            self.env["clinic.visit"].book_walk_in(sara, [self.facial], self.cosmetologist)
        self.env.flush_all()
        self.env.cr.execute("UPDATE clinic_online_code SET create_date = create_date - interval '2 minutes'")
        self.env.invalidate_all()
        code = self.codes._ask(hold, "10.0.0.9", "sara@example.com")
        self.codes._write_waiting()
        self.assertEqual(code.message_id.patient_id, sara)

    # -- limits -------------------------------------------------------------------------------------------------------

    def test_a_code_is_tried_so_often_and_no_more(self):
        page = self._ask("ayesha@example.com")
        [code] = self._send_codes()
        wrong = f"{(int(code) + 1) % 10**6:06}"
        for _number in range(MOST_TRIES):
            self.assertEqual(self._send("/book/code/check", page, code=wrong).status_code, 422)
        self.assertEqual(self._send("/book/code/check", page, code=code).status_code, 422)

    def test_a_code_is_good_for_a_while(self):
        hold = self._keep(visitor="x")
        code = self.codes._ask(hold, "10.0.0.9", "ayesha@example.com")
        self.codes._write_waiting()
        with freeze_time(fields.Datetime.now() + CODE_LASTS):
            self.assertFalse(code._use(code._number()))
        self.assertFalse(code._people())
        self.assertTrue(code._use(code._number()))
        self.assertEqual(code._people(), self.patient)
        hold._forget()
        self.assertFalse(code._people())
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
        self.assertIn("Too many codes", page.text)
        self.assertEqual(len(self.codes.search([])), MOST_CODES)

    def test_what_others_ask_for_an_address_keeps_nobody_from_it(self):
        """Of one network too much goes nowhere, which is not told; from elsewhere a code is still to be had."""
        asked = []
        for number, network in enumerate(("10.0.0.1", "10.0.0.1", "10.0.0.2")):
            hold = self._keep(self._at(9 + number), visitor=f"v{number}", network=network)
            asked.append(self.codes._ask(hold, network, "ayesha@example.com"))
        self.assertEqual([code.is_silent for code in asked], [False, True, False])
        self.assertEqual([bool(code.typed) for code in asked], [True, False, True])

    def test_codes_go_out_before_all_else(self):
        other = self.env["clinic.message"]._enqueue(
            [
                {
                    "key": "other",
                    "channel": "email",
                    "patient_id": self.patient.id,
                    "company_id": self.branch.id,
                    "send_at": fields.Datetime.now() - timedelta(hours=1),
                }
            ]
        )
        hold = self._keep(visitor="x")
        self.codes._ask(hold, "10.0.0.9", "ayesha@example.com")
        first = self.env["clinic.message"]._next_due()
        self.assertEqual(first.kind_id.code, "online_code")
        self.assertNotEqual(first, other)

    def test_after_another_visitor_has_sat_down_no_code_is_open(self):
        hold = self._keep(visitor="x")
        code = self.codes._ask(hold, "10.0.0.9", "ayesha@example.com")
        self.codes._write_waiting()
        with freeze_time(fields.Datetime.now() + timedelta(seconds=5)):
            hold._forget()
            self.assertFalse(code._use(code._number()))
            self.assertFalse(code._people())

    def test_another_code_takes_back_who_was_known(self):
        other = self.patient.copy({"name": "Other", "email": "other@example.com"})
        hold = self._keep(visitor="x")
        hold._know(self.patient, "code")
        code = self.codes._ask(hold, "10.0.0.9", "other@example.com")
        self.codes._write_waiting()
        self.assertTrue(code._use(code._number()))
        self.assertFalse(hold._visitor())
        self.assertEqual(code._people(), other)
