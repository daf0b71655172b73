import base64
import os
import time
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.auth_totp.models.totp import hotp

from .. import installation
from .common import PASSWORD, SigninCase


@tagged("post_install", "-at_install")
class TestInstallation(SigninCase):
    def _secure(self):
        with patch.dict(os.environ, {"CLINIC_HOST": "clinic.example"}):
            installation.secure(self.env)
        # The tests' own requests come to another address.
        self.env["ir.config_parameter"].set_param("clinic_signin.hosts", self.base_url().partition("//")[2])

    def test_a_clinic_begins_strict(self):
        self._secure()
        get = self.env["ir.config_parameter"].get_param
        self.assertEqual(get("auth_signup.invitation_scope"), "b2b")
        self.assertEqual(get("web.base.url"), "https://clinic.example")
        self.assertEqual(get("web.base.url.freeze"), "True")
        with self.assertRaisesRegex(UserError, "12 characters"):
            self.employee.password = "eleven char"
        answer = self.sign_in("test_employee", PASSWORD)
        self.assertIn("/web/login/totp", answer.headers["Location"])

    def test_what_the_clinic_chose_stays(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("auth_password_policy.minlength", "16")
        parameters.set_param("auth_totp.policy", "all_required")
        self._secure()
        self.assertEqual(parameters.get_param("auth_password_policy.minlength"), "16")
        self.assertEqual(parameters.get_param("auth_totp.policy"), "all_required")

    def test_a_trusted_device_is_trusted_for_a_shift(self):
        devices = self.env["auth_totp.device"].with_user(self.employee)
        devices.sudo()._generate("browser", "Old tablet", datetime.now() + timedelta(days=90))
        self._secure()
        hours = timedelta(hours=installation.SHIFT_HOURS)
        self.assertEqual(devices._get_trusted_device_age(), hours.total_seconds())
        self.env.cr.execute("SELECT max(expiration_date) FROM auth_totp_device WHERE user_id = %s", self.employee.ids)
        self.assertLessEqual(self.env.cr.fetchone()[0], datetime.now() + hours)

    @mute_logger("odoo.http")
    def test_a_session_ends_with_the_shift_and_an_idle_screen_is_locked(self):
        self._secure()
        now = time.time()
        cases = (
            ({"create_time": now - 60}, None),
            ({"create_time": now - 13 * 3600}, "odoo.http.SessionExpiredException"),
            ({"create_time": now - 60, "identity-check-next": now - 60}, CHECK),
        )
        for session, refused in cases:
            with self.subTest(session=session):
                self.authenticate("test_employee", PASSWORD, session_extra=session)
                answer = self.call("res.users", "read", self.employee.ids, ["name"])
                self.assertEqual(answer.get("error", {}).get("data", {}).get("name"), refused)

    def test_the_administrator_of_a_new_clinic_signs_in_before_any_mail_goes_out(self):
        self._secure()
        told = installation.first_admin(self.env)
        login, password, secret, _address, _advice = (line.partition(": ")[2] for line in told.splitlines())
        answer = self.sign_in(login, password)
        self.assertIn("/web/login/totp", answer.headers["Location"])
        code = hotp(base64.b32decode(secret), int(time.time() / 30))
        answer = self.url_open(
            "/web/login/totp",
            data={"totp_token": f"{code:06}", "csrf_token": self.csrf_token()},
            allow_redirects=False,
        )
        self.assertEqual(answer.headers["Location"], "/odoo")
        with self.assertRaisesRegex(UserError, "has a second factor already"):
            installation.first_admin(self.env)

    def test_a_demo_clinic_is_relaxed(self):
        self._secure()
        installation.relax(self.env)
        self.employee.password = "short"
        self.assertEqual(self.sign_in("test_employee", "short").headers["Location"], "/odoo")
        self.assertEqual(self.env["ir.config_parameter"].get_param("auth_signup.invitation_scope"), "b2b")

    def test_the_configuration_file_says_which(self):
        with self.subTest("no file"), patch.dict(installation.config.options, {"config": None}):
            self.assertFalse(installation.is_relaxed())


CHECK = "odoo.addons.auth_timeout.models.ir_http.CheckIdentityException"
