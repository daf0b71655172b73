from psycopg2.errors import CheckViolation, RestrictViolation, UniqueViolation

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import FeedbackCommon


@tagged("post_install", "-at_install")
class TestTask(FeedbackCommon):
    def test_a_low_score_is_a_task_at_once(self):
        for score, contact, reason in (
            (6, False, "low"),
            (0, True, "both"),
            (10, True, "contact"),
            (7, False, None),
            (10, False, None),
        ):
            with self.subTest(score=score, contact=contact):
                visit = self._performed(hours=4 + 2 * score + contact)
                answer = self._answer(visit, score=score, wants_contact=contact)
                self.assertEqual(answer.task_ids.mapped("reason"), [reason] if reason else [])

    def test_the_manager_is_told_in_neutral_words(self):
        answer = self._answer(score=2, comment="The Facial burns")
        [task] = answer.task_ids
        [activity] = task.sudo().activity_ids
        self.assertEqual(
            (activity.user_id, activity.summary), (self.users["manager"], "Look at the feedback of a patient")
        )
        self.assertEqual(activity.res_name, self.visit_name(answer))
        count, found = self._alert("feedback")
        self.assertEqual((count, found.ids), (1, task.ids))
        said = self.env["mail.message"].sudo().search([("model", "=", task._name)]).mapped("body")
        mails = self.env["mail.mail"].sudo().search([]).mapped("body_html")
        for text in (*said, *mails):
            for word in ("burns", "Facial", "Ayesha", "2 of 10"):
                self.assertNotIn(word, text or "")

    def visit_name(self, answer):
        return answer.visit_id.name

    def test_without_a_manager_of_messages_somebody_who_may_read_it_gets_it(self):
        self.branch.clinic_message_manager_id = self.users["reception"]
        [task] = self._answer(score=2).task_ids
        self.assertTrue(task.sudo().activity_ids.user_id.has_group("clinic.group_manager"))

    def test_it_is_closed_with_what_was_done(self):
        [task] = self._answer(score=2).task_ids
        mine = task.with_user(self.users["manager"])
        for note in (False, "  \n"):
            mine.note = note
            with self.assertRaisesRegex(UserError, "First write down"):
                mine.action_close()
        mine.note = "Called, and apologised"
        mine.action_close()
        self.assertEqual((task.state, task.closed_by_id), ("done", self.users["manager"]))
        self.assertTrue(task.closed_at)
        self.assertFalse(task.sudo().activity_ids)
        self.assertEqual(self._alert("feedback")[0], 0)
        with self.assertRaisesRegex(UserError, "done already"):
            mine.action_close()
        with self.assertRaisesRegex(UserError, "stays as it was written"):
            mine.note = "Something else"

    def test_the_database_wants_the_note(self):
        [task] = self._answer(score=2).task_ids
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env.cr.execute("UPDATE clinic_feedback_task SET state = 'done' WHERE id = %s", [task.id])

    @mute_logger("odoo.sql_db")
    def test_an_answer_never_changes_by_any_way_into_the_database(self):
        answer = self._answer(score=2)
        self.env.flush_all()
        for statement in (
            "UPDATE clinic_feedback SET score = 10, segment = 'promoter'",
            "UPDATE clinic_feedback SET comment = 'fine'",
            "DELETE FROM clinic_feedback",
            "TRUNCATE clinic_feedback CASCADE",
        ):
            with self.subTest(statement=statement), self.assertRaises(RestrictViolation), self.env.cr.savepoint():
                self.env.cr.execute(statement)
        copied = "visit_id, patient_id, company_id, answered_at, answered_on"
        for error, columns, values in (
            (UniqueViolation, "score, segment", "9, 'promoter'"),
            (CheckViolation, "score, segment, is_trial", "9, 'detractor', TRUE"),
            (CheckViolation, "score, segment, is_trial", "11, 'promoter', TRUE"),
        ):
            insert = f"INSERT INTO clinic_feedback ({copied}, {columns}) SELECT {copied}, {values} FROM clinic_feedback"  # noqa: S608
            with self.subTest(values=values), self.assertRaises(error), self.env.cr.savepoint():
                self.env.cr.execute(insert)
        with self.assertRaisesRegex(UserError, "stays as it is"):
            answer.write({"score": 10})
        with self.assertRaisesRegex(UserError, "stays as it is"):
            answer.unlink()

    def test_it_follows_its_visit_when_patients_are_merged_and_parted(self):
        kept = self.env["clinic.patient"].create({"name": "Ayesha Kept"})
        answer = self._answer(score=2)
        merge = self.env["clinic.patient.merge"].with_user(self.users["manager"])._merge(kept, self.patient)
        self.assertEqual((answer.patient_id, answer.task_ids.patient_id), (kept, kept))
        merge.sudo().action_undo()
        self.assertEqual((answer.patient_id, answer.task_ids.patient_id), (self.patient, self.patient))
