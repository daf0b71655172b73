import re

from odoo.tests import HttpCase, new_test_user, tagged

from .common import ConsentCommon


@tagged("post_install", "-at_install")
class TestPortal(ConsentCommon, HttpCase):
    """A patient who is signed in sees and signs the own consents, and those of children in their care."""

    def setUp(self):
        super().setUp()
        self._publish()
        self.visit = self.book(start=self._at(12, days=5), practitioner=self.doctor)
        self.consent = self._sign(self.arrive().visit_id)
        self.form = self._publish("Second")
        self.login = new_test_user(self.env, login="test_mother", groups="base.group_portal")

    def _page(self, login="test_mother"):
        self.authenticate(login, login)
        return self.url_open("/my/consents").text

    def test_a_stranger_sees_and_signs_nothing(self):
        page = self._page()
        self.assertNotIn("Facial consent", page)
        self.assertEqual(self.url_open(f"/my/consents/{self.consent.uuid}.pdf").status_code, 404)
        self.assertEqual(self.url_open(f"/clinic/consent/{self.consent.uuid}.pdf").status_code, 404)
        self.assertEqual(self._post(self.visit), 404)

    def _post(self, visit):
        token = re.search(r'csrf_token: "([^"]+)"', self.url_open("/my/consents").text)
        data = {"csrf_token": token[1]}
        return self.url_open(f"/my/consents/sign/{visit.id}", data=data).status_code

    def test_the_patient_sees_and_signs_the_own(self):
        partner = self.patient.partner_id
        own = new_test_user(self.env, login="test_own", groups="base.group_portal", partner_id=partner.id)
        page = self._page("test_own")
        self.assertIn("Facial consent (en)", page)
        self.assertIn(f"/my/consents/sign/{self.visit.id}", page)
        self.assertEqual(self._post(self.visit), 200)
        request = self.env["clinic.consent.request"].search([("visit_id", "=", self.visit.id)], limit=1)
        self.assertEqual((request.identified, request.user_id), ("portal", own))
        self.assertEqual(self.url_open(f"/my/consents/{self.consent.uuid}.pdf", timeout=60).status_code, 200)

    def test_staff_see_nothing_here(self):
        self._age(10)
        self._name_guardian(self.users["reception"].partner_id)
        self.assertNotIn("Facial consent (en)", self._page("test_reception"))
        self.assertEqual(self.url_open(f"/my/consents/{self.consent.uuid}.pdf").status_code, 404)

    def test_a_minor_does_not_sign_and_a_guardian_is_known_by_the_login(self):
        new_test_user(self.env, login="test_own", groups="base.group_portal", partner_id=self.patient.partner_id.id)
        self._age(16)
        self._name_guardian(self.login.partner_id)
        self._page("test_own")
        self.assertEqual(self._post(self.visit), 404)
        self._page()
        self.assertEqual(self._post(self.visit), 200)
        request = self.env["clinic.consent.request"].search([("visit_id", "=", self.visit.id)], limit=1)
        consent = request._sign(self._data(request, signer={"name": "Somebody", "relation": "mother"}))
        self.assertEqual(consent.signer_name, self.login.name)

    def test_a_guardian_does_so_for_a_minor_and_not_longer(self):
        self._age(10)
        self._name_guardian(self.login.partner_id)
        self.assertIn("Facial consent (en)", self._page())
        self._age(18)
        self.assertNotIn("Facial consent (en)", self._page())
