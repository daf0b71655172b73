import json

from freezegun import freeze_time

from odoo import Command, fields
from odoo.tests import tagged

from odoo.addons.clinic_followup.tests.common import FollowupMixin
from odoo.addons.clinic_record.tests.common import RecordCommon

MARK = "Zq7Marker"


@tagged("post_install", "-at_install")
class TestRecord(FollowupMixin, RecordCommon):
    """Check-ups of a chronic problem, and 3 and 6 months after, without a word of the record."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_followup()

    def _days(self, days):
        return freeze_time(fields.Datetime.add(self._at(11, days=0), days=days))

    def _chronic(self):
        kind = self.env["clinic.problem.kind"].create({"name": f"{MARK} rosacea", "icd10": "L71.9"})
        return (
            self.env["clinic.problem"]
            .with_user(self.users["practitioner"])
            .create(
                {
                    "patient_id": self.patient.id,
                    "kind_id": kind.id,
                    "course": "chronic",
                    "description": f"<p>{MARK}</p>",
                }
            )
        )

    def test_a_chronic_problem_is_checked_every_so_many_days_while_it_is_active(self):
        rule = self._rule("checkup", days=90)
        self._treated(0)
        problem = self._chronic()
        with self._days(89):
            self._look(rule)
            self.assertEqual(self._of(), {})
        with self._days(90):
            self._look(rule)
            self.assertEqual(self._of(), {"checkup": "open"})
            problem.action_resolve()
            self.assertEqual(self._of(), {"checkup": "settled"})
            problem.action_reopen()
            self.assertEqual(self._of(), {"checkup": "open"})
            visit = self.book(start=fields.Datetime.add(fields.Datetime.now(), hours=3))
            self.assertEqual(self._of(), {"checkup": "booked"})
        with freeze_time(visit.start):
            visit.action_arrive()
            visit.action_start()
            visit.action_done()
        with self._days(179):
            self._look(rule)
            self.assertEqual(self._of(), {"checkup": "booked"})
        with self._days(180):
            self._look(rule)
            found = self.recalls.search([("patient_id", "=", self.patient.id)], order="due_on")
            self.assertEqual(found.mapped("state"), ["booked", "open"])

    def _protocol(self):
        protocol = self.env["clinic.protocol"].create(
            {
                "treatment_id": self.facial.id,
                "note_required": False,
                "step_ids": [Command.create({"name": "Mask", "phase": "result", "mandatory": False})],
                "followup_ids": [
                    Command.create({"name": f"{MARK} at 3 months", "days": 90}),
                    Command.create({"name": f"{MARK} at 6 months", "days": 180}),
                ],
            }
        )
        protocol.action_publish()
        return protocol

    def test_3_and_6_months_after(self):
        rule = self._rule("followup", give_up=60)
        self._protocol()
        self._treated(0)
        states = {}
        for day in (89, 90, 120, 151, 180):
            with self._days(day):
                self._look(rule)
                self.env.invalidate_all()
                found = self.recalls.search([("patient_id", "=", self.patient.id)], order="due_on")
                states[day] = found.mapped("state")
        self.assertEqual(states, {89: [], 90: ["open"], 120: ["open"], 151: ["settled"], 180: ["settled", "open"]})

    def test_nothing_of_the_record_reaches_the_front_desk(self):
        self._rule("followup")
        self._rule("checkup", days=90)
        self._protocol()
        self._treated(0)
        self._chronic()
        with self._days(91):
            self._look()
            self.assertEqual(self._of(), {"followup": "open", "checkup": "open"})
            due = self._list()
            shown = [due.load(), due.open_call(self.patient.id)]
            recalls = self.recalls.with_user(self.users["reception"]).search([])
            names = [name for name in recalls.fields_get() if name not in ("origin", "answered_by")]
            shown.append(recalls.read(names))
            due.note(self.patient.id, "no_answer")
            said = self.env["clinic.message"].sudo().search([("patient_id", "=", self.patient.id)])
            shown.append(said.read())
        text = json.dumps(shown, default=str)
        self.assertIn("Because of checkup", text)
        self.assertNotIn(MARK, text)
        self.assertNotIn("L71", text)
        self.env.flush_all()
        self.env.cr.execute("SELECT string_agg(recall::text, ' ') FROM clinic_recall recall")
        self.assertNotIn(MARK, self.env.cr.fetchone()[0])

    def test_the_card_says_that_the_patient_is_to_be_called(self):
        self._rule("effect", days=10, treatment_ids=[Command.set(self.facial.ids)])
        self._treated(20)
        self._look()
        # Whom one treats one opens.
        self.book(self.laser, start=self._at(12, days=1), practitioner=self.doctor)
        card = self.env["clinic.patient.card"].with_user(self.users["practitioner"])
        card = card.with_context(allowed_company_ids=self.branch.ids).load(self.patient.id)
        self.assertEqual([recall["reason"] for recall in card["recalls"]], ["Because of effect"])
