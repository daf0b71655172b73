import psycopg2

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import IntakeCommon

SQL = {
    "a version": "UPDATE clinic_intake_version SET number = 9 WHERE id = %s",
    "a question": "UPDATE clinic_intake_question SET label = 'x' WHERE version_id = %s",
    "a question's end": "DELETE FROM clinic_intake_question WHERE version_id = %s",
    "a language": "INSERT INTO clinic_intake_text (question_id, lang, label)"
    " SELECT id, 'ur', 'x' FROM clinic_intake_question WHERE version_id = %s",
}


@tagged("post_install", "-at_install")
class TestForm(IntakeCommon):
    """Questionnaires: what is published never changes; what is asked, of whom, and in which language."""

    def test_a_published_questionnaire_never_changes(self):
        version = self.form._published().with_user(self.users["manager"])
        question = version.question_ids[0]
        for change in (
            lambda: version.write({"note": "x"}),
            lambda: question.write({"label": "x"}),
            lambda: question.unlink(),
            lambda: version.unlink(),
            lambda: version.question_ids.create({"version_id": version.id, "code": "new", "label": "New"}),
            lambda: self.env["clinic.intake.text"].create({"question_id": question.id, "lang": "ur", "label": "x"}),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                change()
        self.env.flush_all()
        for what, statement in SQL.items():
            with (
                self.subTest(what=what),
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.RestrictViolation),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(statement, [version.id])

    def test_a_new_version_takes_its_place_and_keeps_the_codes(self):
        first = self.form._published()
        second = first.browse(first.action_new_version()["res_id"])
        self.assertEqual((second.state, second.number), ("draft", first.number + 1))
        second.action_publish()
        self.assertEqual((first.state, self.form._published()), ("retired", second))
        self.assertEqual(first.question_ids.mapped("code"), second.question_ids.mapped("code"))

    def test_a_question_that_nobody_can_reach_is_not_published(self):
        for parent, answer in (("nothing", "yes"), ("skin_type", "7"), ("wishes", "yes")):
            draft = self.form._published().copy()
            values = {"code": "behind", "label": "Behind", "parent_code": parent, "parent_answer": answer}
            draft.question_ids = [Command.create({"sequence": 99, **values})]
            with self.assertRaisesRegex(UserError, "which nobody can"), self.env.cr.savepoint():
                draft.action_publish()
        with self.assertRaisesRegex(ValidationError, "at least two choices"), self.env.cr.savepoint():
            draft.question_ids = [Command.create({"code": "one", "label": "One", "kind": "choice", "choices": "a"})]

    def test_what_comes_along_is_a_draft_in_four_languages_that_can_be_published(self):
        draft = self.env.ref("clinic_intake.version_health").copy()
        self.assertEqual(draft._langs(), ["en", "ur", "fa", "ar"])
        draft.action_publish()
        self.assertEqual(
            set(draft.question_ids.mapped("section")),
            {"history", "allergies", "medication", "pregnancy", "implants", "skin", "earlier", "wishes"},
        )
        women = draft.question_ids._asked_of(self.env["clinic.patient"].new({"sex": "female"}))
        men = draft.question_ids._asked_of(self.env["clinic.patient"].new({"sex": "male"}))
        self.assertEqual(set((women - men).mapped("section")), {"pregnancy"})

    def test_an_answer_in_one_language_is_the_answer_in_all(self):
        draft = self.form._published().copy()
        for question in draft.question_ids:
            lines = "۱\n۲\n۳\n۴\n۵\n۶" if question.kind == "choice" else False
            question.text_ids = [Command.create({"lang": "ur", "label": f"ur {question.code}", "choices": lines})]
        draft.action_publish()
        self.assertEqual(draft._langs(), ["en", "ur"])
        question = draft.question_ids.filtered(lambda question: question.code == "skin_type")
        self.assertEqual(question._said("ur")[1][3], ("4", "۴"))
        self.assertEqual(question._spoken_answer("4", "en"), "Four")
