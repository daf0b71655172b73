from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from odoo.addons.clinic_feedback.nps import interval

from .common import FeedbackCommon

MEASURES = ["answers:sum", "promoters:sum", "detractors:sum", "nps:avg", "nps_low:avg", "nps_high:avg"]


@tagged("post_install", "-at_install")
class TestReport(FeedbackCommon):
    def _report(self, groupby, role="manager"):
        report = self.env["clinic.feedback.report"].with_user(self.users[role])
        report = report.with_context(allowed_company_ids=self.branch.ids)
        return {key: values for key, *values in report._read_group([], [groupby], MEASURES)}

    def _rows(self, role="manager", **domain):
        nps = self.env["clinic.nps"].with_user(self.users[role]).with_context(allowed_company_ids=self.branch.ids)
        found = nps.search([(name, "=", value) for name, value in domain.items()])
        return {row.name if row.dimension != "branch" else "branch": row for row in found}

    def _assert_values(self, values, counts):
        promoters, passives, detractors = counts
        self.assertEqual(values[:3], [promoters + passives + detractors, promoters, detractors])
        for found, value in zip(values[3:], interval(*counts), strict=True):
            self.assertAlmostEqual(found, value, places=4)

    def test_by_hand(self):
        # Four promoters, two passives, one detractor: (4 − 1) / 7, and the interval of tests/test_nps.py.
        self._score([10, 9, 9, 10, 7, 8, 3])
        [values] = self._report("company_id").values()
        for found, value in zip(values[3:], (42.857, -16.381, 76.381), strict=True):
            self.assertAlmostEqual(found, value, places=2)
        row = self._rows(period="recent", dimension="branch")["branch"]
        self.assertEqual((row.answers, row.promoters, row.passives, row.detractors), (7, 4, 2, 1))
        for found, value in zip((row.nps, row.nps_low, row.nps_high), (42.857, -16.381, 76.381), strict=True):
            self.assertAlmostEqual(found, value, places=2)

    def test_a_visit_of_several_counts_for_each_and_once_for_the_branch(self):
        self._score([10, 10, 0], treatments=[self.facial, self.laser])
        self._score([9])
        self._assert_values(self._report("company_id")[self.branch], (3, 0, 1))
        by_treatment = self._report("treatment_id")
        self._assert_values(by_treatment[self.facial], (3, 0, 1))
        self._assert_values(by_treatment[self.laser], (2, 0, 1))
        # Two treatments of one visit are one patient's word about the practitioner.
        self._assert_values(self._report("practitioner_id")[self.doctor], (3, 0, 1))
        rows = self._rows(period="recent", dimension="treatment")
        self.assertEqual({name: row.answers for name, row in rows.items()}, {"Facial": 4, "Laser": 3})

    def test_what_was_cancelled_in_a_visit_counts_nowhere(self):
        with freeze_time(fields.Datetime.now() - timedelta(hours=4)):
            visit = self.env["clinic.visit"].with_company(self.branch)
            visit = visit.book_walk_in(self.patient, [self.facial, self.laser], self.doctor)
            visit.procedure_ids[-1:].action_cancel()
            visit.action_start()
            visit.action_done()
        self._answer(visit)
        self.assertEqual(set(self._report("treatment_id")), {visit.procedure_ids[:1].treatment_id})

    def test_by_month_of_the_branchs_day(self):
        self._score([10])
        [answer] = self.feedback.search([("company_id", "=", self.branch.id)])
        self.assertEqual(answer.answered_on, self.branch._clinic_today())
        month = answer.answered_on.replace(day=1)
        self._assert_values(self._report("day:month")[month], (1, 0, 0))
        row = self._rows(period="month", dimension="branch")["branch"]
        self.assertEqual((row.month, row.time), (month, f"{month:%B %Y}"))
        self.assertEqual(self._rows(period="recent", dimension="branch")["branch"].time, "Last three months")
        with freeze_time(self._later(days=100)):
            self.assertFalse(self._rows(period="recent"))
            self.assertTrue(self._rows(period="month"))

    def test_small_numbers_are_shown_to_managers_and_to_whom_they_are_about(self):
        self._score([10, 9, 2, 8])
        self.assertEqual(set(self._rows(period="recent")), {"branch", "Dr Sana", "Facial"})
        self.assertEqual(set(self._rows("practitioner", period="recent")), {"Dr Sana"})
        for role in ("cosmetologist", "accountant"):
            self.assertEqual(self._rows(role, period="recent"), {}, role)
        self._score([10])
        self.assertEqual(set(self._rows("cosmetologist", period="recent")), {"branch", "Facial"})
        self.assertEqual(set(self._rows("accountant", period="recent")), {"branch", "Dr Sana", "Facial"})

    def test_one_patient_who_answers_five_times_is_still_one(self):
        for hours in (4, 8, 12, 16, 20):
            self._answer(self._performed(hours=hours), score=9)
        row = self._rows(period="recent", dimension="branch")["branch"]
        self.assertEqual((row.answers, row.patients), (5, 1))
        for role in ("cosmetologist", "accountant"):
            self.assertEqual(self._rows(role, period="recent"), {}, role)

    def test_groups_are_found_by_their_name(self):
        self._score([10, 9, 2, 8, 10])
        for role in ("manager", "accountant"):
            found = self.env["clinic.nps"].with_user(self.users[role]).search([("name", "ilike", "sana")])
            self.assertEqual(set(found.mapped("name")), {"Dr Sana"}, role)

    def test_the_managers_home(self):
        self.assertEqual(self._tile("nps")["figure"], "")
        self._score([10, 9, 9, 10, 7, 8, 3])
        tile = self._tile("nps")
        self.assertEqual(tile["figure"], "+43")
        self.assertEqual(tile["detail"], "of 7 answers in three months; 95 % confidence: -16 to +76")
        self.assertEqual(
            {row["key"]: row["value"] for row in tile["rows"]}, {"promoter": "4", "passive": "2", "detractor": "1"}
        )
        [low] = [row for row in tile["rows"] if row["key"] == "detractor"]
        self.assertEqual(self._opened(low["opens"]).mapped("score"), [3])
