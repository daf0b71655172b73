from odoo.tests import HttpCase, tagged

from odoo.addons.clinic.tests.common import ClinicCommon

from .common import VisitMixin


@tagged("post_install", "-at_install")
class TestBoardTour(VisitMixin, ClinicCommon, HttpCase):
    """Reception's day in the browser: book, move, be refused, receive, treat."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._open_around_the_clock()
        other = cls.env["clinic.patient"].create({"name": "Bilal Test", "phone": "0300 7654321"})
        cls.laser_visit = cls.env["clinic.visit"].with_company(cls.branch).book(other, cls.laser, cls._at(16, days=0))
        third = cls.env["clinic.patient"].create({"name": "Zara Test", "phone": "0300 1112223"})
        start = cls._at(10, days=3)
        cls.met = cls.env["clinic.visit"].with_company(cls.branch).book(third, cls.laser, start, cls.doctor)
        cls.env["resource.calendar.leaves"].with_user(cls.users["manager"]).create(
            {
                "name": "Congress",
                "resource_id": cls.doctor.resource_id.id,
                "date_from": cls._at(0, days=3),
                "date_to": cls._at(23, 59, days=3),
            }
        )

    def test_the_board(self):
        self.start_tour("/odoo/board", "clinic_board", login="test_reception")
        visit = self.env["clinic.visit"].search([("patient_id", "=", self.patient.id)])
        self.assertRecordValues(visit, [{"state": "done", "start": self._at(14, days=0)}])
        self.assertEqual(visit.practitioner_ids, self.cosmetologist)
        self.assertEqual(self.laser_visit.practitioner_ids, self.doctor)
        self.assertEqual(self.laser_visit.start, self._at(16, days=28))
        local = self.branch._clinic_local
        self.assertNotEqual(local(self.met.start).date(), local(self._at(10, days=3)).date())
        self.assertFalse(self.met.to_move)
