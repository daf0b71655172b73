import doctest
from datetime import timedelta

import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .. import people
from .common import ClinicCommon


@tagged("post_install", "-at_install")
class TestPatient(ClinicCommon):
    def test_each_patient_gets_an_own_number(self):
        patients = self.env["clinic.patient"].create([{"name": "One"}, {"name": "Two"}])
        self.assertEqual(len(set(patients.mapped("number"))), 2)
        self.assertTrue(all(number.startswith("P") for number in patients.mapped("number")))

    def test_a_contact_is_a_patient_only_once(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError), self.env.cr.savepoint():
            self.env["clinic.patient"].create({"partner_id": self.patient.partner_id.id})

    def test_national_id_is_checked_by_its_country(self):
        self.patient.write({"national_id_country_id": self.env.ref("base.pk").id, "national_id": "34201-0891231-8"})
        self.assertEqual(self.patient.national_id, "3420108912318")
        with self.assertRaisesRegex(ValidationError, "not a valid national ID of Pakistan"):
            self.patient.national_id = "123"
        netherlands = self.env.ref("base.nl")
        self.patient.write({"national_id_country_id": netherlands.id, "national_id": "1112.22.333"})
        self.assertEqual(self.patient.national_id, "111222333")
        with self.assertRaisesRegex(ValidationError, "Netherlands"):
            self.patient.national_id = "111252333"

    def test_national_id_of_a_country_without_rules_is_kept_as_written(self):
        antarctica = self.env.ref("base.aq")
        patient = self.env["clinic.patient"].create(
            {"name": "Pole", "national_id": " A-1 ", "national_id_country_id": antarctica.id}
        )
        self.assertEqual(patient.national_id, "A-1")

    def test_birth_date_is_not_in_the_future(self):
        with self.assertRaisesRegex(ValidationError, "lies in the future"):
            self.patient.birth_date = self.branch._clinic_today() + timedelta(days=2)

    def test_age_counts_completed_years(self):
        today = self.branch._clinic_today()
        self.patient.birth_date = today.replace(year=today.year - 30, day=1) + timedelta(days=40)
        self.assertEqual(self.patient.age, 29)

    def test_duplicates_are_found_by_phone_id_and_name_with_birth_date(self):
        patients = self.env["clinic.patient"]
        same_phone = patients.create({"name": "Someone", "phone": "+92 300 1234567"})
        self.assertEqual(same_phone.duplicate_ids, self.patient)
        first = patients.create({"name": "Zoë Ali", "birth_date": "1990-05-01"})
        second = patients.create({"name": "zoe  ALI", "birth_date": "1990-05-01"})
        self.assertEqual(second.duplicate_ids, first)
        self.assertFalse(patients.create({"name": "Zoë Ali", "birth_date": "1991-05-01"}).duplicate_ids)
        ids = {"national_id_country_id": self.env.ref("base.pk").id, "national_id": "3420108912318"}
        first.write(ids)
        third = patients.create({"name": "Other", **ids, "national_id": "34201-0891231-8"})
        self.assertEqual(third.duplicate_ids, first)

    def test_reception_is_warned_before_saving(self):
        form = Form(self.env["clinic.patient"].with_user(self.users["reception"]))
        form.name = "Ayesha Again"
        form.phone = "0300-1234567"
        self.assertEqual(form.duplicate_ids.ids, self.patient.ids)

    def _found(self, text):
        patients = self.env["clinic.patient"].with_user(self.users["reception"])
        named = [id_ for id_, _name in patients.name_search(text)]
        listed = patients.search([("display_name", "ilike", text)])
        self.assertEqual(set(named), set(listed.ids), text)
        return listed

    def test_patient_is_found_by_whatever_is_typed(self):
        patient = self.env["clinic.patient"].create(
            {
                "name": "Zoë  O'Neil-Ali",
                "phone": "+92 300 0000001",
                "birth_date": "1990-05-01",
                "national_id": "34201-0891231-8",
                "national_id_country_id": self.env.ref("base.pk").id,
            }
        )
        typed = [
            "+923000000001",
            "+92 300 0000001",
            "03000000001",
            "0300 0000001",
            "0300-0000001",
            "0092 300 0000001",
            "0300 00000",
            "٠٣٠٠ ٠٠٠٠٠٠١",
            "zoe",
            "ali zoë",
            "ONEIL zoe",
            "o'neil",
            "zoe 03000000001",
            patient.number,
            patient.number.lower(),
            patient.display_name,
            "34201-0891231-8",
            "3420108912318",
            "34201 0891231",
            "1990-05-01",
            "05/01/1990",
            "5/1/1990",
        ]
        for text in typed:
            self.assertIn(patient, self._found(text), text)
            self.assertNotIn(self.patient, self._found(text), text)
        for text in ("zoe ayesha", "+92 300 0000002", "1990-05-02", "0300 1234567 zoe"):
            self.assertNotIn(patient, self._found(text), text)
        patient.partner_id.write({"phone": "0321 7654321", "name": "Zara Ali"})
        self.assertEqual(self._found("+923217654321"), patient)
        self.assertFalse(self._found("+923000000001") & patient)
        self.assertIn(self.patient, self.env["clinic.patient"].search([("display_name", "not ilike", "zara")]))
        self.assertNotIn(patient, self.env["clinic.patient"].search([("display_name", "not ilike", "zara")]))

    def test_a_phone_number_can_be_dialled(self):
        reception = self.patient.with_user(self.users["reception"])
        for text in ("12ab", "abc", "0300 1234567 (mother)", "12", "+92 300 12345678901"):
            with self.assertRaisesRegex(ValidationError, "is not a phone number", msg=text), self.env.cr.savepoint():
                reception.phone = text
            with self.assertRaisesRegex(ValidationError, "is not a phone number", msg=text), self.env.cr.savepoint():
                reception.create({"name": "New", "phone": text})
            with self.assertRaisesRegex(ValidationError, "is not a phone number", msg=text), self.env.cr.savepoint():
                self.patient.partner_id.phone = text
        for text in ("+44 20 7946 0958", "042 35550110", "0300-1234568", "042 111 222 333 ext. 5"):
            reception.phone = text
        self.assertEqual(self.patient.phone, "042 111 222 333 ext. 5")

    def test_how_people_are_recognised(self):
        self.assertEqual(doctest.testmod(people).failed, 0)

    def test_a_colleague_is_registered_by_reception(self):
        """Odoo lets reception change no contact of another user: the e-mail leads to the login."""
        colleague = self.users["practitioner"]
        colleague.partner_id.write({"name": "Dr Sana", "email": "sana@clinic.example"})
        patients = self.env["clinic.patient"].with_user(self.users["reception"])
        form = Form(patients)
        form.partner_id = colleague.partner_id
        self.assertEqual(form.name, "Dr Sana")
        form.phone = "0300 7654321"
        patient = form.save()
        self.assertEqual((patient.partner_id, patient.phone), (colleague.partner_id, "0300 7654321"))
        patient.write({"phone": "0321 7654321", "city": "Lahore", "name": "Dr Sana", "birth_date": "1990-01-01"})
        self.assertEqual(colleague.partner_id.phone, "0321 7654321")
        for vals in ({"email": "mine@thief.example"}, {"name": "Other"}, {"phone": "0300 1", "email": "x@y.example"}):
            with self.assertRaisesRegex(UserError, "Dr Sana works here and has a login"), self.env.cr.savepoint():
                patient.write(vals)
            with self.assertRaisesRegex(UserError, "works here"), self.env.cr.savepoint():
                patient.partner_id.write(vals)
        manager = self.users["manager"].partner_id.with_user(self.users["reception"])
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            manager.phone = "0300 1"
        with self.assertRaisesRegex(UserError, "works here"), self.env.cr.savepoint():
            patients.create({"partner_id": manager.id, "email": "mine@thief.example"})
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            patient.partner_id.with_user(self.users["accountant"]).phone = "0300 1"
        self.assertEqual(colleague.email, "sana@clinic.example")
