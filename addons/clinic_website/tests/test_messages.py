from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged

from ..const import CODE
from .common import OnlineCommon

SARA = {"name": "Sara New", "phone": "0301 7654321", "email": "sara@example.com"}


@tagged("post_install", "-at_install")
class TestMessages(OnlineCommon):
    """What is booked online is told at once, to the patient and to those whom the branch has chosen."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch.write({"email": "desk@test.clinic", "clinic_quiet_from": 0, "clinic_quiet_to": 0})
        cls.users["practitioner"].partner_id.email = "sana@test.clinic"
        cls.users["manager"].partner_id.email = "manager@test.clinic"

    def setUp(self):
        super().setUp()
        self.enterContext(self.enter_registry_test_mode())

    def _booked(self, treatments=None, at=10):
        return self._keep(self._at(at), practitioner=self.doctor, treatments=treatments)._book(SARA)

    def _of(self, visit):
        rows = self.env["clinic.message"].search([("visit_id", "=", visit.id)], order="id")
        return [(row.kind_id.code, row.recipient, row.address, row.state) for row in rows]

    def test_patient_and_practitioner_are_told_at_once(self):
        visit = self._booked()
        self.assertEqual(
            self._of(visit),
            [
                ("booked", "patient", "sara@example.com", "queued"),
                ("booked", "practitioner", "sana@test.clinic", "queued"),
            ],
        )
        # The scheduled action finds nothing left to say.
        with freeze_time(self._at(8)):
            self.assertNotIn(visit, self.env["clinic.message"]._visits_to_tell())

    def test_those_whom_the_branch_has_chosen(self):
        self.branch.write(
            {"clinic_online_tell_practitioner": False, "clinic_online_tell_ids": self.users["manager"].ids}
        )
        visit = self._booked()
        self.assertEqual(self._of(visit)[1:], [("booked", "manager", "manager@test.clinic", "queued")])
        text = self.env["clinic.message"].search([("visit_id", "=", visit.id), ("recipient", "=", "manager")]).text
        self.assertIn(visit.name, text)
        for secret in ("Facial", "Sara"):
            self.assertNotIn(secret, text)

    def test_what_is_booked_at_the_desk_goes_its_usual_way(self):
        visit = self.book()
        visit._tell()
        self.assertEqual([row[1] for row in self._of(visit)], ["patient"])

    def test_moving_and_cancelling_by_the_link_are_told_at_once(self):
        visit = self._booked()
        self.assertTrue(visit._patient_moves(visit._patient_times()[-1]["start"]))
        self.assertEqual([row[:2] for row in self._of(visit)][2:], [("moved", "patient"), ("moved", "practitioner")])
        self.assertTrue(visit._patient_cancels())
        told = [row[:2] for row in self._of(visit)][4:]
        self.assertEqual(told, [("cancelled", "patient"), ("cancelled", "practitioner")])
        # What waits and is true no more is taken back.
        self.assertEqual({row[3] for row in self._of(visit)[:4]}, {"cancelled"})

    def test_what_waits_for_its_deposit_is_told_when_it_is_paid(self):
        visit = self._booked(self.laser)
        self.assertEqual(visit.state, "held")
        self.assertNotIn("booked", [row[0] for row in self._of(visit)])
        self._paid(self._transaction(visit))
        self.assertEqual(visit.state, "booked")
        self.assertIn(("booked", "practitioner", "sana@test.clinic", "queued"), self._of(visit))

    def test_taking_back_an_arrival_is_no_news(self):
        visit = self._booked()
        before = self._of(visit)
        with freeze_time(visit.start - timedelta(minutes=10)):
            visit.action_arrive()
            visit.action_not_arrived()
        self.assertEqual((visit.state, self._of(visit)), ("booked", before))

    def test_who_is_practitioner_and_chosen_is_told_once(self):
        self.branch.clinic_online_tell_ids = self.users["practitioner"] | self.users["manager"]
        visit = self._booked()
        self.assertEqual(sorted(row[2] for row in self._of(visit)[1:]), ["manager@test.clinic", "sana@test.clinic"])

    def test_whatever_kinds_the_clinic_has(self):
        kind = self.env.ref("clinic_message.kind_booked")
        kind.treatment_ids = self.laser
        self.assertEqual([row[1] for row in self._of(self._booked())], ["practitioner"])
        kind.active = False
        self.assertEqual([row[1] for row in self._of(self._booked(at=12))], ["practitioner"])

    def test_who_is_told_in_the_own_language(self):
        self.env["res.lang"]._activate_lang("ar_001")
        self.env["clinic.message.template"].create(
            {
                "kind_id": self.env.ref("clinic_message.kind_booked").id,
                "channel": "email",
                "audience": "staff",
                "lang": "ar_001",
                "subject": "{visit}",
                "body": "موعد {visit}",
            }
        )
        self.users["practitioner"].lang = "ar_001"
        visit = self._booked()
        staff = self.env["clinic.message"].search([("visit_id", "=", visit.id), ("recipient", "=", "practitioner")])
        self.assertEqual((staff.lang, staff.body), ("ar_001", f"موعد {visit.name}"))

    def test_what_cannot_be_told_is_booked_all_the_same(self):
        logger = "odoo.addons.clinic_message.models.clinic_visit"
        broken = patch.object(type(self.env["clinic.visit"]), "_tell_others", side_effect=ValueError("oops"))
        with broken, self.assertLogs(logger, level="ERROR"):
            visit = self._booked()
        self.assertEqual((visit.state, visit.told_start), ("booked", False))
        visit._tell()
        self.assertEqual(len(self._of(visit)), 2)

    def test_codes_are_told_to_patients_alone(self):
        kind = self.env.ref("clinic_website.kind_code")
        self.assertEqual((kind.code, kind.to_practitioner, kind.to_manager), (CODE, False, False))
