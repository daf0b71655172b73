import logging

from odoo.exceptions import AccessError
from odoo.http import root
from odoo.tests import tagged

from odoo.addons.clinic_website.models.clinic_online_hold import NotAsked

from .common import SECRET, QuestionCommon


@tagged("post_install", "-at_install")
class TestQuestions(QuestionCommon):
    """What is asked, and what follows from the answers."""

    # -- before the times ---------------------------------------------------------------------------------------------

    def test_the_times_come_after_the_questions(self):
        page = self._get(self._path("when", self.laser, p=self.doctor.id))
        self.assertEqual(self._at_path(page), self._path("ask"))
        for text in ("Are you pregnant?", "Which ones?", "Often"):
            self.assertIn(text, page.text)
        page = self._answer()
        self.assertEqual(self._at_path(page), self._path("when"))
        self.assertIn("Times in", page.text)

    def test_other_treatments_are_not_asked_about(self):
        self.assertEqual(self._at_path(self._get(self._path("when", self.facial))), self._path("when"))
        self.assertEqual(self._at_path(self._get(self._path("ask", self.facial))), self._path("when"))
        page = self._get(self._path("when", self.facial, self.laser))
        self.assertEqual(self._at_path(page), self._path("ask"))

    def test_without_answers_no_time_is_kept(self):
        page = self._hold()
        self.assertEqual(self._at_path(page), self._path("ask"))
        self.assertFalse(self._holds())
        with self.enter_registry_test_mode(), self.assertRaises(NotAsked):
            self._keep(treatments=self.laser)

    def test_what_is_missing_is_asked_again_and_what_was_answered_stays(self):
        for answers in (
            {"tested": ""},
            {"tested": "maybe"},
            {"takes_any": "yes"},
            {"takes": "\x00", "takes_any": "yes"},
            {"whom": ""},
            {"whom": "x"},
        ):
            page = self._answer(**answers)
            self.assertEqual(page.status_code, 422, answers)
            self.assertIn("answer all questions", page.text)
            self.assertRegex(page.text, 'value="no"[^>]* checked=')
        self.assertFalse(self.answers.search([]))

    # -- who may not book ---------------------------------------------------------------------------------------------

    def test_an_excluding_answer_asks_to_call_and_leaves_nothing(self):
        self._answer()
        page = self._answer(pregnancy_now="yes", tested="no")
        self.assertIn("Please call us", page.text)
        self.assertIn("tel:04235550110", page.text)
        self.assertFalse(self.answers.search([]))
        self.assertEqual(self._at_path(self._hold()), self._path("ask"))
        self.assertFalse(self._holds())

    def test_a_patch_test_offers_its_time_first(self):
        self.form.online_patch_id = self.facial
        self.env.flush_all()
        page = self._answer(tested="no")
        self.assertIn("A patch test first", page.text)
        self.assertIn(self._path("when", self.facial).replace("&", "&amp;"), page.text)
        self.assertFalse(self.answers.search([]))
        self.assertEqual(self._at_path(self._hold()), self._path("ask"))

    def test_a_patch_test_that_is_not_booked_online_asks_to_call(self):
        self.form.online_patch_id = self.secret
        self.env.flush_all()
        page = self._answer(tested="no")
        self.assertIn("Please call us", page.text)
        self.assertNotIn("Secret treatment", page.text)

    # -- who may ------------------------------------------------------------------------------------------------------

    def test_the_answers_stand_with_the_visit_once_it_is_booked(self):
        self._answer(takes_any="yes", takes=SECRET)
        details = self._hold()
        self.assertEqual(self._at_path(details), self._path("details"))
        intakes = self.env["clinic.intake"].sudo()
        self.assertFalse(intakes.search([("form_id", "=", self.form.id)]))
        self._confirm(details)
        visit = self._booked()
        intake = intakes.search([("form_id", "=", self.form.id)])
        self.assertEqual((intake.visit_id, intake.patient_id), (visit, visit.patient_id))
        self.assertEqual((intake.identified, intake.signer_name), ("online", "Sara New"))
        self.assertEqual(intake.answers["takes"], SECRET)
        self.assertFalse(intake._flaws())
        self.assertEqual(intake.proposal_ids.mapped("text"), [SECRET])
        self.assertFalse(self.answers.search([]))

    def test_only_those_who_read_health_data_read_them(self):
        self._answer(takes_any="yes", takes=SECRET)
        self._confirm(self._hold())
        visit = self._booked()
        self.assertIn(SECRET, visit.with_user(self.users["practitioner"]).online_intake_ids.answer_text)
        for role in ("reception", "accountant"):
            with self.assertRaises(AccessError):
                visit.with_user(self.users[role]).read(["online_intake_ids"])

    def test_they_stand_in_no_address_session_log_or_message(self):
        with self.assertLogs(level=logging.DEBUG) as logs:
            page = self._answer(takes_any="yes", takes=SECRET)
            addresses = [page.url, *(one.headers.get("Location", "") for one in page.history)]
            details = self._hold()
            addresses += [details.url, *(one.headers.get("Location", "") for one in details.history)]
            done = self._confirm(details)
        texts = [*addresses, page.text, details.text, done.text]
        session = self.opener.cookies["session_id"]
        texts.append(str(dict(self._session_of(session))))
        visit = self._booked()
        messages = self.env["clinic.message"].sudo().search([("visit_id", "=", visit.id)])
        self.assertTrue(messages)
        texts += [f"{one.subject}{one.body}" for one in messages]
        texts += visit.sudo().message_ids.mapped("body")
        # SQL is logged by nobody who is in production.
        texts += [line for line in logs.output if ":odoo.sql_db:" not in line]
        for text in texts:
            self.assertNotIn(SECRET, text)

    def _session_of(self, sid):
        return root.session_store.get(sid)
