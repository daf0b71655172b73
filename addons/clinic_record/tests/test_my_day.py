from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import RecordCommon


@tagged("post_install", "-at_install")
class TestMyDay(RecordCommon):
    def setUp(self):
        super().setUp()
        # The access log writes with a cursor of its own, which sees this test's data only so.
        self.registry_enter_test_mode()

    def _load(self, role="practitioner", **kwargs):
        days = self.env["clinic.my.day"].with_user(self.users[role])
        return days.with_context(allowed_company_ids=self.branch.ids).load(**kwargs)

    def test_own_patients_in_their_order_with_their_essentials(self):
        procedure = self.start_visit(practitioner=self.doctor)
        procedure.with_user(self.users["practitioner"]).note_draft = "<p>Calm skin</p>"
        procedure.with_user(self.users["practitioner"]).action_sign_note()
        kind = self.env["clinic.risk.kind"].create({"name": "Test lidocaine", "type": "allergy"})
        self.env["clinic.risk"].create({"patient_id": self.patient.id, "kind_id": kind.id})
        self.patient.birth_date = "1990-01-01"
        [patient] = self._load()["procedures"]
        self.assertEqual((patient["id"], patient["patient"]), (procedure.id, "Ayesha Test"))
        self.assertEqual(patient["last_note"]["text"], "Calm skin")
        self.assertEqual([risk["name"] for risk in patient["risks"]], ["Test lidocaine"])
        self.assertGreater(patient["age"], 30)

    def test_the_last_note_is_of_the_latest_day_however_late_it_was_written(self):
        doctor = self.users["practitioner"]
        latest, older = self.start_visit(practitioner=self.doctor), self.start_visit(practitioner=self.cosmetologist)
        for procedure, text in ((latest, "Calm skin"), (older, "Red skin")):
            self.env["clinic.note"].with_user(doctor).create({"procedure_id": procedure.id, "body": f"<p>{text}</p>"})
        latest.note_ids.with_user(doctor).action_sign()
        older.note_ids.with_user(doctor).action_sign()
        older.note_ids.with_user(doctor).amend("<p>Very red skin</p>", "The grade was wrong")
        self.be_earlier(older, days=400)
        last = self.env["clinic.my.day"].with_user(doctor)._load_last_notes(self.patient.ids)[self.patient.id]
        self.assertEqual(last, {"date": fields.Datetime.to_string(latest.start), "text": "Calm skin"})

    def test_the_patients_of_others_are_theirs(self):
        self.start_visit(practitioner=self.cosmetologist)
        self.assertFalse(self._load()["procedures"])
        self.assertEqual(len(self._load("cosmetologist")["procedures"]), 1)

    def test_another_day(self):
        self.book(start=self._at(10, days=3), practitioner=self.doctor)
        day = self.branch._clinic_local(self._at(10, days=3)).date().isoformat()
        self.assertFalse(self._load()["procedures"])
        self.assertEqual(len(self._load(day=day)["procedures"]), 1)

    def test_patients_in_another_branch_are_told_of(self):
        practitioner = self.users["practitioner"]
        other = self.env["res.company"].create({"name": "Second Branch"})
        practitioner.company_ids |= other
        self.start_visit(practitioner=self.doctor)
        self.book(start=self._at(10, days=3), practitioner=self.doctor)
        there = self.env["clinic.my.day"].with_user(practitioner).with_context(allowed_company_ids=other.ids)
        elsewhere = [{"id": self.branch.id, "name": self.branch.name, "count": 1}]
        self.assertEqual((there.load()["procedures"], there.load()["elsewhere"]), ([], elsewhere))
        self.assertFalse(self._load()["elsewhere"])
        self.assertFalse(self._load("cosmetologist")["elsewhere"])

    def test_each_patient_shown_is_in_the_log_once_a_day(self):
        self.start_visit(practitioner=self.doctor)
        log = self.env["clinic.access.log"].sudo()
        domain = [("user_id", "=", self.users["practitioner"].id), ("model", "=", "clinic.my.day")]
        noon = fields.Datetime.now().replace(hour=12)
        for at in (noon, noon + timedelta(hours=1), noon + timedelta(days=1)):
            with patch.object(fields.Datetime, "now", lambda at=at: at):
                self.env["clinic.my.day"].with_user(self.users["practitioner"])._add_essentials(
                    [{"patient_id": self.patient.id}], at.date()
                )
        self.assertEqual(log.search(domain).mapped("patient_id"), self.patient)
        self.assertEqual(log.search(domain).mapped("action"), ["open", "open"])

    def test_more_patients_need_no_more_queries(self):
        day = self.branch._clinic_local(self._at(13, days=1)).date().isoformat()
        counts = []
        for hour in (11, 13, 15, 17):
            self.book(start=self._at(hour, days=1), practitioner=self.doctor)
            self._load(day=day)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._load(day=day)
            counts.append(self.env.cr.sql_log_count - before)
        # The first ones fill caches that outlive a request.
        self.assertEqual(counts[2], counts[3])

    def test_only_those_who_treat(self):
        for role in ("reception", "warehouse", "accountant", "manager"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self._load(role)
