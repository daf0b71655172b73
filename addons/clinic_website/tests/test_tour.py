from odoo import fields
from odoo.tests import HttpCase, tagged

from odoo.addons.clinic.tests.browsers import BrowserMixin

from .common import OnlineCommon


class TourCommon(BrowserMixin, OnlineCommon, HttpCase):
    """A visitor's browser, from page to page."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.path, cls.start = f"/book/{cls.branch.id}", fields.Datetime.to_string(cls._at(10))
        cls.day = cls._at(10).date().isoformat()

    def _visitor(self):
        return self._browsing("/book")

    def _to_times(self, browser, treatment="Facial"):
        """Go to the times of the day on which all tests book."""
        day, branch = self.day, self.path
        self._on(browser, branch, f"find('.bk_pick label', '{treatment}').click(); find('.bk_bar button').click()")
        self._on(browser, f"{branch}/who", "find('a.bk_card', 'Dr Sana').click()")
        self._on(browser, f"{branch}/when", f"find('.bk_days'); location.search += '&d={day}'")
        self.assertTrue(browser._wait_ready(f"location.search.includes('d={day}')", timeout=20))

    def _to_details(self, browser, treatment="Facial", start=None):
        self._to_times(browser, treatment)
        self._on(browser, f"{self.path}/when", f"find('button[value=\"{start or self.start}\"]').click()")

    def _reload(self, browser):
        browser._websocket_request("Runtime.evaluate", params={"expression": "window.isOld = true; location.reload()"})
        self.assertTrue(browser._wait_ready("!window.isOld && document.readyState === 'complete'", timeout=20))

    def _type(self, browser, **words):
        """Type as a hand does, which a script of the page hears."""
        for name, text in words.items():
            browser._websocket_request(
                "Runtime.evaluate", params={"expression": f"document.getElementById('{name}').focus()"}
            )
            browser._websocket_request("Input.insertText", params={"text": text})

    def _book(self, browser, treatment, terms):
        """Go through the four steps, back to the times and forth again."""
        branch = self.path
        self._to_details(browser, treatment)
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
