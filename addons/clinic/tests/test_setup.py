import psycopg2

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ClinicCommon


@tagged("post_install", "-at_install")
class TestSetup(ClinicCommon):
    def test_rooms_and_devices_are_material_resources_of_their_branch(self):
        for place in (self.rooms[0], self.device):
            self.assertEqual(place.resource_id.resource_type, "material")
            self.assertEqual(place.resource_id.company_id, self.branch)
            self.assertEqual(place.resource_id.name, place.name)

    def test_a_practitioner_shares_the_employees_resource_and_branch(self):
        self.assertEqual(self.doctor.resource_id, self.doctor.employee_id.resource_id)
        self.assertEqual(self.doctor.company_ids, self.branch)

    def test_a_treatment_is_a_service_without_variants(self):
        with self.assertRaisesRegex(ValidationError, "must be a service"):
            self.facial.type = "consu"

    def test_a_treatment_takes_time(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError), self.env.cr.savepoint():
            self.facial.treatment_duration = 0
            self.env.flush_all()

    def test_an_employee_is_a_practitioner_only_once(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError), self.env.cr.savepoint():
            self.env["clinic.practitioner"].create({"employee_id": self.doctor.employee_id.id})

    def test_documents_carry_the_neutral_name(self):
        self.assertEqual(self.facial._document_name(), "Treatment")
        self.facial.is_confidential = False
        self.assertEqual(self.facial._document_name(), "Facial")
        self.facial.neutral_name = "Skin care"
        self.assertEqual(self.facial._document_name(), "Skin care")
