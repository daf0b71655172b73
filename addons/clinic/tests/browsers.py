from contextlib import contextmanager
from urllib.parse import urljoin

from odoo.tests.common import ChromeBrowser, _registry_test_lock

from .axe import AxeMixin

# What a test's code may call on a page.
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


WHERE = "`${location.href} ${document.querySelector('main')?.innerText.slice(0, 500)}`"


class BrowserMixin(AxeMixin):
    """A browser that goes from page to page, where there is nothing of the web client's, by which tours go.

    A page and the test work on one cursor: while the browser is open, the test uses it under ``_alone`` only.
    """

    # Whether axe-core looks at each page, too.
    is_looked_at = False

    @contextmanager
    def _browsing(self, path, user=None):
        """Yield a browser on the page ``path``, signed in as ``user``."""
        browser = ChromeBrowser(self, headless=True, success_signal="")
        with self.allow_requests(browser=browser):
            login = user and user.login
            self.authenticate(login, login, browser=browser)
            self.env.flush_all()
            self.env.cr.clear()
            browser.navigate_to(urljoin(self.base_url(), path))
            try:
                yield browser
            finally:
                browser.stop()
                self._wait_remaining_requests()
                self.env.invalidate_all()

    @contextmanager
    def _alone(self):
        """Let the test work on the cursor, as long as the pages' requests wait for it (20 seconds)."""
        with _registry_test_lock:
            self.env.invalidate_all()
            yield
            self.env.flush_all()
            self.env.cr.clear()

    def _prefer(self, browser, lang):
        """Let the browser ask for pages in the language ``lang``, of whichever country."""
        browser._websocket_request("Network.enable")
        headers = {"Accept-Language": lang.partition("_")[0]}
        browser._websocket_request("Network.setExtraHTTPHeaders", params={"headers": headers})

    def _open(self, browser, path):
        browser.navigate_to(urljoin(self.base_url(), path))

    def _on(self, browser, path, code, until="body"):
        """Wait for the page ``path`` with ``until`` on it, look at it, and do there what ``code`` does."""
        is_there = f"document.readyState === 'complete' && location.pathname === '{path}'"
        is_there += f" && !!document.querySelector('{until}')"
        if not browser._wait_ready(is_there, timeout=20):
            shown = browser._websocket_request("Runtime.evaluate", params={"expression": WHERE}, timeout=20)
            self.fail(f"{path} is not shown, but: {shown['result'].get('value')}")
        if self.is_looked_at:
            self.assert_accessible(browser, path)
        expression = f"(() => {{ {HELP} fits(); {code}; return 'fine'; }})()"
        answer = browser._websocket_request("Runtime.evaluate", params={"expression": expression}, timeout=20)
        self.assertEqual(answer["result"].get("value"), "fine", (path, answer))
