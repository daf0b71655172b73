from datetime import timedelta

from odoo.tests import tagged

from odoo.addons.clinic_till.tests.common import TillCommon


@tagged("post_install", "-at_install")
class TestHome(TillCommon):
    def _alert(self):
        home = self.env["clinic.books.home"].with_user(self.users["accountant"]).with_company(self.branch).load()
        return next((alert for alert in home["alerts"] if alert["key"] == "till_differences"), None)

    def test_the_accountant_sees_differences_of_the_last_week(self):
        self._take(100)
        self._close(100)
        self.assertFalse(self._alert())
        till = self._close(97, note="A note is missing")
        alert = self._alert()
        self.assertEqual(alert["count"], 1)
        found = self.env["clinic.till.closing"].search(alert["opens"]["domain"])
        self.assertEqual(found, till)
        self.env.cr.execute(
            "UPDATE clinic_till_closing SET date = %s WHERE id = %s", [till.date - timedelta(days=8), till.id]
        )
        self.env.invalidate_all()
        self.assertFalse(self._alert())
