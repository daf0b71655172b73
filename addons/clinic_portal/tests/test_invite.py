import re
from datetime import timedelta
from urllib.parse import urlsplit

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessDenied, AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PortalCommon


@tagged("post_install", "-at_install")
class TestInvite(PortalCommon):
    """A login is given at the desk, and its password chosen by the patient."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.new = cls.env["clinic.patient"].create({"name": "New Test", "phone": "0301 1112223"})

    def _invite(self, patient=None, role="reception"):
        patient = (patient or self.new).with_user(self.users[role])
        action = patient.action_portal_invite()
        return self.env[action["res_model"]].with_user(self.users[role]).with_context(**action["context"]).create({})

    def test_the_patient_scans_and_chooses_a_password(self):
        wizard = self._invite()
        self.assertEqual((wizard.login, self.new.portal_state), (self.new.number, "invited"))
        self.assertEqual(self.new.portal_invited_by_id, self.users["reception"])
        self.assertTrue(wizard.code)
        parts = urlsplit(wizard.address)
        page = self.url_open(f"{parts.path}?{parts.query}")
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
        data = {
            "csrf_token": token,
            "login": self.new.number,
            "name": "New Test",
            "password": "a long secret 1",
            "confirm_password": "a long secret 1",
            "token": dict(part.split("=", 1) for part in parts.query.split("&"))["token"],
            "redirect": "/my/clinic",
        }
        page = self.url_open(parts.path, data=data)
        self.assertIn("New Test", page.text)
        self.assertIn(f"/my/clinic/{self.new.id}", page.url)
        self.env.invalidate_all()
        self.assertEqual(self.new.portal_state, "active")
        user = self.new.partner_id.user_ids
        self.assertTrue(user.share)
        self.assertFalse(user.has_group("clinic.group_staff"))

    def test_the_code_at_the_desk_is_good_for_two_hours(self):
        address = self._invite().address
        token = re.search(r"token=([^&]+)", address)[1]
        partners = self.env["res.partner"].sudo()
        self.assertTrue(partners._signup_retrieve_info(token))
        with freeze_time(fields.Datetime.now() + timedelta(hours=2, minutes=5)):
            self.assertFalse(partners._signup_retrieve_info(token))

    def test_it_is_sent_in_neutral_words_and_its_link_is_stored_nowhere(self):
        self.new.email = "new@example.com"
        wizard = self._invite()
        self.assertEqual(wizard.login, "new@example.com")
        wizard.action_send()
        message = self.env["clinic.message"].search([("patient_id", "=", self.new.id)])
        self.assertEqual((message.state, message.kind_id.code, message.visit_id.id), ("queued", "portal_invite", False))
        self.assertIn("{portal}", message.body)
        self.assertNotIn("token", f"{message.body}{message.text}{message.subject}")
        self.assertIn("/web/signup?token=", message.sudo()._filled()[1])
        self.assertEqual(self._deliver().call_count, 1)
        self.assertEqual(message.state, "sent")

    def test_a_patient_who_cannot_be_reached_is_named(self):
        nobody = self.env["clinic.patient"].create({"name": "Nobody Test"})
        answer = self._invite(nobody).action_send()
        self.assertEqual(answer["params"]["type"], "danger")

    def test_a_family_shares_an_email(self):
        self.me.login = "family@example.com"
        self.new.email = "Family@example.com"
        self.assertEqual(self._invite().login, self.new.number)

    def test_who_signs_in_already_gets_no_link_to_a_password(self):
        self._seen(self.me)
        self.assertEqual(self.patient.portal_state, "active")
        self.assertTrue(self._invite(self.patient).address.endswith("/my/clinic"))

    def test_a_colleague_keeps_the_login(self):
        colleague = self.env["clinic.patient"].create(
            {"name": "Colleague", "partner_id": self.users["practitioner"].partner_id.id}
        )
        with self.assertRaisesRegex(UserError, "works here"):
            self._invite(colleague, "manager")
        self.assertTrue(self.users["practitioner"]._is_internal())

    def test_those_who_are_gone_are_not_invited(self):
        self.new.active = False
        with self.assertRaisesRegex(UserError, "archived"):
            self._invite()

    def test_access_ends_for_good_and_begins_with_a_new_password(self):
        self._seen(self.me)
        self._sign_in()
        self.assertEqual(self._get().status_code, 200)
        self.patient.with_user(self.users["reception"]).action_portal_end()
        self.assertFalse(self.me.active)
        self.assertEqual(self.patient.portal_state, "none")
        wizard = self._invite(self.patient)
        self.assertTrue(self.me.active)
        self.assertEqual((wizard.login, self.patient.portal_state), (self.me.login, "invited"))
        self.assertIn("/web/signup?token=", wizard.address)
        self.env.flush_all()
        self.assertEqual(self._get().status_code, 303, "the session of before is none any more")
        credential = {"type": "password", "login": self.me.login, "password": self.me.login}
        with self.assertRaises(AccessDenied), mute_logger("odoo.addons.base.models.res_users"):
            self.env["res.users"].authenticate(credential, {"interactive": False})

    def test_a_forgotten_password_is_chosen_anew_at_the_desk(self):
        self._seen(self.me)
        self.assertEqual(self.patient.portal_state, "active")
        with freeze_time(fields.Datetime.now() + timedelta(minutes=1)):
            self.patient.with_user(self.users["reception"]).action_portal_renew()
        self.assertIn("/web/signup?token=", self._invite(self.patient).address)
        with self.assertRaises(AccessError):
            self.patient.with_user(self.users["practitioner"]).action_portal_renew()

    def test_a_login_that_a_merge_has_closed_stays_closed(self):
        closed = self._portal_user("a_portal_closed", self.patient)
        closed.active = False
        self._seen(self.me)
        self.assertEqual(self._invite(self.patient).login, self.me.login)
        self.assertFalse(closed.active)

    def test_who_has_deleted_the_own_login_gets_another_one(self):
        self.me.sudo().write({"login": "__deleted_user_7_1", "active": False})
        self.env["res.users.deletion"].sudo().create({"user_id": self.me.id})
        self.patient.partner_id.active = False
        wizard = self._invite(self.patient)
        self.assertEqual(wizard.login, self.patient.email)
        self.assertEqual((self.me.active, self.patient.partner_id.active), (False, True))

    def test_a_kind_that_is_off_is_said_in_words(self):
        self.env["clinic.message.kind"].search([("code", "=", "portal_invite")]).active = False
        with self.assertRaisesRegex(UserError, "switched off"):
            self._invite().action_send()

    def test_to_be_invited_changes_no_contact_data(self):
        self.new.email = "a@example.com, b@example.com"
        self._invite()
        self.assertEqual(self.new.email, "a@example.com, b@example.com")

    def test_the_right_to_invite(self):
        for role in ("practitioner", "cosmetologist", "accountant", "warehouse"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.new.with_user(self.users[role]).action_portal_invite()
        for role in ("practitioner", "accountant"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.env["clinic.portal.invite"].with_user(self.users[role]).create({"patient_id": self.new.id})
        with self.assertRaises(AccessError):
            self.new.with_user(self.users["reception"]).portal_invited_at = fields.Datetime.now()

    def test_one_does_not_read_anothers_dialog(self):
        wizard = self._invite()
        with self.assertRaises(AccessError):
            wizard.with_user(self.users["manager"]).read(["address"])
