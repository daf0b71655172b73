from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import VisitCommon


@tagged("post_install", "-at_install")
class TestLicence(VisitCommon):
    """Who has an expired licence is neither booked nor starts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.licence = cls.env["clinic.licence"].create(
            {
                "practitioner_id": cls.doctor.id,
                "kind_id": cls.env.ref("clinic.licence_kind_medical").id,
                "number": "PMDC 1",
            }
        )
        cls.doctor.authorization_ids.licence_id = cls.licence

    def test_no_booking_beyond_the_licence(self):
        self.licence.date_to = self._at(0, days=6)
        with self.assertRaisesRegex(ValidationError, "Medical Registration PMDC 1 ended on"):
            self.book(self.laser, practitioner=self.doctor)
        self.licence.date_to = self._at(10).date()
        self.assertEqual(self.book(self.laser).procedure_ids.practitioner_id, self.doctor)

    def test_no_free_time_is_offered_beyond_the_licence(self):
        self.licence.date_to = self._at(10, days=3).date()
        slots = self.env["clinic.availability"].with_company(self.branch)
        found = slots.find_slots(self.laser, str(self._at(0, days=1)), str(self._at(0, days=8)))
        days = {self.branch._clinic_local(fields.Datetime.to_datetime(slot["start"])).date() for slot in found}
        self.assertTrue(days)
        self.assertLessEqual(max(days), self.licence.date_to)

    def test_the_gate_names_the_licence(self):
        visit = self.book(self.laser, practitioner=self.doctor)
        with freeze_time(visit.start - timedelta(minutes=5)):
            visit.action_arrive()
            self.licence.date_to = visit.start.date() - timedelta(days=1)
            with self.assertRaisesRegex(
                UserError, r"not authorized for Laser today \(Medical Registration PMDC 1 ended"
            ):
                visit.action_start()
