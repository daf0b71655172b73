import re

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.auth_signup.models.res_partner import SignupError

from .common import PASSWORD, SigninCase


@tagged("post_install", "-at_install")
class TestInvitation(SigninCase):
    def test_a_stranger_makes_no_account_whatever_the_parameter_says(self):
        self.env["ir.config_parameter"].set_param("auth_signup.invitation_scope", "b2c")
        self.assertEqual(self.url_open("/web/signup").status_code, 404)
        self.assertNotIn("/web/signup", self.url_open("/web/login").text)
        data = {"login": "stranger@example.com", "name": "S", "password": PASSWORD, "confirm_password": PASSWORD}
        answer = self.url_open("/web/signup", data={**data, "csrf_token": self.csrf_token()})
        self.assertEqual(answer.status_code, 404)
        self.assertFalse(self.env["res.users"].search([("login", "=", "stranger@example.com")]))
        with self.assertRaises(SignupError):
            self.env["res.users"].signup({"login": "stranger@example.com", "name": "S", "password": PASSWORD})

    def test_who_was_invited_makes_an_account(self):
        partner = self.env["res.partner"].create({"name": "Invited", "email": "invited@example.com"})
        partner.signup_prepare()
        token = partner._generate_signup_token()
        data = {"login": "invited@example.com", "name": "Invited", "password": PASSWORD, "confirm_password": PASSWORD}
        self.url_open("/web/signup", data={**data, "token": token, "csrf_token": self.csrf_token()})
        self.assertEqual(partner.user_ids.login, "invited@example.com")

    def test_the_page_for_a_new_password_tells_nobody_who_has_an_account(self):
        known = new_test_user(self.env, login="known@example.com", groups="base.group_portal", password=PASSWORD)
        mails = self.env["mail.mail"].sudo()
        before = mails.search_count([])
        answers = {login: self._ask(login) for login in (known.login, "unknown@example.com")}
        self.assertEqual(answers[known.login], answers["unknown@example.com"])
        self.assertIn("If there is an account for this email", answers[known.login])
        self.assertEqual(mails.search_count([]), before, "nothing is looked up while the page is waited for")
        with mute_logger("odoo.addons.clinic_signin.models.clinic_reset_request"), self.enter_registry_test_mode():
            self.env.ref("clinic_signin.cron_reset_requests").method_direct_trigger()
        self.assertEqual(known.partner_id.signup_type, "reset", "the link is on its way")
        self.assertFalse(self.env["clinic.reset.request"].search([]))

    def test_an_email_in_the_address_is_not_looked_up(self):
        answer = self.url_open(f"/web/reset_password?signup_email={self.employee.email}", allow_redirects=False)
        self.assertEqual(answer.status_code, 200)

    def test_a_login_gets_three_links_an_hour(self):
        for _attempt in range(5):
            self.assertIn("If there is an account", self._ask("known@example.com"))
        self.assertEqual(self.env["clinic.reset.request"].search_count([("login", "=", "known@example.com")]), 3)

    def test_what_can_be_no_login_is_refused_in_words(self):
        for login in (5, None, ["known@example.com"], "known\x00@example.com", "\ud800"):
            with self.subTest(login=login), self.assertRaisesRegex(UserError, "Please type the email"):
                self.env["res.users"].reset_password(login)

    def _ask(self, login):
        answer = self.url_open("/web/reset_password", data={"login": login, "csrf_token": self.csrf_token()})
        self.assertEqual(answer.status_code, 200)
        return re.sub(r'csrf_token[^,>]*|nonce="[^"]*"', "", answer.text).replace(login, "LOGIN")
