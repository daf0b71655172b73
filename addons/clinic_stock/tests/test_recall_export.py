from io import BytesIO

import openpyxl

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.clinic.tests.common import ClinicCommon
from odoo.addons.clinic.tests.test_access_log import AccessLogMixin

from .recall_common import RecallMixin


@tagged("post_install", "-at_install")
class TestRecallExport(RecallMixin, AccessLogMixin, ClinicCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_recall()
        cls.recall = cls._open()

    def _download(self, login, branch=None):
        """Press the button as ``login`` in ``branch`` and return what comes."""
        branch = branch or self.branch
        user = self.env["res.users"].search([("login", "=", login)])
        action = self.recall.with_user(user).with_context(allowed_company_ids=branch.ids).action_export()
        self.assertEqual(action["target"], "download")
        return self._get(login, action["url"])

    def _get(self, login, url):
        self.authenticate(login, login)
        with mute_logger("odoo.http"):
            return self.url_open(url)

    def _table(self, response):
        """Return ({label: value} above the table, [{column: value}])."""
        [sheet] = openpyxl.load_workbook(BytesIO(response.content)).worksheets
        rows = list(sheet.iter_rows(values_only=True))
        empty = rows.index(tuple([None] * len(rows[0])))
        columns = rows[empty + 1]
        return {row[0]: row[1] for row in rows[:empty]}, [
            dict(zip(columns, row, strict=True)) for row in rows[empty + 2 :]
        ]

    def test_the_file_tells_all_of_the_own_branch(self):
        self._line(self.recall, self.bilal).mark_unreachable("=HYPERLINK(1)")
        response = self._download("test_manager")
        self.assertIn(f"{self.recall.name.replace('/', '-')}.xlsx", response.headers["Content-Disposition"])
        head, rows = self._table(response)
        self.assertEqual((head["Lot"], head["Item"], head["Patients"]), ("LATE", "Toxin", 3))
        self.assertEqual(head["Patients in other branches, not listed"], 1)
        bilal, ayesha = rows
        day = self.branch._clinic_local(self._at(10, days=3)).date()
        self.assertEqual((ayesha["Patient"], ayesha["Dose"], ayesha["Unit"]), ("Ayesha Test", 30, "U"))
        self.assertEqual((ayesha["Last Used"].date(), ayesha["Practitioners"]), (day, "Dr Sana"))
        self.assertEqual(len(ayesha["Visits"].split(", ")), 2)
        self.assertEqual((bilal["Status"], bilal["Reason"]), ("Not reachable", "=HYPERLINK(1)"))

    def test_who_takes_it_stands_in_the_log(self):
        self._download("test_practitioner")
        model = "clinic.lot.recall.line"
        self.assertEqual(
            [row for row in self._rows() if row[3] == "export"],
            [
                ("test_practitioner", patient, model, "export", self.recall.name)
                for patient in (self.bilal, self.patient)
            ],
        )

    def test_the_other_branch_takes_its_own(self):
        _head, rows = self._table(self._download("test_other_manager", self.other))
        self.assertEqual([row["Patient"] for row in rows], ["Chandni Test"])

    def test_nobody_takes_more_by_naming_other_branches(self):
        url = f"/clinic/lot-recall/{self.recall.id}/patients.xlsx"
        self.assertEqual(self._get("test_manager", f"{url}?branches={self.other.id}").status_code, 403)
        _head, rows = self._table(self._get("test_manager", url))
        self.assertEqual([row["Patient"] for row in rows], ["Bilal Test", "Ayesha Test"])

    def test_others_get_nothing(self):
        for role in ("reception", "cosmetologist", "warehouse", "accountant"):
            with self.subTest(role=role):
                self.assertEqual(self._download(f"test_{role}").status_code, 403)
        self.assertEqual([row for row in self._rows() if row[3] == "export"], [])
        self.authenticate(None, None)
        response = self.url_open(f"/clinic/lot-recall/{self.recall.id}/patients.xlsx", allow_redirects=False)
        self.assertEqual(response.status_code, 303)

    def test_one_that_does_not_exist(self):
        self.assertEqual(self._get("test_manager", "/clinic/lot-recall/999999999/patients.xlsx").status_code, 404)

    def test_more_patients_take_no_more_queries(self):
        def export(number):
            patients = self.env["clinic.patient"].create([{"name": f"More {index}"} for index in range(number)])
            self.env["clinic.lot.recall.line"].create(
                [
                    {"recall_id": self.recall.id, "patient_id": patient.id, "company_ids": self.branch.ids}
                    for patient in patients
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.recall._export_patients()
            return self.cr.sql_log_count - before

        export(1)
        self.assertEqual(export(2), export(10))
