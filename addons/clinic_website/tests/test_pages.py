import re
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import HttpCase, tagged

from odoo.addons.clinic_message.const import MOST_GUESSES

from ..controllers.numbers import a_day, a_start, number
from .common import OnlineCommon

WRONG = ("0", "999999", "abc", "-1", "1e3", "٣", "9" * 40, "1 OR 1=1", "<b>", "\x00", "")


@tagged("post_install", "-at_install")
class TestPages(OnlineCommon, HttpCase):
    def setUp(self):
        super().setUp()
        self.env["clinic.link.guess"].sudo().search([]).unlink()
        self.visits = self.env["clinic.visit"].search([("patient_id.branch_id", "=", self.branch.id)])

    def _booked(self):
        visits = self.env["clinic.visit"].search([("is_booked_online", "=", True)])
        return visits.filtered(lambda visit: visit.company_id == self.branch)

    # -- the steps -----------------------------------------------------------------------------------------------------

    def test_one_branch_leads_to_its_treatments_and_several_are_chosen_from(self):
        self.assertEqual(self._at_path(self._get("/book")), f"/book/{self.branch.id}")
        other = self.env["res.company"].create({"name": "Second branch", "clinic_is_online": True})
        self.env.flush_all()
        page = self._get("/book")
        self.assertIn("Second branch", page.text)
        self.assertIn(f'href="/book/{other.id}"', page.text)

    def test_the_treatments_that_are_released_with_price_length_and_deposit(self):
        page = self._get(self._path())
        for text in ("Facial", "Laser", "Test skin", "45 min", "5,750.00", "1,150.00", "Calm and short."):
            self.assertIn(text, page.text)
        self.assertNotIn("Secret treatment", page.text)
        self.doctor.is_online = False
        self.env.flush_all()
        # Nobody who is booked online can perform it.
        self.assertNotIn("Laser", self._get(self._path()).text)

    def test_only_who_is_authorized_for_all_is_shown(self):
        page = self._get(self._path("who", self.facial))
        self.assertIn("Dr Sana", page.text)
        self.assertIn("Hina", page.text)
        page = self._get(self._path("who", self.facial, self.laser))
        self.assertIn("Dr Sana", page.text)
        self.assertNotIn("Hina", page.text)

    def test_the_times_are_the_engine_s_in_the_branch_s_zone(self):
        self.book(practitioner=self.doctor)
        day = self._at(10).date().isoformat()
        page = self._get(self._path("when", self.facial, p=self.doctor.id, d=day))
        offered = re.findall(r'name="start"[^>]*value="([^"]+)"', page.text)
        self.assertNotIn(fields.Datetime.to_string(self._at(10)), offered)
        self.assertIn(fields.Datetime.to_string(self._at(8)), offered)
        self.assertIn(fields.Datetime.to_string(self._at(19, 30)), offered)
        self.assertIn("Times in Karachi", page.text)
        self.assertNotIn(fields.Datetime.to_string(self._at(19, 45)), offered)

    def test_a_month_without_times_leads_on_to_the_next(self):
        online = self.env["clinic.online"]
        at = online._at(self.branch)
        today = self.branch._clinic_today()
        later = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
        away = {"date_from": fields.Datetime.now() - timedelta(days=1), "date_to": self.branch._clinic_midnight(later)}
        self.env["resource.calendar.leaves"].create({"name": "Closed", "company_id": self.branch.id, **away})
        times = at._prepare_times(self.branch, self.facial.with_env(at.env), None)
        self.assertEqual((times["month"], times["day"]), (later, later))

    def test_without_any_times_there_is_the_waitlist(self):
        self.calendar.attendance_ids.unlink()
        self.env.flush_all()
        page = self._get(self._path("when", self.facial))
        self.assertEqual(page.status_code, 200)
        self.assertIn("Join the waitlist", page.text)
        self.assertNotIn('name="start"', page.text)

    def test_the_page_of_times_asks_the_database_so_often(self):
        online = self.env["clinic.online"]
        online._at(self.branch)._prepare_times(self.branch, self.facial, None)
        self.env.flush_all()
        self.env.invalidate_all()
        # The same for a day and a month, for one practitioner and for all of them.
        with self.assertQueryCount(12):
            at = online._at(self.branch)
            month = at.env["clinic.online"]._window(self.branch)[1].date().replace(day=1)
            at._prepare_times(self.branch, self.facial.with_env(at.env), None, month)

    # -- through to the end --------------------------------------------------------------------------------------------

    def test_four_steps_without_a_deposit(self):
        page = self._choose()
        self.assertEqual(self._at_path(page), f"/book/{self.branch.id}/details")
        self.assertIn("Kept for you", page.text)
        self.assertIn("no later than 24 hours", page.text)
        done = self._confirm(page)
        self.assertEqual(self._at_path(done), "/book/done")
        visit = self._booked()
        self.assertEqual((visit.state, visit.start, visit.patient_id.name), ("booked", self._at(10), "Sara New"))
        self.assertIn(visit.name, done.text)
        # Loaded again, and the form sent again.
        self.assertIn(visit.name, self._get("/book/done").text)
        self.assertIn(visit.name, self._confirm(page).text)
        self.assertEqual(self._booked(), visit)

    def test_four_steps_with_a_deposit_lead_to_its_payment(self):
        page = self._choose(None, self.laser)
        self.assertIn("We keep it on the day itself.", page.text)
        self.assertIn("Pay <bdi>", page.text)
        paying = self._confirm(page)
        self.assertRegex(self._at_path(paying), "^/clinic/pay/[0-9a-f]{32}$")
        self.assertIn("1,150.00", paying.text)
        visit = self._booked()
        self.assertEqual((visit.state, visit.deposit_state, visit.deposit_channel), ("held", "due", "online"))
        self._paid(self._transaction(visit))
        self.env.flush_all()
        self.assertIn("You are booked.", self._get("/book/done").text)

    def test_back_and_forth_keeps_the_own_time(self):
        self._choose()
        day = self._at(10).date().isoformat()
        page = self._get(self._path("when", self.facial, d=day))
        self.assertIn('aria-pressed="true"', page.text)
        self.assertIn("We keep", page.text)
        for step in ("", "who", "details"):
            self.assertEqual(self._get(self._path(step, self.facial)).status_code, 200)
        hold = self.holds.search([("company_id", "=", self.branch.id)])
        self.assertTrue(hold._is_live())
        self._choose(self._at(10, 15))
        self.env.invalidate_all()
        self.assertEqual((len(hold), hold.start), (1, self._at(10, 15)))

    def test_an_address_that_is_shared_holds_nothing_and_shows_nothing_of_a_person(self):
        path = self._path("details", self.facial, p=self.doctor.id)
        page = self._get(path)
        self.assertEqual(self._at_path(page), f"/book/{self.branch.id}/when")
        self.assertIn("Please choose a time.", page.text)
        self.assertEqual(self._at_path(self._get("/book/done")), f"/book/{self.branch.id}")

    def test_leaving_and_giving_up(self):
        page = self._choose()
        hold = self.holds.search([("company_id", "=", self.branch.id)])
        token = re.search(r'data-key="([^"]+)"', page.text).group(1)
        self.assertEqual(self.url_open("/book/leave", data={"csrf_token": token}).status_code, 204)
        self.env.invalidate_all()
        self.assertLess(hold.expires_at, hold.deadline)
        self.assertEqual(self.url_open("/book/stay", data={"csrf_token": token}).status_code, 204)
        self.env.invalidate_all()
        self.assertEqual(hold.expires_at, hold.deadline)
        self.url_open("/book/leave", data={"csrf_token": token})
        page = self._get(self._path("details"))
        self.env.invalidate_all()
        self.assertEqual(hold.expires_at, hold.deadline)
        self._send("/book/free", page)
        self.env.invalidate_all()
        self.assertFalse(hold.reservation_ids)

    # -- what goes wrong -----------------------------------------------------------------------------------------------

    def test_a_time_that_was_just_taken_offers_the_others_of_its_day(self):
        page = self._get(self._path("when", self.facial, p=self.doctor.id))
        self.book(practitioner=self.doctor)
        self.env.flush_all()
        start = fields.Datetime.to_string(self._at(10))
        page = self._send(f"/book/{self.branch.id}/hold", page, t=self.facial.id, p=self.doctor.id, start=start)
        self.assertIn("was just taken", page.text)
        self.assertIn(f"d={self._at(10).date().isoformat()}", page.url)
        self.assertIn('name="start"', page.text)
        self.assertNotIn(f'value="{start}"', page.text)

    def test_a_hold_that_is_over_and_a_time_that_is_another_s_keeps_what_was_typed(self):
        page = self._choose(p=self.doctor.id)
        hold = self.holds.search([("company_id", "=", self.branch.id)])
        hold.write({"expires_at": fields.Datetime.now() - timedelta(minutes=1)})
        hold._release_over()
        self.book(practitioner=self.doctor)
        self.env.flush_all()
        page = self._confirm(page, name="Sara Typed")
        self.assertIn("was just taken", page.text)
        self.assertFalse(self._booked())
        again = self._choose(self._at(12), p=self.doctor.id)
        self.assertIn("Sara Typed", again.text)

    def test_price_practitioner_length_branch_and_state_of_the_client_are_ignored(self):
        page = self._choose(None, self.laser)
        self._confirm(
            page,
            price="1",
            list_price="0",
            practitioner_id=self.cosmetologist.id,
            duration="5",
            company_id="1",
            state="booked",
            start=fields.Datetime.to_string(self._at(3)),
            deposit_amount="0",
            t=self.facial.id,
        )
        visit = self._booked()
        self.assertEqual((visit.state, visit.deposit_due, visit.start), ("held", 1150, self._at(10)))
        self.assertEqual(visit.procedure_ids.treatment_id, self.laser)
        self.assertEqual(visit.procedure_ids.practitioner_id, self.doctor)
        self.assertEqual(visit.company_id, self.branch)

    def test_nobody_pays_another_deposit_than_the_one_that_was_shown(self):
        page = self._choose(None, self.laser)
        page = self._confirm(page, asked="0")
        self.assertEqual(page.status_code, 422)
        self.assertIn("The deposit has changed meanwhile", page.text)
        self.assertFalse(self._booked())

    def test_times_and_treatments_that_are_not_offered_are_refused(self):
        page = self._get(self._path("when", self.facial))
        for start in (self._at(10, 7), self._at(3), self._at(10, days=-3), self._at(10, days=300)):
            answer = self._send(
                f"/book/{self.branch.id}/hold", page, t=self.facial.id, start=fields.Datetime.to_string(start)
            )
            self.assertIn("was just taken", answer.text)
        start = fields.Datetime.to_string(self._at(10))
        for treatment in (self.secret.id, 0, 10**8):
            answer = self._send(f"/book/{self.branch.id}/hold", page, t=treatment, start=start)
            self.assertIn("Please choose a treatment.", answer.text)
        # Hina is not authorized for the laser.
        self._send(f"/book/{self.branch.id}/hold", page, t=self.laser.id, p=self.cosmetologist.id, start=start)
        self.assertFalse(self.holds.search([("company_id", "=", self.branch.id)]))

    def test_whatever_an_address_or_a_form_has_no_traceback(self):
        page = self._get(self._path("when", self.facial))
        for text in WRONG:
            for step in ("", "who", "when", "details", "wait"):
                for name in ("t", "p", "m", "d"):
                    answer = self.url_open(
                        f"/book/{self.branch.id}/{step}".rstrip("/"), params={"t": self.facial.id, name: text}
                    )
                    self.assertLess(answer.status_code, 500, (step, name, text))
                    self.assertNotIn("Traceback", answer.text)
            for name in ("t", "p", "start"):
                values = {"t": self.facial.id, "start": "2030-01-01 10:00:00", name: text}
                answer = self._send(f"/book/{self.branch.id}/hold", page, **values)
                self.assertLess(answer.status_code, 500, (name, text))
        self.assertFalse(self.holds.search([("company_id", "=", self.branch.id)]))

    def test_each_wrong_field_says_what_is_wrong_and_what_was_typed_stays(self):
        page = self._choose()
        page = self._confirm(page, name="1", phone="abc", email="nobody", agreed="")
        self.assertEqual(page.status_code, 422)
        for name in ("name", "phone", "email", "agreed"):
            self.assertIn(f'aria-describedby="{name}_problem"', page.text)
            self.assertIn(f'id="{name}_problem"', page.text)
        self.assertIn('value="nobody"', page.text)
        self.assertFalse(self._booked())
        self.assertEqual(self._at_path(self._confirm(page)), "/book/done")

    def test_markup_that_is_typed_is_text(self):
        page = self._confirm(self._choose(), name="<script>alert(1)</script> Sara", email="x")
        self.assertNotIn("<script>alert(1)", page.text)

    def test_a_name_brings_no_address_into_what_the_clinic_sends(self):
        page = self._choose()
        for name in ("You won, see evil.example/x", "www.evil", "Sara http://x", "a@b.example", "Sara 1"):
            self.assertEqual(self._confirm(page, name=name).status_code, 422, name)
        self.assertEqual(self._at_path(self._confirm(page, name="Dr. Zoë O'Neil-Ali")), "/book/done")

    def test_the_terms_that_were_shown_are_those_that_count(self):
        page = self._choose()
        self.branch.clinic_online_policy = "Another text."
        self.env.flush_all()
        again = self._confirm(page)
        self.assertEqual(again.status_code, 422)
        self.assertIn("The terms have changed", again.text)
        self.assertEqual(self._at_path(self._get("/book/confirm")), "/book/confirm")

    def test_without_the_session_s_token_nothing_is_done(self):
        self._choose()
        for path in (f"/book/{self.branch.id}/hold", "/book/confirm", "/book/free", "/book/leave"):
            self.assertEqual(self.url_open(path, data={"csrf_token": "wrong", "t": self.facial.id}).status_code, 400)

    def test_a_known_phone_and_an_unknown_one_get_the_same_answer(self):
        def answer(phone, start):
            page = self._confirm(self._choose(start, p=self.doctor.id), phone=phone)
            visit = self._booked().sorted("id")[-1:]
            text = page.text.replace(visit.name, "")
            return page.status_code, self._at_path(page), re.sub(r"\d+:\d\d", "", text)

        known, unknown = answer(self.patient.phone, self._at(10)), answer("0301 7654321", self._at(11))
        self.assertEqual(known, unknown)
        self.assertNotIn(self.patient.name, known[2])
        self.assertNotIn(self.patient.number, known[2])

    def test_an_address_that_begins_with_a_practitioner(self):
        page = self._get(self._path(p=self.doctor.id)).text
        self.assertIn(f'name="p" value="{self.doctor.id}"', page)
        self.assertIn(f'action="/book/{self.branch.id}/when"', page)
        times = self._get(self._path("when", self.facial, p=self.doctor.id)).text
        self.assertIn("When would you like to come?", times)
        self.assertIn(self.doctor.name, times)
        # Nobody chosen, not booked online, or no number: the usual first step.
        self.cosmetologist.is_online = False
        self.env.flush_all()
        for asked in (self.cosmetologist.id, 99999999, "x"):
            page = self._get(self._path(p=asked)).text
            self.assertNotIn('name="p"', page)
            self.assertIn(f'action="/book/{self.branch.id}/who"', page)

    def test_a_branch_that_is_not_booked_online_is_like_none(self):
        other = self.env["res.company"].create({"name": "Closed branch"})
        self.env.flush_all()
        closed, none = self._get(f"/book/{other.id}"), self._get("/book/99999999")
        self.assertEqual((closed.status_code, none.status_code), (404, 404))
        self.assertEqual(closed.text, none.text)
        self.assertNotIn("Closed branch", closed.text)

    def test_who_guesses_waits(self):
        guesses = self.env["clinic.link.guess"].sudo()
        guesses.create([{"ip": "127.0.0.1", "at": fields.Datetime.now()} for _number in range(MOST_GUESSES)])
        self.env.flush_all()
        answer = self._get("/book/99999999")
        self.assertEqual(answer.status_code, 429)
        self.assertIn("Retry-After", answer.headers)
        self.assertEqual(self._get(self._path()).status_code, 200)

    def test_faces_of_those_who_are_booked_online_alone(self):
        picture = b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
        (self.doctor | self.cosmetologist).employee_id.image_1920 = picture
        self.cosmetologist.is_online = False
        self.env.flush_all()
        self.assertEqual(self.url_open(f"/book/face/{self.doctor.id}").status_code, 200)
        for practitioner_id in (self.cosmetologist.id, 99999999):
            self.assertEqual(self.url_open(f"/book/face/{practitioner_id}").status_code, 404)

    # -- the waitlist --------------------------------------------------------------------------------------------------

    def test_joining_the_waitlist(self):
        page = self._get(self._path("wait", self.facial))
        wrong = self._send(f"/book/{self.branch.id}/wait", page, t=self.facial.id, name="Sara New", phone="x")
        self.assertEqual(wrong.status_code, 422)
        done = self._send(
            f"/book/{self.branch.id}/wait",
            page,
            t=self.facial.id,
            name="Sara New",
            phone="0301 7654321",
            part="evening",
        )
        self.assertIn("You are on the waitlist", done.text)
        entry = self.env["clinic.waitlist"].search([("patient_id.name", "=", "Sara New")])
        self.assertEqual((entry.treatment_id, entry.hour_from, entry.state), (self.facial, 17, "waiting"))

    # -- light, private, in the visitor's language ---------------------------------------------------------------------

    def test_the_pages_are_light_and_kept_nowhere(self):
        total = 0
        page = self._get(self._path())
        total += len(page.content)
        for address in re.findall(r'(?:href|src)="(/web/assets/[^"]+)"', page.text):
            total += len(self.url_open(address).content)
        self.assertLess(total, 60_000)
        self.assertNotIn("web.assets_frontend", page.text)
        self.assertIn("frame-ancestors 'none'", page.headers["Content-Security-Policy"])
        self.assertEqual(page.headers["Cache-Control"], "no-store")

    def test_right_to_left_where_the_language_is(self):
        self.env["res.lang"]._activate_lang("ar_001")
        page = self.url_open(self._path(), headers={"Accept-Language": "ar-001,ar"})
        self.assertIn('dir="rtl"', page.text)
        self.assertIn('lang="ar', page.text)

    def test_what_is_read_of_an_address(self):
        self.assertEqual([number(text) for text in WRONG], [0, 999999, *[0] * 9])
        self.assertEqual(str(a_day("2026-12")), "2026-12-01")
        for text in (*WRONG, "2026-13-01", "0001-01-01", None, "9999-12-31"):
            self.assertIsNone(a_day(text))
            self.assertIsNone(a_start(text))

    def test_across_a_change_of_the_clocks(self):
        self.calendar.tz = "Europe/Amsterdam"
        self.env.registry.clear_cache()
        with freeze_time("2026-10-20 08:00:00"):
            online = self.env["clinic.online"]._at(self.branch)
            for day, utc in (("2026-10-24", "06:00:00"), ("2026-10-25", "07:00:00")):
                times = online._prepare_times(self.branch, self.facial.with_env(online.env), None, day=a_day(day))
                first = times["parts"][0][1][0]
                self.assertEqual(first["start"], f"{day} {utc}")
                self.assertIn("8:00", first["label"])
