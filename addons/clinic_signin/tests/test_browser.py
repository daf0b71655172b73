from odoo.tests import tagged
from odoo.tools import config, mute_logger

from ..models.ir_http import CONTENT_POLICY
from .common import PASSWORD, SigninCase


@tagged("post_install", "-at_install")
class TestBrowser(SigninCase):
    def test_pages_say_what_they_may_load_and_do(self):
        pages = {"/web/login": None, "/web/reset_password": None, "/odoo": "test_employee", "/my": "test_employee"}
        for page, login in pages.items():
            with self.subTest(page=page):
                self.authenticate(login, PASSWORD if login else None)
                headers = self.url_open(page).headers
                policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
                self.assertEqual(policy.keys(), CONTENT_POLICY.keys())
                self.assertEqual(policy["object-src"], "'none'")
                self.assertEqual(policy["frame-ancestors"], "'self'")
                self.assertEqual(policy["form-action"], "'self'")
                self.assertIn("camera=(self)", headers["Permissions-Policy"])
                self.assertIn("microphone=()", headers["Permissions-Policy"])
                self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
                self.assertIn(headers["X-Frame-Options"], ("DENY", "SAMEORIGIN"))

    @mute_logger("odoo.http")
    def test_nothing_that_a_signed_in_person_sees_is_kept(self):
        self.authenticate("test_employee", PASSWORD)
        partner = self.employee.partner_id
        answers = {
            "rpc": self._raw("res.partner", "read", partner.ids, ["name"]),
            "refused": self._raw("res.partner", "no_such_method"),
            "page": self.url_open("/odoo"),
            "portal": self.url_open("/my"),
            "missing": self.url_open("/no/such/page"),
        }
        for kind, answer in answers.items():
            self.assertEqual(answer.headers.get("Cache-Control"), "no-store", kind)

    def test_what_is_the_same_for_everybody_is_still_kept(self):
        self.authenticate("test_employee", PASSWORD)
        image = self.url_open(f"/web/image/res.partner/{self.employee.partner_id.id}/avatar_128?unique=1")
        self.assertIn("max-age", image.headers["Cache-Control"])

    def test_cookies_stay_on_this_site_and_under_https(self):
        for scheme in ("http", "https"):
            with self.subTest(scheme=scheme):
                self.authenticate(None, None)
                self.patch(config, "options", config.options.new_child({"proxy_mode": True}))
                headers = {"X-Forwarded-Host": "clinic.example", "X-Forwarded-Proto": scheme}
                cookies = self.sign_in("test_employee", PASSWORD, **headers).raw.headers.getlist("Set-Cookie")
                session = next(cookie for cookie in cookies if cookie.startswith("session_id="))
                self.assertIn("SameSite=Lax", session)
                self.assertIn("HttpOnly", session)
                self.assertEqual("Secure" in session, scheme == "https")

    @mute_logger("odoo.http")
    def test_a_forged_host_is_refused_and_never_gets_into_a_link(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("web.base.url", self.base_url())
        parameters.set_param("web.base.url.freeze", "True")
        forged = {"Host": "evil.example"}
        self.assertEqual(self.url_open("/web/login", headers=forged).status_code, 400)
        data = {"login": "test_employee", "csrf_token": self.csrf_token()}
        self.assertEqual(self.url_open("/web/reset_password", data=data, headers=forged).status_code, 400)
        self.assertFalse(self.env["clinic.reset.request"].search([]))
        self.assertEqual(self.url_open("/web/health", headers=forged).status_code, 200)
        self.assertEqual(self.url_open("/web/login").status_code, 200)
        parameters.set_param("clinic_signin.hosts", "evil.example, other.example")
        self.assertEqual(self.url_open("/web/login", headers=forged).status_code, 200)

    @mute_logger("odoo.http")
    def test_an_administrators_sign_in_does_not_move_a_frozen_address(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("web.base.url", "https://clinic.example")
        parameters.set_param("web.base.url.freeze", "True")
        parameters.set_param("clinic_signin.hosts", self.base_url().partition("//")[2])
        self.employee.group_ids += self.env.ref("base.group_system")
        self.assertEqual(self.sign_in("test_employee", PASSWORD).status_code, 303)
        self.assertEqual(parameters.get_param("web.base.url"), "https://clinic.example")

    def _raw(self, model, method, *args):
        params = {"model": model, "method": method, "args": list(args), "kwargs": {}}
        return self.url_open("/web/dataset/call_kw", json={"params": params})
