import logging

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL

from ..models import clinic_portal_message
from .common import PortalCommon

MARK = "Zq7PortalMarker"


class Lines(logging.Handler):
    def __init__(self):
        super().__init__(logging.DEBUG)
        self.lines = []

    def emit(self, record):
        self.lines.append(self.format(record))


@tagged("post_install", "-at_install")
class TestMessages(PortalCommon):
    """What is written between a patient and the clinic, and who hears of it in which words."""

    def setUp(self):
        super().setUp()
        self._seen(self.me)
        self.branch.clinic_portal_user_id = self.users["reception"]
        self.env.invalidate_all()
        self._sign_in()

    def _thread(self):
        return self.env["clinic.portal.message"].search([("patient_id", "=", self.patient.id)], order="id")

    def _activities(self):
        return self.patient.activity_search(["clinic_portal.activity_answer"])

    def test_a_question_is_answered(self):
        page = self._post("/messages", text="May I swim?\r\nAnd when?")
        self.assertIn("Your message has been sent", page.text)
        [question] = self._thread()
        self.assertEqual(
            (question.text, question.direction, question.author_id), ("May I swim?\nAnd when?", "in", self.me)
        )
        self.assertEqual(self._activities().user_id, self.users["reception"])
        reception = self.env["clinic.portal.message"].with_user(self.users["reception"])
        answer = reception.create({"patient_id": self.patient.id, "text": "In two days."})
        self.assertEqual((answer.direction, answer.author_id), ("out", self.users["reception"]))
        self.assertTrue(question.read_at)
        self.assertFalse(self._activities())
        told = self.env["clinic.message"].search([("kind_id.code", "=", "portal_reply")])
        self.assertEqual(told.patient_id, self.patient)
        self.env.flush_all()
        self.assertIn("cp_badge", self._get().text)
        page = self._get("/messages").text
        self.assertIn("In two days.", page)
        self.assertNotIn("cp_badge", self._get().text)
        self.env.invalidate_all()
        self.assertTrue(answer.read_at)

    def test_no_word_of_it_leaves_the_clinics_tables(self):
        log = Lines()
        logging.getLogger().addHandler(log)
        self.addCleanup(logging.getLogger().removeHandler, log)
        self._post("/messages", text=f"{MARK} itches")
        reception = self.env["clinic.portal.message"].with_user(self.users["reception"])
        reception.create({"patient_id": self.patient.id, "text": f"{MARK} is usual"})
        self.env.flush_all()
        self._get("/messages")
        self._deliver()
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND data_type IN ('character varying', 'text', 'jsonb') AND table_name NOT LIKE 'clinic\\_portal%%'"
        )
        hits = []
        for table, column in self.env.cr.fetchall():
            query = SQL(
                "SELECT 1 FROM %s WHERE %s::text LIKE %s LIMIT 1",
                SQL.identifier(table),
                SQL.identifier(column),
                f"%{MARK}%",
            )
            if self.env.execute_query(query):
                hits.append((table, column))
        self.assertEqual(hits, [])
        self.assertEqual([line for line in log.lines if MARK in line], [])

    def test_a_guardian_is_answered(self):
        self._post("/messages", self.child, text="May she swim?")
        self.assertEqual(self.child.portal_message_ids.author_id, self.me)
        reception = self.env["clinic.portal.message"].with_user(self.users["reception"])
        reception.create({"patient_id": self.child.id, "text": "She may."})
        told = self.env["clinic.message"].search([("kind_id.code", "=", "portal_reply")])
        self.assertEqual(told.patient_id, self.patient, "the guardian hears of it")
        self.env.flush_all()
        self.assertIn("She may.", self._get("/messages", self.child).text)

    def test_what_cannot_be_a_message_is_kept_for_the_writer(self):
        self.assertIn("Write your message first", self._post("/messages", text="  ").text)
        page = self._post("/messages", text="x" * 2001)
        self.assertEqual(page.status_code, 422)
        self.assertIn("x" * 2001, page.text)
        self.assertFalse(self._thread())

    def test_who_writes_without_end_waits(self):
        self.patch(clinic_portal_message, "MOST_MESSAGES", 2)
        for _number in range(3):
            page = self._post("/messages", text="Hello")
        self.assertEqual(page.status_code, 429)
        self.assertEqual(len(self._thread()), 2)
        self.assertEqual(len(self._activities()), 1, "one for each patient who waits")

    def test_staff_say_nothing_in_a_patients_name(self):
        messages = self.env["clinic.portal.message"].with_user(self.users["reception"])
        for name, value in (
            ("direction", "in"),
            ("author_id", self.me.id),
            ("read_at", "2026-01-01"),
            ("asked_phone", "1"),
        ):
            with self.subTest(name=name), self.assertRaises(AccessError):
                messages.create({"patient_id": self.patient.id, "text": "x", name: value})
        context = messages.with_context(default_direction="in", default_author_id=self.me.id)
        message = context.create({"patient_id": self.patient.id, "text": "x"})
        self.assertEqual((message.direction, message.author_id), ("out", self.users["reception"]))
        with self.assertRaises(AccessError):
            message.text = "y"
        with self.assertRaises(UserError):
            message.sudo().unlink()
        self.guardian.action_end()
        with self.assertRaisesRegex(UserError, "does not sign in"):
            messages.create({"patient_id": self.child.id, "text": "x"})

    def test_another_branch_reads_nothing(self):
        self._post("/messages", text="Hello")
        other = self.env["res.company"].create({"name": "Other Branch"})
        reception = self.users["reception"]
        reception.sudo().write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        found = self.env["clinic.portal.message"].with_user(reception).with_context(allowed_company_ids=other.ids)
        self.assertFalse(found.search([]))

    def test_new_contact_data_is_taken_over_by_the_clinic(self):
        page = self._post("/profile", phone="+92 300 9998887", email="new@example.com")
        self.assertIn("We have your request", page.text)
        self.env.invalidate_all()
        self.assertEqual(self.patient.email, "ayesha@example.com")
        [asked] = self._thread()
        with self.assertRaises(AccessError):
            asked.with_user(self.users["practitioner"]).action_take_contact()
        asked.with_user(self.users["reception"]).action_take_contact()
        self.assertEqual((self.patient.email, bool(asked.taken_at)), ("new@example.com", True))
        self.assertEqual(self.me.login, "portal_me", "which was no email")
        self.assertIn("9998887", self.patient.phone.replace(" ", ""))
        with self.assertRaisesRegex(UserError, "already"):
            asked.with_user(self.users["reception"]).action_take_contact()

    def test_wrong_contact_data_is_refused_in_words(self):
        page = self._post("/profile", phone="nonsense", email="nobody")
        self.assertEqual(page.status_code, 422)
        self.assertIn("This is no phone number", page.text)
        self.assertIn("This is no email address", page.text)
        self.assertIn(
            "That is what we have already",
            self._post("/profile", phone=self.patient.phone, email=self.patient.email).text,
        )
        self.assertFalse(self._thread())
