from odoo import http
from odoo.tests import HttpCase, new_test_user

PASSWORD = "a long password"
WRONG = "Wrong login/password"
TOO_MANY = "too many attempts"


class SigninCase(HttpCase):
    """An employee at the sign-in page, with a browser of their own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employee = new_test_user(cls.env, login="test_employee", password=PASSWORD)

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def sign_in(self, login, password, **headers):
        """Fill in the page as a browser does, and return the answer."""
        data = {"login": login, "password": password, "csrf_token": self.csrf_token()}
        return self.url_open("/web/login", data=data, headers=headers, allow_redirects=False)

    def csrf_token(self):
        return http.Request.csrf_token(self)

    def rpc(self, route, **params):
        """Return what the server answers in JSON, errors too."""
        return self.url_open(route, json={"params": params}).json()

    def call(self, model, method, *args, **kwargs):
        return self.rpc(
            f"/web/dataset/call_kw/{model}/{method}", model=model, method=method, args=list(args), kwargs=kwargs
        )
