import contextlib

from odoo.tests import HttpCase, tagged
from odoo.tests.common import ChromeBrowser

from odoo.addons.clinic_consent.tests.test_pages import DRAW

from .common import SignalCommon
from .test_pages import PageCommon

HELP = (
    DRAW
    + """
const main = document.querySelector("main");
const form = main.querySelector("form");
const pick = (name, value) => form.querySelector(`[name=${name}][value="${value}"]`).click();
const write = (name, text) => {
    form.elements[name].value = text;
    form.elements[name].dispatchEvent(new Event("input", { bubbles: true }));
};
const fits = () => {
    for (const button of document.querySelectorAll("button, .cc_choice, .cc_button")) {
        const box = button.getBoundingClientRect();
        if (box.height && box.height < 44) throw new Error("too small for a finger: " + button.textContent);
    }
    if (document.documentElement.scrollWidth > window.innerWidth) throw new Error("wider than the screen");
};
"""
)
READY = "!!document.querySelector('main.cs_ready')"


class BrowserCommon(PageCommon):
    browser_size = "390x844"
    touch_enabled = True


@tagged("post_install", "-at_install")
class TestPhone(BrowserCommon):
    """The page on a phone: half-typed words survive a reload, and what is missing is said."""

    def test_a_report_from_a_phone(self):
        second = self._treated(days=8)
        with self._tab() as do:
            self._open(do, self.path)
            do(
                f"""
                if (form.getBoundingClientRect().top < main.querySelector(".cs_emergency").getBoundingClientRect().top)
                    throw new Error("the emergency is not first");
                fits();
                form.querySelector(".cc_submit").click();
                await wait(() => form.querySelector("[data-ask=procedure].cc_missing"));
                pick("procedure", "{second.id}");
                pick("symptom", "{self._symptom("swelling").id}");
                write("words", "Half a wo");
                pick("call", "yes");
                await wait(() => !form.querySelector(".cs_number").hidden);
                fits();
                """
            )
            # Loaded again in the same tab, in another language.
            self._open(do, f"{self.path}?lang=ur")
            do(
                """
                if (document.documentElement.dir !== "rtl") throw new Error("not from right to left");
                if (form.elements.words.value !== "Half a wo") throw new Error("what was typed is gone");
                fits();
                write("words", "Half a word");
                write("since", form.elements.since.max);
                form.querySelector(".cc_submit").click();
                await wait(() => form.querySelector("[data-ask=phone].cc_missing"));
                write("number", "0300 7654321");
                form.querySelector(".cc_submit").click();
                """
            )
            self.assertTrue(do.browser._wait_ready("!!document.querySelector('.cc_thanks')", 30))
            self.assertEqual(do("return window.sessionStorage.length"), 0, "what was sent is forgotten")
        report = self._reports()
        self.assertEqual((report.words, report.procedure_ids, report.lang), ("Half a word", second, "ur"))
        self.assertEqual((report.wants_call, report.call_number), (True, "0300 7654321"))

    @contextlib.contextmanager
    def _tab(self):
        """Yield a function that runs a script in one tab, which keeps what pages store there."""
        browser = ChromeBrowser(self)

        def do(script):
            code = f"(async () => {{ {HELP if 'form' in script else ''} {script} }})()"
            params = {"expression": code, "awaitPromise": True, "returnByValue": True}
            answer = browser._websocket_request("Runtime.evaluate", params=params, timeout=60)
            # A page that is left takes its answer along.
            self.assertNotIn("exceptionDetails", answer, answer.get("exceptionDetails"))
            return answer["result"].get("value")

        do.browser = browser
        try:
            with self.allow_requests(browser=browser):
                self.authenticate(None, None, browser=browser)
                yield do
        finally:
            browser.stop()

    def _open(self, do, path, ready=READY):
        do.browser.navigate_to(f"{self.base_url()}{path}")
        self.assertTrue(do.browser._wait_ready(ready, 30))


@tagged("post_install", "-at_install")
class TestDesk(SignalCommon, HttpCase):
    def test_from_my_day_to_a_closed_report(self):
        report = self._report(self._treated(), symptoms=[self._symptom("breath").id])
        self.start_tour("/odoo/my-day", "clinic_signal_close", login="test_practitioner")
        self.env.invalidate_all()
        self.assertEqual((report.outcome, report.finding), ("advice", "Seen today"))
