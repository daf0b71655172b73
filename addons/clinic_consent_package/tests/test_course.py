from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.clinic_consent.tests.common import ConsentMixin
from odoo.addons.clinic_package.tests.common import PackageCommon
from odoo.addons.clinic_vault.tests.test_vault import VaultMixin


@tagged("post_install", "-at_install")
class TestConsentOfACourse(ConsentMixin, VaultMixin, PackageCommon):
    """A consent that is signed once for the sessions of a course."""

    def setUp(self):
        super().setUp()
        self.setup_vault()
        self.form = self._publish(validity="course")
        self.course = self._sell(self._create_package("Two peels", 16000, count=2, package_beyond_paid=True))

    def _closed(self, procedure):
        reasons = procedure.with_user(self.users["practitioner"])._consent_reasons()
        return [reason["key"].rsplit("-", 1)[0] for reason in reasons]

    def _book(self, days):
        return self.book(start=self._at(10, days=days), practitioner=self.doctor).procedure_ids

    def _finish(self, procedure):
        with freeze_time(procedure.start):
            procedure.visit_id.action_arrive()
            procedure.action_start()
            procedure.action_done()

    def test_one_signature_for_all_its_sessions_and_for_no_other_course(self):
        first, second, third = (self._book(days) for days in (1, 15, 29))
        self.assertEqual(self._closed(first), ["consent-missing"])
        self._sign(first.visit_id)
        self.assertEqual((self._closed(first), self._closed(second)), ([], []))
        self._finish(first)
        self.assertEqual(first.session_use_id.course_id, self.course)
        self.assertEqual((self._closed(first), self._closed(second)), ([], []))
        self._finish(second)
        self.assertEqual(self._closed(second), [], "what was performed stays as it was signed")
        self.assertEqual(self._closed(third), ["consent-missing"], "the course has no session left")
        self._sell(self._create_package("Two more peels", 16000, count=2))
        self.assertEqual(self._closed(third), ["consent-missing"], "another course asks for another signature")

    def test_what_is_paid_separately_is_of_no_course(self):
        first, second = self._book(1), self._book(15)
        self._sign(first.visit_id)
        second.session_use_id = False
        self.assertEqual(self._closed(second), ["consent-missing"])

    def test_withdrawn_it_holds_for_none_of_them(self):
        first, second = self._book(1), self._book(15)
        consent = self._sign(first.visit_id)
        wizard = self.env["clinic.consent.withdraw"].with_user(self.users["practitioner"])
        wizard.create(
            {"consent_id": consent.id, "means": "person", "how": "She has changed her mind"}
        ).action_withdraw()
        self.assertEqual(self._closed(second), ["consent-withdrawn"])
