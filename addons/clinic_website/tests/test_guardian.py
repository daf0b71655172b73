from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import OnlineCommon


@tagged("post_install", "-at_install")
class TestGuardian(OnlineCommon, HttpCase):
    """A parent books for a child."""

    def _born(self, years):
        return (self.branch._clinic_today() - relativedelta(years=years, days=1)).isoformat()

    def _booked(self):
        domain = [("is_booked_online", "=", True), ("company_id", "=", self.branch.id)]
        return self.env["clinic.visit"].search(domain, order="id desc", limit=1)

    def test_the_child_is_the_patient_and_the_parent_the_one_to_call(self):
        page = self._choose()
        self._confirm(page, other="yes", child="Bilal New", born=self._born(9))
        patient = self._booked().patient_id
        self.assertEqual((patient.name, patient.age), ("Bilal New", 9))
        self.assertEqual(patient.emergency_contact, "Sara New, 0301 7654321")
        self.assertEqual((patient.phone, patient.email), ("0301 7654321", "sara@example.com"))

    def test_what_is_missing_is_said_and_what_was_typed_stays(self):
        page = self._confirm(self._choose(), other="yes", child="1", born="2999-01-01")
        self.assertEqual(page.status_code, 422)
        for name in ("child", "born"):
            self.assertIn(f'id="{name}_problem"', page.text)
        self.assertRegex(page.text, 'id="other"[^>]* checked=')
        self.assertIn('value="1"', page.text)
        for born in ("", "x", "1800-01-01", "2020-13-01", "\x00"):
            self.assertEqual(self._confirm(page, other="yes", child="Bilal New", born=born).status_code, 422, born)
        self.assertFalse(self._booked())

    def test_without_the_tick_the_fields_say_nothing(self):
        self._confirm(self._choose(), child="Bilal New", born=self._born(9))
        patient = self._booked().patient_id
        self.assertEqual((patient.name, patient.birth_date, patient.emergency_contact), ("Sara New", False, False))

    def test_where_the_branch_says_so_minors_do_not_book_by_themselves(self):
        self.branch.clinic_online_guardian = True
        self.env.flush_all()
        page = self._choose()
        answer = self._confirm(page)
        self.assertIn("s birth date.", answer.text)
        answer = self._confirm(page, born=self._born(15))
        self.assertEqual(answer.status_code, 422)
        self.assertIn("parent or guardian", answer.text)
        self.assertFalse(self._booked())
        self._confirm(page, other="yes", child="Bilal New", born=self._born(15))
        self.assertEqual(self._booked().patient_id.name, "Bilal New")
        self._confirm(self._choose(self._at(12)), born=self._born(30))
        self.assertEqual(self._booked().patient_id.age, 30)

    def _message(self):
        values = {"key": "code", "channel": "email", "address": "ayesha@example.com", "state": "cancelled"}
        return self.env["clinic.message"]._enqueue(
            [{**values, "patient_id": self.patient.id, "company_id": self.branch.id}]
        )

    def test_nor_do_minors_who_are_known(self):
        self.branch.clinic_online_guardian = True
        self.patient.birth_date = self._born(15)
        self.env.flush_all()
        page = self._choose()
        hold = self.holds.search([("company_id", "=", self.branch.id)])
        hold._know(self.patient, "login")
        self.env.flush_all()
        page = self._get(self._path("details", self.facial))
        answer = self._confirm(page)
        self.assertIn("parent or guardian", answer.text)
        self.assertFalse(self._booked())
        # Who shares the phone and has no birth date is no adult.
        hold._know(self.patient, "code")
        code = self.env["clinic.online.code"].sudo()._ask(hold, "10.0.0.1", "ayesha@example.com")
        other = self.patient.copy({"name": "Somebody", "birth_date": False})
        hold.write({"code_id": code.id, "code_used_at": fields.Datetime.now()})
        for shared in (other, self.patient):
            shared.email = "ayesha@example.com"
        code.write({"patients": (self.patient | other).ids, "message_id": self._message().id})
        self.assertEqual(len(code._people()), 2)
        self.assertFalse(hold._may_come({"name": "x"}))
        other.birth_date = self._born(40)
        self.assertTrue(hold._may_come({"name": "x"}))
        hold.patient_id.birth_date = self._born(30)
        self.env.flush_all()
        self._confirm(page)
        self.assertEqual(self._booked().patient_id, self.patient)
