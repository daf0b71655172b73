import logging
from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, ValidationError
from odoo.http import root
from odoo.tests import HttpCase, tagged

from odoo.addons.clinic_website.models.clinic_online_hold import NotAsked
from odoo.addons.clinic_website.tests.common import OnlineCommon

SECRET = "Methotrexate"
PREGNANT = {
    "code": "pregnancy_now",
    "label": "Are you pregnant?",
    "mandatory": True,
    "online_if": "yes",
    "online_then": "call",
}
TESTED = {
    "code": "tested",
    "label": "Was your skin tested?",
    "mandatory": True,
    "online_if": "no",
    "online_then": "patch",
}
TAKES = {"code": "takes_any", "label": "Do you take medicine?", "mandatory": True, "asks_which": True}
WHICH = {
    "code": "takes",
    "label": "Which ones?",
    "kind": "lines",
    "parent_code": "takes_any",
    "parent_answer": "yes",
    "about": "medication",
}
HEAR = {"code": "sun", "label": "How often are you in the sun?", "kind": "choice", "choices": "Never\nOften"}


@tagged("post_install", "-at_install")
class TestQuestions(OnlineCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["clinic.intake.form"].search([]).active = False
        cls.form = cls.env["clinic.intake.form"].create(
            {"name": "Before laser", "is_online": True, "treatment_ids": [Command.set(cls.laser.ids)]}
        )
        cls.version = cls._publish(PREGNANT, TESTED, TAKES, WHICH, HEAR)
        # No deposit: what is booked is booked.
        cls.env["clinic.deposit.rule"].search([]).active = False
        cls.answers = cls.env["clinic.online.answer"].sudo()
        cls.env.flush_all()

    @classmethod
    def _publish(cls, *questions):
        commands = [Command.create({"sequence": at, **question}) for at, question in enumerate(questions)]
        version = cls.env["clinic.intake.version"].create({"form_id": cls.form.id, "question_ids": commands})
        version.action_publish()
        return version

    def setUp(self):
        super().setUp()
        self.env["clinic.link.guess"].sudo().search([]).unlink()

    def _values(self, version=None, **answers):
        said = {"pregnancy_now": "no", "tested": "yes", "takes_any": "no", **answers}
        questions = {question.code: question.id for question in (version or self.version).question_ids}
        return {"filled": "1", **{f"q{questions[code]}": answer for code, answer in said.items()}}

    def _answer(self, *treatments, version=None, **answers):
        treatments = treatments or (self.laser,)
        page = self._get(self._path("ask", *treatments))
        values = self._values(version, **answers)
        return self._send(self._path("ask"), page, t=[one.id for one in treatments], **values)

    def _hold(self, *treatments):
        start = fields.Datetime.to_string(self._at(10))
        page = self._get(self._path("wait", self.laser))
        return self._send(self._path("hold"), page, t=[one.id for one in treatments or (self.laser,)], start=start)

    def _holds(self):
        return self.holds.search([("company_id", "=", self.branch.id)])

    def _booked(self):
        domain = [("is_booked_online", "=", True), ("company_id", "=", self.branch.id)]
        return self.env["clinic.visit"].search(domain, order="id desc", limit=1)

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
        forms = self.form
        self.assertEqual(self.answers._of(row.token_hash, forms), row)
        self.assertFalse(self.answers._of("another", forms))
        with freeze_time(fields.Datetime.now() + timedelta(hours=1, seconds=2)):
            self.assertFalse(self.answers._of(row.token_hash, forms))
            self.answers._gc_answers()
        self.assertFalse(row.exists())

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
        for wrong in ({"online_if": "3"}, {"online_if": False}, {"kind": "tick", "online_if": "no"}, {"kind": "text"}):
            with self.subTest(wrong=wrong), self.assertRaises(ValidationError), self.cr.savepoint():
                self.env["clinic.intake.question"].create({**PREGNANT, "version_id": draft.id, **wrong})
