from contextlib import contextmanager
from unittest.mock import patch

from odoo.exceptions import ConcurrencyError, UserError
from odoo.tests import HttpCase, tagged

from .common import OnlineCommon

HOSTS = {"turnstile": "https://challenges.cloudflare.com", "recaptcha": "https://www.recaptcha.net"}


def _raise(error):
    if error:
        raise error


@tagged("post_install", "-at_install")
class TestCaptcha(OnlineCommon, HttpCase):
    """Odoo's captchas; what they ask over the network cannot be asked here."""

    @contextmanager
    def _captcha(self, *names, is_human=True):
        model = type(self.env["ir.http"])
        error = None if is_human else UserError("Suspicious activity")
        with (
            patch.object(model, "_clinic_captchas", lambda self: dict.fromkeys(names, "public-key")),
            patch.object(model, "_verify_request_recaptcha_token", side_effect=error) as verify,
        ):
            yield verify

    def test_without_one_the_pages_have_nothing_of_it(self):
        page = self._choose()
        for text in ("cf-turnstile", "recaptcha", *HOSTS.values()):
            self.assertNotIn(text, page.text)
            self.assertNotIn(text, page.headers["Content-Security-Policy"])

    def test_a_key_without_its_addon_is_no_captcha(self):
        self.env["ir.config_parameter"].sudo().set_param("cf.turnstile_site_key", "key")
        has = hasattr(self.env["ir.http"], "_verify_turnstile_token")
        self.assertEqual("turnstile" in self.env["ir.http"]._clinic_captchas(), has)

    def test_each_form_that_writes_has_its_field_and_the_policy_its_host(self):
        for name, host in HOSTS.items():
            with self._captcha(name):
                times = self._get(self._path("when", self.facial))
                details = self._choose()
                wait = self._get(self._path("wait", self.facial))
                code = self._get("/book/code")
            for page, action in ((times, "hold"), (details, "confirm"), (wait, "wait"), (code, "code")):
                self.assertIn(f'data-action="clinic_{action}"', page.text)
                self.assertIn(host, page.headers["Content-Security-Policy"])
                self.assertIn(f'src="{host}', page.text)

    def test_each_of_them_is_verified(self):
        with self._captcha("turnstile") as verify:
            page = self._choose()
            self._send("/book/code", page, address="sara@example.com")
            self._confirm(page)
            self._send(
                self._path("wait"),
                self._get(self._path("wait", self.facial)),
                t=self.facial.id,
                name="Sara New",
                phone="0301 7654321",
            )
        asked = [call.args[-1] for call in verify.call_args_list]
        self.assertEqual(asked, ["clinic_hold", "clinic_code", "clinic_confirm", "clinic_wait"])

    def test_what_a_browser_has_sent_is_verified_once_whatever_runs_again(self):
        check = "odoo.addons.clinic_website.models.clinic_online_hold.ClinicOnlineHold._check_open"
        fails = [ConcurrencyError("again"), None]
        with self._captcha("turnstile") as verify, patch(check, side_effect=lambda *args: _raise(fails.pop(0))):
            page = self._choose()
        self.assertEqual(self._at_path(page), self._path("details"))
        self.assertEqual(verify.call_count, 1)

    def test_a_robot_gets_nowhere_and_a_person_keeps_what_was_typed(self):
        with self._captcha("turnstile", is_human=False):
            page = self._choose()
            self.assertEqual(self._at_path(page), self._path("when"))
            self.assertIn("automated requests", page.text)
            self.assertFalse(self.holds.search([("company_id", "=", self.branch.id)]))
        details = self._choose()
        with self._captcha("turnstile", is_human=False):
            page = self._confirm(details, name="Sara Typed")
            self.assertIn("automated requests", page.text)
            self.assertIn("Sara Typed", page.text)
            self._send("/book/code", details, address="sara@example.com")
        self.assertFalse(self.env["clinic.online.code"].sudo().search([]))
        self.assertFalse(self.env["clinic.visit"].search([("is_booked_online", "=", True)]))
