from contextlib import contextmanager
from urllib.parse import urljoin

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tests.common import ChromeBrowser

from odoo.addons.clinic.tests.axe import AxeMixin

from .common import OnlineCommon

HELP = """
const find = (selector, text = "") => {
    const found = [...document.querySelectorAll(selector)].find((one) => one.textContent.includes(text));
    if (!found) throw new Error(`not there: ${selector} ${text}`);
    return found;
};
const write = (id, text) => { document.getElementById(id).value = text; };
const fits = () => {
    for (const one of document.querySelectorAll("main button, main a.bk_card, main a.bk_day, main .bk_pick label")) {
        const box = one.getBoundingClientRect();
        if (box.height && box.height < 43.5) throw new Error("too small for a finger: " + one.textContent);
    }
    if (document.documentElement.scrollWidth > window.innerWidth) throw new Error("wider than the screen");
    if (document.querySelectorAll("h1").length !== 1 || !document.title) throw new Error("not one heading");
    for (const input of document.querySelectorAll("main input:not([type=hidden]), main select")) {
        if (!input.labels.length) throw new Error("no label: " + input.name);
    }
};
"""


class TourCommon(AxeMixin, OnlineCommon, HttpCase):
    """A visitor's browser, from page to page: these have nothing of the web client's, by which tours go."""

    # Whether axe-core looks at each page, too.
    is_looked_at = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # While the browser asks the server, the test leaves the cursor that both of them use alone.
        cls.path, cls.start = f"/book/{cls.branch.id}", fields.Datetime.to_string(cls._at(10))
        cls.day = cls._at(10).date().isoformat()

    @contextmanager
    def _visitor(self):
        browser = ChromeBrowser(self, headless=True, success_signal="")
        with self.allow_requests(browser=browser):
            self.authenticate(None, None, browser=browser)
            self.env.flush_all()
            self.env.cr.clear()
            browser.navigate_to(urljoin(self.base_url(), "/book"))
            try:
                yield browser
            finally:
                browser.stop()
                self._wait_remaining_requests()
                self.env.invalidate_all()

    def _on(self, browser, path, code):
        """Wait for the page ``path``, look at it, and do there what ``code`` does."""
        is_there = f"document.readyState === 'complete' && location.pathname.startsWith('{path}')"
        self.assertTrue(browser._wait_ready(is_there, timeout=20), path)
        if self.is_looked_at:
            self.assert_accessible(browser, path)
        expression = f"(() => {{ {HELP} fits(); {code}; return 'fine'; }})()"
        answer = browser._websocket_request("Runtime.evaluate", params={"expression": expression}, timeout=20)
        self.assertEqual(answer["result"].get("value"), "fine", (path, answer))

    def _book(self, browser, treatment, terms):
        """Go through the four steps, back to the times and forth again."""
        day, start, branch = self.day, self.start, self.path
        self._on(browser, branch, f"find('.bk_pick label', '{treatment}').click(); find('.bk_bar button').click()")
        self._on(browser, f"{branch}/who", "find('a.bk_card', 'Dr Sana').click()")
        self._on(browser, f"{branch}/when", f"find('.bk_days'); location.search += '&d={day}'")
        self.assertTrue(browser._wait_ready(f"location.search.includes('d={day}')", timeout=20))
        self._on(browser, f"{branch}/when", f"find('button[value=\"{start}\"]').click()")
        clock = "if (!/^[0-9]+:[0-9]{2}$/.test(find('.bk_left').textContent.trim())) throw new Error('no clock')"
        self._on(browser, f"{branch}/details", f"{clock}; find('.bk_summary a').click()")
        self._on(browser, f"{branch}/when", "find('button[aria-pressed=true]'); find('.bk_kept a').click()")
        self._on(browser, f"{branch}/details", "find('form[data-once] [type=submit]').click()")
        self._on(
            browser,
            "/book/confirm",
            f"""
            if (document.activeElement.id !== 'problems') throw new Error('the problems are not read out');
            find('.bk_terms', '{terms}');
            write('name', 'Sara New'); write('phone', '0301 7654321'); write('email', 'sara@example.com');
            find('label[for=agreed]').click();
            if (!document.getElementById('agreed').checked) throw new Error('not ticked');
            find('form[data-once] [type=submit]').click();
            """,
        )

    def _booked(self):
        return self.env["clinic.visit"].search([("is_booked_online", "=", True), ("company_id", "=", self.branch.id)])

    def _check_four_steps(self):
        with self._visitor() as browser:
            self._book(browser, "Facial", "no later than 24 hours")
            self._on(browser, "/book/done", "find('h1', 'You are booked')")
        visit = self._booked()
        self.assertEqual((visit.state, visit.start, visit.practitioner_ids), ("booked", self._at(10), self.doctor))


@tagged("post_install", "-at_install")
class TestPhone(TourCommon):
    browser_size = "390x844"
    touch_enabled = True

    def test_four_steps(self):
        self._check_four_steps()

    def test_four_steps_with_a_deposit(self):
        with self._visitor() as browser:
            self._book(browser, "Laser", "We keep it on the day itself.")
            self.assertTrue(browser._wait_ready("location.pathname.startsWith('/clinic/pay/')", timeout=20))
        visit = self._booked()
        self.assertEqual((visit.state, visit.deposit_due, visit.deposit_channel), ("held", 1150, "online"))


@tagged("post_install", "-at_install")
class TestDesk(TourCommon):
    browser_size = "1366x768"

    def test_four_steps(self):
        self._check_four_steps()
