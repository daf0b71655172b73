from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from odoo.addons.clinic_portal.tests.common import PortalCommon


@tagged("post_install", "-at_install")
class TestSummary(PortalCommon):
    """What a practitioner writes for a patient, and what the patient reads."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch.clinic_portal_summary = True
        cls.summaries = cls.env["clinic.summary"].with_user(cls.users["practitioner"])
        # The branch cares for both of them.
        cls._book_for(cls.stranger, start=cls._at(14))
        cls.env.flush_all()

    def _write(self, text="No penicillin.", patient=None, is_released=True):
        summary = self.summaries.create({"patient_id": (patient or self.patient).id, "text": text})
        if is_released:
            summary.action_release()
        self.env.flush_all()
        return summary

    def test_it_is_proposed_from_the_record(self):
        kind = self.env["clinic.risk.kind"].search([], limit=1)
        self.env["clinic.risk"].sudo().create({"patient_id": self.patient.id, "kind_id": kind.id})
        with Form(self.summaries.with_context(default_patient_id=self.patient.id)) as form:
            self.assertIn(kind.name, form.text)
            form.text = f"{form.text}\nDrink water."
        summary = form.record
        self.assertIn("Drink water.", summary.text)
        self.assertEqual(summary.state, "draft")

    def test_a_patient_reads_what_was_released_last(self):
        self._write("A draft.", is_released=False)
        self._sign_in()
        self.assertEqual(self._get("/summary").status_code, 404)
        self.assertNotIn("Medical summary", self._get("/profile").text)
        first = self._write("The first one.")
        self.assertIn("The first one.", self._get("/summary").text)
        self.assertIn("Medical summary", self._get("/profile").text)
        second = self._write("The second one.")
        page = self._get("/summary").text
        self.assertIn("The second one.", page)
        self.assertNotIn("The first one.", page)
        self.assertEqual((first.state, second.state), ("withdrawn", "released"))
        self.assertEqual(self._get("/summary.pdf").headers["Content-Type"], "application/pdf")
        self.assertIn("The second one.", self._get("/data.json").text)
        log = self.env["clinic.access.log"].sudo().search([("user_id", "=", self.me.id)])
        self.assertIn("clinic.summary", log.mapped("model"))
        second.action_withdraw()
        self.env.flush_all()
        self.assertEqual(self._get("/summary").status_code, 404)
        self.assertEqual(self._get("/summary.pdf").status_code, 404)

    def test_only_where_the_branch_permits_it(self):
        self._write()
        self.branch.clinic_portal_summary = False
        self.env.flush_all()
        self._sign_in()
        self.assertEqual(self._get("/summary").status_code, 404)
        self.assertNotIn("No penicillin", self._get("/data.json").text)

    def test_nobody_reads_that_of_others(self):
        self._write("MARKER", self.stranger)
        self._sign_in()
        for rest in ("/summary", "/summary.pdf"):
            answer = self._get(rest, self.stranger)
            self.assertEqual(answer.status_code, 404)
            self.assertNotIn(b"MARKER", answer.content)
        with self.assertRaises(AccessError):
            self.env["clinic.summary"].with_user(self.me).search_read([], ["text"])
        for role in ("reception", "cosmetologist", "manager", "accountant", "warehouse"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.env["clinic.summary"].with_user(self.users[role]).search([]).read(["text"])

    def test_what_is_released_stays_as_it_is(self):
        summary = self._write()
        for write in (
            lambda: summary.write({"text": "Other words."}),
            lambda: summary.write({"state": "draft"}),
            lambda: summary.write({"patient_id": self.stranger.id}),
            lambda: summary.unlink(),
            lambda: summary.action_release(),
        ):
            with self.assertRaises(UserError):
                write()
        self.assertEqual((summary.text, summary.state), ("No penicillin.", "released"))
        with self.assertRaises(UserError):
            self._write("   ")
        with self.assertRaises(AccessError):
            summary.with_user(self.users["cosmetologist"]).action_withdraw()
        self._write("A draft.", is_released=False).unlink()
