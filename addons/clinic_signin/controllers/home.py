from odoo import http
from odoo.http import request

from odoo.addons.auth_signup.controllers.main import AuthSignupHome


class SigninHome(AuthSignupHome):
    @http.route()
    def web_auth_reset_password(self, *args, **kw):
        """Answer the same whether or not there is such an account."""
        response = super().web_auth_reset_password(*args, **kw)
        if response.qcontext.get("message") and not response.qcontext.get("token"):
            response.qcontext["message"] = request.env._(
                "If there is an account for this email, a link to set a new password is on its way to it."
            )
        return response

    def get_auth_signup_qcontext(self):
        """Don't look up an email that stands in the address: the redirect to sign-in would tell who has an account."""
        qcontext = super().get_auth_signup_qcontext()
        qcontext.pop("signup_email", None)
        return qcontext
