from odoo.tests import tagged

from .common import RecordCommon


@tagged("post_install", "-at_install")
class TestBreakGlass(RecordCommon):
    def test_only_another_branch_is_asked_for_a_reason(self):
        doctor = self.users["practitioner"]
        patient = self.patient.with_user(doctor).with_context(allowed_company_ids=self.branch.ids)
        self.assertFalse(patient.needs_break_glass)
        other = self.env["res.company"].create({"name": "Other Branch"})
        doctor.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        patient = patient.with_context(allowed_company_ids=other.ids)
        self.assertTrue(patient.needs_break_glass)
        patient.break_glass("The patient stands here")
        patient.invalidate_recordset()
        self.assertFalse(patient.needs_break_glass)
