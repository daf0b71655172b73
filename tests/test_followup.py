"""Nobody is forgotten: what is due, on the board, on the card and on the list, through all that may happen to it."""

from freezegun import freeze_time

from odoo import Command, fields
from odoo.tests import tagged

from odoo.addons.clinic_followup.tests.common import FollowupMixin
from odoo.addons.clinic_package.tests.common import PackageCommon

SAID = {
    "session_late": "The next session is late",
    "course_stalled": "The course has stalled",
    "checkup": "A check-up is due",
    "followup": "A look at the result is due",
}


@tagged("post_install", "-at_install")
class TestFollowup(FollowupMixin, PackageCommon):
    """One patient among all the addons that call patients, from the first day to the sixth month."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_followup()
        for number, (cause, reason) in enumerate(SAID.items()):
            cls._recall_rule(cause, reason, sequence=40 - number)

    @classmethod
    def _recall_rule(cls, cause, reason, **vals):
        # Of how many days each speaks, and after how many nobody asks any more.
        more = {"checkup": {"days": 90}, "followup": {"give_up": 60}}.get(cause, {})
        cls.rules.create({"name": cause, "reason": reason, "cause": cause, "give_up": 400, **more, **vals})

    def _seen_at(self, late, best):
        """Return the moment, at eleven in the branch, ``late`` days after the day ``best``."""
        return fields.Datetime.add(self._at(11, days=0), days=(best - self.branch._clinic_today()).days + late)

    def _as(self, model, role):
        return self.env[model].with_user(self.users[role]).with_context(allowed_company_ids=self.branch.ids)

    def _board(self, visit):
        """Return what the board says on the card of ``visit`` about calls, as reception reads it."""
        day = fields.Date.to_string(self.branch._clinic_local(visit.start).date())
        procedures = self._as("clinic.board", "reception").load(day)["procedures"]
        [card] = [card for card in procedures if card["visit_id"] == visit.id]
        return [flag["label"] for flag in card["flags"] if flag["kind"] == "recall"]

    def _card(self):
        """Return what the patient card says about calls, as who treats reads it."""
        return [
            recall["reason"]
            for recall in self._as("clinic.patient.card", "practitioner").load(self.patient.id)["recalls"]
        ]

    def _due(self):
        """Return {name: days late} of the due list, as reception reads it."""
        return {row["name"]: row["days_late"] for row in self._list().load()["rows"]}

    def _everywhere(self, visit):
        self.env.invalidate_all()
        return {"board": self._board(visit), "card": self._card(), "list": self._due()}

    def test_session_4_of_6_three_weeks_late(self):
        self._session_4_of_6(21, "session_late", "late")

    def test_session_4_of_6_stalled(self):
        self._session_4_of_6(23, "course_stalled", "stalled")

    def _session_4_of_6(self, late, cause, standing):
        course = self._sell()
        self._pay(course.invoice_line_id.move_id)
        for days in (0, 14, 28):
            self._perform(days=days)
        best = fields.Date.add(course.last_on, days=14)
        reason = SAID[cause]
        with freeze_time(self._seen_at(late, best)):
            # The patient comes for something else today: who stands at the desk can be asked at once.
            other = self.env["clinic.visit"].book_walk_in(self.patient, self.laser, self.doctor)
            nothing = {"board": [], "card": [], "list": {}}
            self.assertEqual(self._everywhere(other), nothing)
            self._look()
            alert = {"board": [reason], "card": [reason], "list": {self.patient.name: late}}
            self.assertEqual(self._everywhere(other), alert)
            call = self._list().open_call(self.patient.id)
            self.assertEqual([recall["reason"] for recall in call["recalls"]], [reason])
            self.assertEqual(call["treatment"]["name"], self.facial.name)
            time = call["times"][0]
            booked = self._list().book(self.patient.id, self.facial.id, time["start"], time["practitioner_id"])
            self.assertEqual(self._of()[cause], "booked")
            self.assertEqual(self._everywhere(other), nothing)
            self.assertEqual(course.standing, "booked")
            visit = self.env["clinic.visit"].browse(booked["visit_id"])
            visit.with_user(self.reception).action_cancel(self.env.ref("clinic_visit.cancel_reason_patient"))
            self.assertEqual(self._of()[cause], "open")
            self.assertEqual(self._everywhere(other), alert)
            self.assertEqual(course.standing, standing)
            rows = self.recalls.search([("patient_id", "=", self.patient.id)])
            self.assertEqual(rows.mapped("cause"), [cause])

    def test_check_up_and_3_and_6_months_are_one_call(self):
        protocol = self.env["clinic.protocol"].create(
            {
                "treatment_id": self.facial.id,
                "note_required": False,
                "step_ids": [Command.create({"name": "Mask", "phase": "result", "mandatory": False})],
                "followup_ids": [
                    Command.create({"name": "Photo after 3 months", "days": 90}),
                    Command.create({"name": "Photo after 6 months", "days": 180}),
                ],
            }
        )
        protocol.action_publish()
        self._treated(0)
        kind = self.env["clinic.problem.kind"].create({"name": "Redness of this test", "icd10": "L71.9"})
        problems = self.env["clinic.problem"].with_user(self.users["practitioner"])
        problem = problems.create({"patient_id": self.patient.id, "kind_id": kind.id, "course": "chronic"})
        states = {}
        for day in (89, 90, 180):
            with freeze_time(fields.Datetime.add(self._at(11, days=0), days=day)):
                self._look()
                self.env.invalidate_all()
                found = self.recalls.search([("patient_id", "=", self.patient.id)], order="due_on, cause")
                states[day] = [(recall.cause, recall.state) for recall in found]
                self.assertEqual(len(self._due()), 1 if found else 0)
                if day == 180:
                    problem.action_resolve()
                    self.env.invalidate_all()
                    left = found.filtered(lambda recall: recall.state == "open")
                    self.assertEqual(left.mapped("cause"), ["followup"])
        self.assertEqual(states[89], [])
        self.assertEqual(states[90], [("checkup", "open"), ("followup", "open")])
        self.assertEqual(states[180], [("checkup", "open"), ("followup", "settled"), ("followup", "open")])
