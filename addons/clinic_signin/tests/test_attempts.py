import base64
import time
from unittest.mock import patch

from odoo.tests import new_test_user, tagged

from odoo.addons.auth_totp.models.totp import hotp
from odoo.addons.base.models.res_users import ResUsers

from .common import PASSWORD, TOO_MANY, WRONG, SigninCase

LIMIT = 10


@tagged("post_install", "-at_install")
class TestAttempts(SigninCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague = new_test_user(cls.env, login="test_colleague", password=PASSWORD)

    def test_after_ten_failures_even_the_right_password_waits_a_minute(self):
        for _attempt in range(LIMIT):
            self.assertIn(WRONG, self.sign_in("test_employee", "wrong").text)
        self.assertIn(TOO_MANY, self.sign_in("test_employee", PASSWORD).text)
        self.assertEqual(self.sign_in("test_colleague", PASSWORD).status_code, 303, "others come in meanwhile")
        self._pass_time(seconds=61)
        self.authenticate(None, None)
        self.assertEqual(self.sign_in("test_employee", PASSWORD).status_code, 303)
        self.assertEqual(self._failures("test_employee"), 0)

    def test_an_unknown_login_is_answered_like_a_known_one(self):
        for _attempt in range(LIMIT):
            self.assertIn(WRONG, self.sign_in("nobody", "wrong").text)
        self.assertIn(TOO_MANY, self.sign_in("nobody", "wrong").text)

    def test_an_unknown_login_costs_a_hash_as_a_known_one_does(self):
        with patch.object(ResUsers, "_crypt_context", autospec=True, side_effect=ResUsers._crypt_context) as hashed:
            self.sign_in("test_employee", "wrong")
            known = hashed.call_count
            self.sign_in("nobody", "wrong")
        self.assertEqual((known, hashed.call_count), (1, 2))

    def test_many_logins_from_one_address_are_stopped(self):
        self.sign_in("nobody", "wrong")
        self.env.cr.execute(
            """INSERT INTO clinic_signin_attempt (door, login_key, address, failures, last_failure)
               SELECT 'password', n::text, address, 1, last_failure
                 FROM clinic_signin_attempt, generate_series(1, 49) n"""
        )
        self.assertIn(TOO_MANY, self.sign_in("test_employee", PASSWORD).text)
        self._pass_time(seconds=3601)
        self.assertEqual(self.sign_in("test_employee", PASSWORD).status_code, 303)

    def test_one_login_is_guessed_from_many_addresses_in_vain_and_its_owner_still_comes_in(self):
        self.assertEqual(self.sign_in("test_employee", PASSWORD).status_code, 303)
        self.env.cr.execute(
            """INSERT INTO clinic_signin_attempt (door, login_key, address, failures, last_failure)
               SELECT 'password', key, '203.0.113.' || n, 10, now() AT TIME ZONE 'UTC'
                 FROM unnest(%s) key, generate_series(1, 5) n""",
            [[self._key("test_employee"), self._key("test_colleague")]],
        )
        self.authenticate(None, None)
        self.assertIn(TOO_MANY, self.sign_in("test_colleague", PASSWORD).text)
        self.assertEqual(self.sign_in("test_employee", PASSWORD).status_code, 303, "came in from here before")

    def test_a_right_password_does_not_wipe_out_wrong_codes(self):
        self.employee.totp_secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
        for _attempt in range(3):
            self.assertIn("/web/login/totp", self.sign_in("test_employee", PASSWORD).headers["Location"])
            answer = self.url_open(
                "/web/login/totp", data={"totp_token": self._wrong_code(), "csrf_token": self.csrf_token()}
            )
            self.assertIn("Verification failed", answer.text)
            self.authenticate(None, None)
        self.assertEqual(self._failures("test_employee", "code"), 3)

    def test_what_people_type_as_login_is_not_readable(self):
        self.sign_in("my secret password", "wrong")
        self.env.cr.execute("SELECT login_key FROM clinic_signin_attempt")
        self.assertNotIn("secret", str(self.env.cr.fetchall()))

    def _wrong_code(self):
        key = base64.b32decode("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
        right = {hotp(key, int(time.time() / 30) + shift) for shift in range(-3, 4)}
        return next(f"{number:06}" for number in range(10) if number not in right)

    def _key(self, login):
        return self.env["clinic.signin.attempt"]._login_key(login)

    def _failures(self, login, door="password"):
        domain = [("login_key", "=", self._key(login)), ("door", "=", door)]
        attempts = self.env["clinic.signin.attempt"].search(domain)
        attempts.invalidate_recordset()
        return sum(attempts.mapped("failures"))

    def _pass_time(self, seconds):
        self.env.cr.execute(
            "UPDATE clinic_signin_attempt SET last_failure = last_failure - make_interval(secs => %s)", [seconds]
        )
