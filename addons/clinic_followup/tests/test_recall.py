from freezegun import freeze_time
from psycopg2.errors import UniqueViolation

from odoo import Command, fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import FollowupCommon


@tagged("post_install", "-at_install")
class TestRecall(FollowupCommon):
    def _reason(self):
        return self.env.ref("clinic_visit.cancel_reason_patient")

    def test_an_effect_wears_off_and_a_booking_answers_it_until_it_is_cancelled(self):
        rule = self._rule("effect", days=120, treatment_ids=[Command.set(self.facial.ids)])
        self._treated(119)
        self._look(rule)
        self.assertEqual(self._of(), {})
        with freeze_time(fields.Datetime.add(self._at(10, days=0), days=1)):
            self._look(rule)
            self.assertEqual(self._of(), {"effect": "open"})
            [recall] = self.recalls.search([("patient_id", "=", self.patient.id)])
            self.assertEqual((recall.due_on, recall.treatment_id), (self.branch._clinic_today(), self.facial))
            visit = self.book(start=self._at(12, days=3))
            self.assertEqual(self._of(), {"effect": "booked"})
            self.assertEqual(recall.visit_id, visit)
            self._look(rule)
            self.assertEqual(self._of(), {"effect": "booked"})
            visit.action_cancel(self._reason())
            self.assertEqual(self._of(), {"effect": "open"})
            self.assertFalse(recall.visit_id)
            self._look(rule)
            self.assertEqual(self.recalls.search_count([("patient_id", "=", self.patient.id)]), 1)

    def test_another_treatment_answers_nothing(self):
        rule = self._rule("effect", days=10, treatment_ids=[Command.set(self.facial.ids)])
        self._treated(20)
        self._look(rule)
        self.book(self.laser, start=self._at(12, days=3), practitioner=self.doctor)
        self.assertEqual(self._of(), {"effect": "open"})

    def test_a_hold_answers_nothing_until_it_is_confirmed(self):
        rule = self._rule("effect", days=10, treatment_ids=[Command.set(self.facial.ids)])
        self._treated(20)
        self._look(rule)
        visit = self.book(start=self._at(12, days=3), hold_minutes=30)
        self.assertEqual(self._of(), {"effect": "open"})
        visit.action_confirm()
        self.assertEqual(self._of(), {"effect": "booked"})

    def test_a_missed_visit_is_called_about_at_once(self):
        self._rule("no_show")
        visit = self.book(start=self._at(12, days=1))
        with freeze_time(fields.Datetime.add(visit.start, hours=1)):
            visit.action_no_show()
            self.assertEqual(self._of(), {"no_show": "open"})
            self.book(self.laser, start=self._at(12, days=3), practitioner=self.doctor)
            self.assertEqual(self._of(), {"no_show": "booked"})

    def test_the_next_one_was_not_booked(self):
        self.facial.interval_recommended = 28
        rule = self._rule("not_rebooked", days=7)
        self._treated(34)
        self._look(rule)
        self.assertEqual(self._of(), {})
        with freeze_time(fields.Datetime.add(self._at(10, days=0), days=1)):
            self._look(rule)
            self.assertEqual(self._of(), {"not_rebooked": "open"})

    def test_each_patient_has_a_rhythm(self):
        rule = self._rule("lapsed", days=30, factor=2)
        often, seldom = self.env["clinic.patient"].create([{"name": "Often"}, {"name": "Seldom"}])
        for ago in (130, 110, 90):
            self._treated(ago, patient=often)
        for ago in (351, 221, 91):
            self._treated(ago, patient=seldom)
        self._look(rule)
        # Every 20 days: away after 40; every 130: not before 260.
        self.assertEqual((self._of(often), self._of(seldom)), ({"lapsed": "open"}, {}))

    def test_a_birthday_is_called_about_with_consent_only(self):
        rule = self._rule("birthday", is_marketing=True, give_up=3)
        self._treated(50)
        today = self.branch._clinic_today()
        self.patient.birth_date = fields.Date.subtract(today, years=30)
        self._look(rule)
        self.assertEqual(self._of(), {})
        consents = self.env["clinic.message.consent"]
        consents.create({"patient_id": self.patient.id, "channel": "sms", "purpose": "marketing", "is_given": True})
        self._look(rule)
        self.assertEqual(self._of(), {"birthday": "open"})
        consents.create({"patient_id": self.patient.id, "channel": "sms", "purpose": "marketing", "is_given": False})
        self._look(rule)
        self.assertEqual(self._of(), {"birthday": "settled"})

    def test_the_database_keeps_one_open_of_a_cause(self):
        rule = self._rule("effect", days=10, treatment_ids=[Command.set(self.facial.ids)])
        self._treated(20)
        self._look(rule)
        [recall] = self.recalls.search([("patient_id", "=", self.patient.id)])
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            recall.sudo().copy({"origin": "other", "state": "open"})

    def test_what_became_too_old_is_settled(self):
        rule = self._rule("effect", days=10, give_up=30, treatment_ids=[Command.set(self.facial.ids)])
        self._treated(20)
        self._look(rule)
        self.assertEqual(self._of(), {"effect": "open"})
        with freeze_time(fields.Datetime.add(self._at(10, days=0), days=40)):
            self._look(rule)
            self.assertEqual(self._of(), {"effect": "settled"})

    def test_who_was_looked_at_is_found_again_only_by_a_changed_rule(self):
        rule = self._rule("effect", days=10, treatment_ids=[Command.set(self.laser.ids)])
        self._treated(20)
        self._look(rule)
        # Some branch may still be on the day before.
        behind = min(branch._clinic_today() for branch in self.env["res.company"].search([]))
        self.assertEqual((self._of(), rule.looked_on), ({}, behind))
        rule.treatment_ids = self.facial
        self.assertFalse(rule.looked_on)
        self._look(rule)
        self.assertEqual(self._of(), {"effect": "open"})

    def test_merged_patients_have_one_list(self):
        rule = self._rule("effect", days=10, treatment_ids=[Command.set(self.facial.ids)])
        other = self.env["clinic.patient"].create({"name": "Ayesha Test", "phone": "0300 1234567"})
        for ago, patient in ((20, self.patient), (22, other)):
            self._treated(ago, patient=patient)
        self._look(rule)
        self.env["clinic.patient.merge"].with_user(self.users["manager"])._merge(self.patient, other)
        self._look(rule)
        rows = self._list().load()["rows"]
        self.assertEqual([row["patient_id"] for row in rows], self.patient.ids)
