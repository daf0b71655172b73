from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.clinic_website.models.clinic_online_hold import TooMany

from ..models.clinic_online_answer import LASTS, MOST_OF_NETWORK, UNTIL_KEPT
from .common import PREGNANT, TAKES, TESTED, QuestionCommon


@tagged("post_install", "-at_install")
class TestWhose(QuestionCommon):
    """Whose answers they are, for how long, and how many."""

    # -- again at the end ---------------------------------------------------------------------------------------------

    def test_questions_that_changed_meanwhile_are_asked_again(self):
        self._answer()
        details = self._hold()
        again = self._publish(PREGNANT, TESTED, TAKES)
        self.env.flush_all()
        page = self._confirm(details)
        self.assertEqual(self._at_path(page), self._path("ask"))
        self.assertIn("answer the questions first", page.text)
        self.assertFalse(self._booked())
        self._answer(version=again)
        self._confirm(self._get(self._path("details", self.laser)))
        self.assertTrue(self._booked())

    def test_answers_are_good_for_a_while_and_for_one_browser(self):
        self._answer()
        [row] = self.answers.search([])
        self.assertEqual(self.answers._of(row.token_hash, self.form), row)
        self.assertFalse(self.answers._of("another", self.form))
        late = fields.Datetime.now() + UNTIL_KEPT + timedelta(seconds=2)
        with freeze_time(late):
            self.assertFalse(self.answers._of(row.token_hash, self.form))
        self._hold()
        self._holds().write({"deadline": late + timedelta(hours=1), "expires_at": late + timedelta(hours=1)})
        with freeze_time(late):
            self.assertTrue(self.answers._of(row.token_hash, self.form), "as long as a time is kept")
        with freeze_time(fields.Datetime.now() + LASTS + timedelta(seconds=2)):
            self.env["clinic.online.hold"]._cron_release_over()
        self.assertFalse(row.exists())

    def test_the_answers_of_one_who_left_are_not_those_of_the_next(self):
        self._answer()
        self._hold()
        hold = self._holds()
        with freeze_time(fields.Datetime.now() + timedelta(minutes=11)):
            self.assertFalse(hold._is_live())
            hold._forget()
        self.assertFalse(self.answers.search([]))
        # What is answered once the time is over is the next one's.
        hold.expires_at = fields.Datetime.now() - timedelta(minutes=1)
        self.env.flush_all()
        self._answer()
        hold._forget()
        self.assertTrue(self.answers.search([]))

    def test_a_mother_s_answers_are_not_her_child_s(self):
        self._answer()
        details = self._hold()
        child = {"other": "yes", "child": "Bilal New", "born": "2015-05-05"}
        page = self._confirm(details, **child)
        self.assertEqual(self._at_path(page), self._path("ask"))
        self.assertFalse(self._booked())
        self._answer(whom="other")
        details = self._get(self._path("details", self.laser))
        self.assertRegex(details.text, 'id="other"[^>]* checked=')
        self.assertEqual(self._at_path(self._confirm(details)), self._path("ask"), "nor are hers the child's")
        self._confirm(self._get(self._path("details", self.laser)), **child)
        intake = self.env["clinic.intake"].sudo().search([("form_id", "=", self.form.id)])
        self.assertEqual((intake.patient_id.name, intake.signer_name), ("Bilal New", "Sara New"))
        self.assertEqual(intake.signer_relation, "other")

    def test_a_child_who_is_known_has_filled_in_nothing(self):
        self.patient.birth_date = fields.Date.today() - timedelta(days=3000)
        self._answer()
        self._hold()
        hold = self._holds()
        hold._know(self.patient, "code")
        self.env.flush_all()
        self._confirm(self._get(self._path("details", self.laser)))
        intake = self.env["clinic.intake"].sudo().search([("form_id", "=", self.form.id)])
        self.assertEqual((intake.patient_id, intake.identified), (self.patient, "online_code"))
        self.assertNotEqual(intake.signer_name, self.patient.name)
        self.assertTrue(intake.signer_relation)

    def test_one_network_has_so_many_answers_and_no_more(self):
        with self.enter_registry_test_mode():
            for number in range(MOST_OF_NETWORK):
                self.answers._keep(f"v{number}", "10.0.0.1", {self.version: {}}, {"lang": "en"})
            with self.assertRaises(TooMany):
                self.answers._keep("more", "10.0.0.1", {self.version: {}}, {"lang": "en"})
            self.answers._keep("elsewhere", "10.0.0.2", {self.version: {}}, {"lang": "en"})

    def test_paid_late_the_answers_are_those_of_the_visit_that_takes_place(self):
        self._answer()
        self._confirm(self._hold())
        visit = self._booked()
        again = self.book(self.laser, start=self._at(15))
        visit.sudo()._clinic_writing().rebooked_as_id = again
        doctor = self.users["practitioner"]
        self.assertEqual(again.with_user(doctor).online_intake_ids, visit.with_user(doctor).online_intake_ids)
        self.assertTrue(again.with_user(doctor).online_intake_ids)

    def test_the_patch_test_itself_is_asked_nothing_of_its_form(self):
        self.form.write({"online_patch_id": self.facial.id, "treatment_ids": [Command.link(self.facial.id)]})
        self.env.flush_all()
        self.assertEqual(self._at_path(self._get(self._path("when", self.facial))), self._path("when"))

    def test_giving_up_and_booking_for_others_forgets_them(self):
        self._answer()
        self._send("/book/free", self._hold())
        self.assertFalse(self.answers.search([]))
        self._answer()
        self._send("/book/code/forget", self._hold())
        self.assertFalse(self.answers.search([]))

    def test_whatever_is_sent_has_no_traceback(self):
        page = self._get(self._path("ask", self.laser))
        for name, text in (("t", "x"), ("p", "999"), ("q0", "yes"), (f"q{self.version.question_ids[0].id}", "\x00")):
            values = {"t": self.laser.id, **self._values(), name: text}
            self.assertLess(self._send(self._path("ask"), page, **values).status_code, 500, name)
        self.assertEqual(self.url_open(self._path("ask"), data={"csrf_token": "x"}).status_code, 400)
        self.assertEqual(self._get("/book/0/ask").status_code, 404)

    def test_what_follows_follows_from_an_answer_that_can_be_given(self):
        draft = self.env["clinic.intake.version"].create({"form_id": self.form.id})
        for wrong in (
            {"online_if": "3"},
            {"online_if": False},
            {"kind": "tick", "online_if": "no"},
            {"kind": "text"},
            {"mandatory": False},
        ):
            with self.subTest(wrong=wrong), self.assertRaises(ValidationError), self.cr.savepoint():
                self.env["clinic.intake.question"].create({**PREGNANT, "version_id": draft.id, **wrong})
