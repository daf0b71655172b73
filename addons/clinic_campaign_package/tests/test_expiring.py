from datetime import timedelta

from odoo.tests import tagged

from odoo.addons.clinic_package.tests.common import PackageCommon


@tagged("post_install", "-at_install")
class TestExpiring(PackageCommon):
    def _found(self, days):
        segment = self.env["clinic.segment"].create(
            {"name": "Ends soon", "company_id": self.branch.id, "expiring_days": days}
        )
        return self.env["clinic.patient"].browse([id_ for (id_,) in self.env.execute_query(segment._found_sql())])

    def test_whose_package_ends_soon_with_sessions_left(self):
        course = self._sell()
        self.assertFalse(self._found(30))
        self._pay(course.invoice_line_id.move_id)
        course.sudo().write({"valid_to": self.branch._clinic_today() + timedelta(days=20)})
        self.assertEqual(self._found(30), self.patient)
        self.assertEqual(self._found(20), self.patient)
        self.assertFalse(self._found(19))
        course.sudo().write({"valid_to": self.branch._clinic_today() - timedelta(days=1)})
        self.assertFalse(self._found(30))
