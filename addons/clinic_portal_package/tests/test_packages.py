import json

from odoo.tests import tagged

from odoo.addons.clinic_package.tests.common import PackageMixin
from odoo.addons.clinic_portal.tests.common import PortalCommon


@tagged("post_install", "-at_install")
class TestPackages(PackageMixin, PortalCommon):
    """A patient sees what is left of a package; nobody else does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.package = cls._create_package("Six facials", 48000)
        cls.manager, cls.reception = cls.users["manager"], cls.users["reception"]
        cls.course = cls._sell()
        cls.env.flush_all()

    def test_sessions_left_and_the_next_to_book(self):
        self.visit.action_cancel(self.env.ref("clinic_visit.cancel_reason_patient"))
        self._sign_in()
        page = self._get().text
        self.assertIn("Six facials", page)
        self.assertIn("<b>6</b> of 6 sessions left", page)
        self.assertIn(f"/book/{self.branch.id}/who?t={self.facial.id}", page)
        self.facial.is_online = False
        self.env.flush_all()
        page = self._get().text
        self.assertNotIn("/who?t=", page)
        self.assertIn("Call to book the next", page)

    def test_what_is_booked_is_not_asked_for_again(self):
        self._sign_in()
        page = self._get().text
        self.assertIn("The next one is booked for", page)
        self.assertNotIn("Book the next", page)

    def test_statement_and_own_data(self):
        self._sign_in()
        answer = self._get(f"/packages/{self.course.id}.pdf")
        self.assertEqual((answer.status_code, answer.headers["Content-Type"]), (200, "application/pdf"))
        self.assertNotIn("acial", answer.headers["Content-Disposition"])
        [package] = json.loads(self._get("/data.json").content)["packages"]
        self.assertEqual((package["sessions"], package["left"]), (6, 6))

    def test_another_patient_gets_nothing(self):
        self._sign_in(self.other)
        for patient in (self.patient, self.stranger):
            answer = self._get(f"/packages/{self.course.id}.pdf", patient)
            self.assertEqual(answer.status_code, 404)
        self.assertNotIn("Six facials", self._get("", self.stranger).text)
        self.assertEqual(self._get(f"/packages/{2**31}.pdf", self.stranger).status_code, 404)

    def test_what_somebody_else_has_bought_shows_no_money(self):
        self.course.sudo()._clinic_writing().buyer_id = self.stranger.partner_id
        self.assertTrue(self.course.is_gift)
        self._sign_in()
        page = self._get().text
        self.assertIn("of 6 sessions left", page)
        self.assertNotIn("Paid:", page)
        self.assertEqual(self._get(f"/packages/{self.course.id}.pdf").status_code, 404)
        [package] = json.loads(self._get("/data.json").content)["packages"]
        self.assertEqual((package["price"], package["due"]), (None, None))
