from contextlib import contextmanager
from urllib.parse import urljoin

from odoo.tests import tagged
from odoo.tests.common import ChromeBrowser

from odoo.addons.clinic.tests.axe import AxeMixin
from odoo.addons.clinic_website.tests.test_tour import HELP

from .common import PortalCommon


class BrowserCommon(AxeMixin, PortalCommon):
    """A patient's browser, from page to page; axe-core looks at each of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # While the browser asks the server, the test leaves the cursor that both of them use alone.
        cls.home, cls.of_child = f"/my/clinic/{cls.patient.id}", f"/my/clinic/{cls.child.id}"
        cls.visit_path = f"{cls.home}/visits/{cls.visit.id}"
        cls.child_visit = cls._book_for(cls.child, start=cls._at(12))
        cls.child_path = f"{cls.of_child}/visits/{cls.child_visit.id}"

    @contextmanager
    def _browser(self):
        browser = ChromeBrowser(self, headless=True, success_signal="")
        with self.allow_requests(browser=browser):
            self.env.flush_all()
            self.authenticate(self.me.login, self.me.login, browser=browser)
            self.env.cr.clear()
            browser.navigate_to(urljoin(self.base_url(), "/my"))
            try:
                yield browser
            finally:
                browser.stop()
                self._wait_remaining_requests()
                self.env.invalidate_all()

    def _on(self, browser, path, code, until="body"):
        """Wait for the page ``path`` with ``until`` on it, look at it, and do there what ``code`` does."""
        is_there = f"document.readyState === 'complete' && location.pathname === '{path}'"
        is_there += f" && !!document.querySelector('{until}')"
        self.assertTrue(browser._wait_ready(is_there, timeout=20), path)
        self.assert_accessible(browser, path)
        expression = f"(() => {{ {HELP} fits(); {code}; return 'fine'; }})()"
        answer = browser._websocket_request("Runtime.evaluate", params={"expression": expression}, timeout=20)
        self.assertEqual(answer["result"].get("value"), "fine", (path, answer))

    def _check_pages(self):
        with self._browser() as browser:
            # Two taps: the next visit is on the first page, and confirmed there.
            self._on(browser, "/my", "find('h2', 'Next visit'); find('button', 'I will come').click()")
            self._on(
                browser, self.visit_path, "find('.bk_notice', 'We expect you'); find('.cp_tabs a', 'Invoices').click()"
            )
            self._on(browser, f"{self.home}/invoices", "find('.cp_tabs a', 'Messages').click()")
            self._on(
                browser, f"{self.home}/messages", "write('text', 'Hello'); find('form .bk_button', 'Send').click()"
            )
            self._on(
                browser,
                f"{self.home}/messages",
                "find('.cp_theirs', 'Hello'); find('.cp_tabs a', 'Profile').click()",
                ".cp_theirs",
            )
            self._on(browser, f"{self.home}/profile", "find('a.bk_card', 'Who has looked').click()")
            self._on(browser, f"{self.home}/looks", "find('.cp_tabs a', 'Visits').click()")
            self._on(browser, f"{self.home}/visits", "find('.cp_people a', 'Child').click()")
            self._on(browser, self.of_child, "find('a', 'How to get there').click()")
            self._on(browser, self.child_path, "find('summary').click(); find('button', 'Yes, cancel it').click()")
            self._on(browser, self.child_path, "find('.bk_notice', 'The visit is cancelled')", ".bk_notice")
        self.assertTrue(self.visit._is_confirmed())
        self.assertEqual(self.child_visit.state, "cancelled")


@tagged("post_install", "-at_install")
class TestPhone(BrowserCommon):
    browser_size = "390x844"
    touch_enabled = True

    def test_a_patient_and_guardian(self):
        self._check_pages()


@tagged("post_install", "-at_install")
class TestDesk(BrowserCommon):
    browser_size = "1366x768"

    def test_a_patient_and_guardian(self):
        self._check_pages()
