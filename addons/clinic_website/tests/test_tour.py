from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tests.common import HOST

from .common import OnlineCommon

HELP = """
const main = document.querySelector("main");
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
    if (!document.querySelector("h1") || !document.title) throw new Error("no heading");
    for (const input of document.querySelectorAll("main input:not([type=hidden]), main select")) {
        if (!input.labels.length) throw new Error("no label: " + input.name);
    }
};
const leads = (press) => {
    fits();
    addEventListener("pagehide", () => console.log("test successful"));
    press();
};
"""
READY = "document.readyState === 'complete'"


class TourCommon(OnlineCommon, HttpCase):
    touch_enabled = True

    def setUp(self):
        super().setUp()
        self._goes_on = False

    def authenticate(self, user, password, *, browser=None, session_extra=None):
        """Stay the same visitor from one page to the next."""
        if browser and self._goes_on:
            browser.set_cookie("session_id", self.session.sid, "/", HOST)
            return self.session
        self._goes_on = bool(browser)
        return super().authenticate(user, password, browser=browser, session_extra=session_extra)

    def _step(self, path, press):
        """Open ``path`` and press what leads to the next page."""
        self.browser_js(path, HELP + f"leads(() => {{ {press} }}); undefined;", ready=READY)
        self.env.invalidate_all()

    def _look(self, path, code):
        self.browser_js(path, HELP + f"{code}; fits(); console.log('test successful'); undefined;", ready=READY)

    def _book(self, treatment, terms):
        day = self._at(10).date().isoformat()
        start = fields.Datetime.to_string(self._at(10))
        self._step("/book", f"find('.bk_pick label', '{treatment.name}').click(); find('.bk_bar button').click();")
        self._step(self._path("who", treatment), "find('a.bk_card', 'Dr Sana').click();")
        self._step(
            self._path("when", treatment, p=self.doctor.id, d=day),
            f"find('a.bk_day[aria-current]'); find('button[value=\"{start}\"]').click();",
        )
        details = self._path("details", treatment, p=self.doctor.id)
        self._look(
            details, "if (!/^[0-9]+:[0-9]{2}$/.test(find('.bk_timer').textContent.trim())) throw new Error('clock')"
        )
        # Back to the times and forth again: the own time is among them.
        self._look(self._path("when", treatment, p=self.doctor.id, d=day), "find('button[aria-pressed=true]')")
        self._step(
            details,
            f"""
            find('.bk_terms', '{terms}');
            write('name', 'Sara New'); write('phone', '0301 7654321'); write('email', 'sara@example.com');
            find('.bk_tick').click();
            if (!document.getElementById('agreed').checked) throw new Error('not ticked');
            find('form[data-once] [type=submit]').click();
            """,
        )
        return self.env["clinic.visit"].search([("is_booked_online", "=", True), ("company_id", "=", self.branch.id)])

    def _check_four_steps(self):
        visit = self._book(self.facial, "no later than 24 hours")
        self.assertEqual((visit.state, visit.start, visit.practitioner_ids), ("booked", self._at(10), self.doctor))
        self._look("/book/done", f"find('h1', 'You are booked'); find('.bk_summary', '{visit.name}')")

    def _check_four_steps_with_a_deposit(self):
        visit = self._book(self.laser, "We keep it on the day itself.")
        self.assertEqual((visit.state, visit.deposit_due, visit.deposit_channel), ("held", 1150, "online"))


@tagged("post_install", "-at_install")
class TestPhone(TourCommon):
    browser_size = "390x844"

    def test_four_steps(self):
        self._check_four_steps()

    def test_four_steps_with_a_deposit(self):
        self._check_four_steps_with_a_deposit()


@tagged("post_install", "-at_install")
class TestDesk(TourCommon):
    touch_enabled = False
    browser_size = "1366x768"

    def test_four_steps(self):
        self._check_four_steps()
