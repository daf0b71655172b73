from unittest.mock import patch

from odoo.tests import HttpCase, tagged

from ..const import SOURCES
from .common import elsewhere

LOAD = """
    const one = document.createElement("script");
    one.src = "%s/program.js";
    const loaded = new Promise((resolve) => {
        one.onload = () => resolve("loaded");
        one.onerror = () => resolve("refused");
    });
    document.head.append(one);
    loaded.then((word) => {
        if (word !== "%s") throw new Error(word);
        console.log("test successful");
    });
"""


@tagged("post_install", "-at_install")
class TestForms(HttpCase):
    """A provider that takes cards inside of our pages loads its program there, and nowhere else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        providers = cls.env["payment.provider"].search([("state", "!=", "disabled")])
        providers.state = "disabled"
        cls.provider = cls.env["payment.provider"].search([("code", "=", "none")], limit=1)
        cls.env.flush_all()

    def _policy(self, path):
        return self.url_open(path).headers["Content-Security-Policy"]

    def test_its_program_runs_on_a_payment_page(self):
        with elsewhere() as site, patch.dict(SOURCES, {"none": {"script-src": [site.url]}}):
            self.browser_js("/my/payment_method", LOAD % (site.url, "refused"), login="admin")
            self.provider.state = "test"
            self.browser_js("/my/payment_method", LOAD % (site.url, "loaded"), login="admin")
            self.browser_js("/web/login", LOAD % (site.url, "refused"))

    def test_only_providers_in_use_count(self):
        known = {"none": {"script-src": ["https://pay.example"], "connect-src": ["https://ask.example"]}}
        with patch.dict(SOURCES, known):
            self.assertNotIn("example", self._policy("/clinic/pay/unknown"))
            self.provider.state = "enabled"
            policy = self._policy("/clinic/pay/unknown")
            self.assertIn("'unsafe-eval' https://pay.example;", policy)
            # What was the default's until then stays allowed.
            self.assertIn("connect-src 'self' https://ask.example", policy)
            for path in ("/web/login", "/clinic/paid", "/payment/status"):
                self.assertNotIn("example", self._policy(path), path)

    def test_each_source_is_a_host_by_https(self):
        for code, directives in SOURCES.items():
            for sources in directives.values():
                for source in sources:
                    self.assertRegex(source, r"^https://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+$", code)
