from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import FollowupCommon


@tagged("post_install", "-at_install")
class TestDueList(FollowupCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.effect = cls._rule("effect", days=10, treatment_ids=[Command.set(cls.facial.ids)], sequence=20)
        cls.missed = cls._rule("no_show", sequence=10, tries=2, again=5)
        cls.other = cls.env["clinic.patient"].create({"name": "Other", "phone": "0300 7654321"})
        cls._treated(20)
        cls._treated(15, patient=cls.other)
        cls.effect._look()
        cls.today = cls.branch._clinic_today()
        cls.colleague = cls.users["reception"].copy({"login": "colleague", "name": "Colleague"})

    def _recall(self, cause="effect", patient=None):
        self.env.invalidate_all()
        return self.recalls.search([("cause", "=", cause), ("patient_id", "=", (patient or self.patient).id)])

    def test_the_most_urgent_first_and_several_causes_are_one_call(self):
        rows = self._list().load()["rows"]
        self.assertEqual([row["name"] for row in rows], ["Ayesha Test", "Other"])
        visit = self.env["clinic.visit"].book(self.other, self.laser, self._at(12, days=1), self.doctor)
        with freeze_time(fields.Datetime.add(visit.start, hours=1)):
            visit.action_no_show()
            found = self._list().load()
            first = found["rows"][0]
            self.assertEqual((found["count"], first["name"]), (2, "Other"))
            self.assertEqual(first["reasons"], ["Because of no_show", "Because of effect"])
            self.assertEqual(self._list().count_due(), 2)

    def test_a_call_is_locked_for_colleagues_for_a_while(self):
        mine, theirs = self._list(), self._list().with_user(self.colleague)
        call = mine.open_call(self.patient.id)
        self.assertEqual((call["phone"], call["recalls"][0]["reason"]), ("0300 1234567", "Because of effect"))
        with self.assertRaisesRegex(UserError, "test_reception.*is calling this patient"):
            theirs.open_call(self.patient.id)
        row = theirs.load()["rows"][0]
        self.assertIn("test_reception", row["caller"])
        self.assertFalse(mine.load()["rows"][0]["caller"])
        with self.assertRaisesRegex(UserError, "not yours any more"):
            theirs.note(self.patient.id, "reached")
        mine.close_call(self.patient.id)
        theirs.open_call(self.patient.id)
        with freeze_time(fields.Datetime.add(fields.Datetime.now(), minutes=16)):
            mine.open_call(self.patient.id)
        with self.assertRaisesRegex(UserError, "not yours any more"):
            theirs.snooze(self.patient.id, fields.Date.to_string(fields.Date.add(self.today, days=3)))

    def test_the_list_is_shared_out(self):
        mine, theirs = self._list(), self._list().with_user(self.colleague)
        self.assertEqual(mine.next_call()["name"], "Ayesha Test")
        self.assertEqual(theirs.next_call()["name"], "Other")
        third = self._list().with_user(self.users["manager"])
        self.assertFalse(third.next_call())
        theirs.close_call(self.other.id)
        self.assertEqual(third.next_call()["name"], "Other")

    def test_a_call_that_books_keeps_its_outcome(self):
        due = self._list()
        call = due.open_call(self.patient.id)
        self.assertEqual(len(call["times"]), 3)
        days = {time["start"][:10] for time in call["times"]}
        self.assertEqual(len(days), 3, "on three different days")
        time = call["times"][1]
        booked = due.book(self.patient.id, call["treatment"]["id"], time["start"], time["practitioner_id"])
        visit = self.env["clinic.visit"].browse(booked["visit_id"])
        recall = self._recall()
        self.assertEqual(
            (recall.state, recall.visit_id, recall.booked_by_id, recall.result, recall.caller_id.id),
            ("booked", visit, self.users["reception"], "reached", False),
        )
        said = self.env["clinic.message"].search([("patient_id", "=", self.patient.id), ("channel", "=", "call")])
        self.assertEqual((said.result, said.visit_id, said.user_id), ("reached", visit, self.users["reception"]))
        self.assertEqual([row["name"] for row in due.load()["rows"]], ["Other"])

    def test_nobody_answers_until_it_is_given_up(self):
        due = self._list()
        self.effect.tries = 2
        due.open_call(self.patient.id)
        due.note(self.patient.id, "no_answer")
        recall = self._recall()
        self.assertEqual((recall.state, recall.tries), ("open", 1))
        self.assertEqual(recall.next_on, fields.Date.add(self.today, days=1))
        self.assertEqual([row["name"] for row in due.load()["rows"]], ["Other"])
        with freeze_time(self._at(10, days=1)):
            due.open_call(self.patient.id)
            due.note(self.patient.id, "no_answer")
            self.assertEqual((self._recall().state, self._recall().tries), ("stopped", 2))
            self._look()
            self.assertEqual(self._of(), {"effect": "stopped"})

    def test_reached_and_not_booked_is_called_again_on_the_day_that_was_said(self):
        due = self._list()
        day = fields.Date.add(self.today, days=12)
        due.open_call(self.patient.id)
        with self.assertRaisesRegex(UserError, "from tomorrow on"):
            due.note(self.patient.id, "call_back", fields.Date.to_string(self.today))
        due.note(self.patient.id, "call_back", fields.Date.to_string(day))
        self.assertEqual((self._recall().state, self._recall().next_on), ("open", day))
        with freeze_time(self._at(10, days=12)):
            self.assertEqual([row["name"] for row in due.load()["rows"]], ["Ayesha Test", "Other"])
            due.open_call(self.patient.id)
            due.note(self.patient.id, "reached")
            self.assertEqual(self._recall().next_on, fields.Date.add(day, days=self.effect.again))

    def test_who_does_not_want_it_is_not_called_about_this_again(self):
        due = self._list()
        due.open_call(self.patient.id)
        self.assertEqual(due.decline(self._recall().id), [])
        self._look()
        self.assertEqual(self._of(), {"effect": "declined"})
        self._recall().with_user(self.users["reception"]).action_allow()
        self.assertEqual(self._of(), {"effect": "open"})

    def test_what_is_not_true_any_more_is_not_said(self):
        self.effect.days = 200
        call = self._list().open_call(self.patient.id)
        self.assertEqual((call["recalls"], self._of()), ([], {"effect": "settled"}))

    def test_put_off_without_a_call(self):
        due = self._list()
        due.open_call(self.patient.id)
        day = fields.Date.add(self.today, days=4)
        due.snooze(self.patient.id, fields.Date.to_string(day))
        self.assertEqual((self._recall().next_on, self._recall().tries), (day, 0))
        self.assertFalse(self.env["clinic.message"].search([("channel", "=", "call")]))

    def test_the_board_says_so_on_the_card(self):
        visit = self.env["clinic.visit"].book(self.patient, self.laser, self._at(12, days=1), self.doctor)
        board = self.env["clinic.board"].with_user(self.users["reception"])
        day = fields.Date.to_string(fields.Date.add(self.today, days=1))
        board = board.with_context(allowed_company_ids=self.branch.ids).load(day)
        [card] = [card for card in board["procedures"] if card["visit_id"] == visit.id]
        self.assertIn({"kind": "recall", "icon": "fa-bell", "label": "Because of effect"}, card["flags"])

    def test_the_manager_sees_what_came_of_it(self):
        due = self._list()
        call = due.open_call(self.patient.id)
        time = call["times"][0]
        due.book(self.patient.id, call["treatment"]["id"], time["start"], time["practitioner_id"])
        home = self.env["clinic.home"].with_user(self.users["manager"])
        home = home.with_context(allowed_company_ids=self.branch.ids).load()
        [tile] = [tile for tile in home["tiles"] if tile["key"] == "followup"]
        values = {row["key"]: row["value"] for row in tile["rows"]}
        self.assertEqual((tile["figure"], values["reached"], values["booked"]), ("1", "1", "1"))
        with freeze_time(self._at(10, days=20)):
            home = self.env["clinic.home"].with_user(self.users["manager"])
            alerts = home.with_context(allowed_company_ids=self.branch.ids).load()["alerts"]
            self.assertEqual([alert["count"] for alert in alerts if alert["key"] == "recalls"], [1])
