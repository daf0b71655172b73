import json
import time
from contextlib import contextmanager
from unittest.mock import patch

import requests
import websocket

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tests.common import ChromeBrowser

from odoo.addons.clinic.tests.browsers import HELP

from .test_embed import SITE, EmbedCommon

# No cookies for frames of other sites; and a site on the internet may ask the machine of the tests.
SWITCHES = ["--test-third-party-cookie-phaseout", "--disable-features=LocalNetworkAccessChecks"]
HOST_PAGE = """<!DOCTYPE html><html><head><title>Another site</title></head><body><h1>Another site</h1>
<script src="{base}/clinic_website/embed.js" data-branch="{branch}" data-mode="{mode}"></script></body></html>"""


class Frame:
    """The frame of another site in a page: a program of its own in the browser, asked by a connection of its own."""

    def __init__(self, browser):
        address = f"http://127.0.0.1:{browser.devtools_port}/json/list"
        for _attempt in range(100):
            frames = [one for one in requests.get(address, timeout=5).json() if one["type"] == "iframe"]
            if frames:
                break
            time.sleep(0.1)
        self.socket = websocket.create_connection(frames[0]["webSocketDebuggerUrl"], suppress_origin=True, timeout=20)
        self.number = 0

    def ask(self, method, **params):
        """Return the browser's answer."""
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": params}))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == self.number:
                return answer["result"]

    def value(self, expression):
        return self.ask("Runtime.evaluate", expression=expression)["result"].get("value")

    def on(self, path, code, shows="", asks=""):
        """Wait for the page ``path`` that ``asks`` and ``shows`` something, and do there what ``code`` does."""
        is_there = (
            f"document.readyState === 'complete' && location.pathname.startsWith('{path}')"
            f" && document.body.textContent.includes('{shows}') && location.search.includes('{asks}')"
        )
        for _attempt in range(200):
            if self.value(is_there):
                break
            time.sleep(0.1)
        found = self.ask("Runtime.evaluate", expression=f"(() => {{ {HELP} fits(); {code}; return 'fine'; }})()")
        assert found["result"].get("value") == "fine", (path, self.value("location.href"), found["exceptionDetails"])


@tagged("post_install", "-at_install")
class TestEmbeddedInBrowser(EmbedCommon, HttpCase):
    """The widget on a page of another origin, in a browser that gives frames of other sites no cookies."""

    browser_size = "1366x768"

    def fetch_proxy(self, url):
        """Be the other site."""
        if not url.startswith(f"{SITE}/"):
            return super().fetch_proxy(url)
        page = HOST_PAGE.format(base=self.base_url(), branch=self.branch.id, mode=url.rpartition("/")[2])
        answer = self.make_fetch_proxy_response(page)
        answer["responseHeaders"].append({"name": "content-type", "value": "text/html"})
        return answer

    @contextmanager
    def _visitor(self, mode):
        spawn = ChromeBrowser._spawn_chrome

        def without_cookies(browser, command):
            return spawn(browser, [*command[:-1], *SWITCHES, command[-1]])

        with patch.object(ChromeBrowser, "_spawn_chrome", without_cookies):
            browser = ChromeBrowser(self, headless=True, success_signal="")
        with self.allow_requests(all_requests=True):
            self.env.flush_all()
            self.env.cr.clear()
            browser.navigate_to(f"{SITE}/{mode}")
            try:
                yield browser
            finally:
                browser.stop()
                self._wait_remaining_requests()
                self.env.invalidate_all()

    def _book(self, frame):
        path, start = f"/book/{self.branch.id}", fields.Datetime.to_string(self.start)
        frame.on(
            path, "find('.bk_pick label', 'Facial').click(); find('.bk_bar button').click()", "What would you like"
        )
        frame.on(f"{path}/who", "find('a.bk_card', 'Dr Sana').click()", "Who should treat you")
        frame.on(
            f"{path}/when",
            f"const link = find('a.bk_arrow, a.bk_day'); link.href = link.href.split('#')[0] + '&d={self.day}';"
            " link.click()",
            "When would you like",
        )
        frame.on(f"{path}/when", f"find('button[value=\"{start}\"]').click()", asks=f"&d={self.day}")
        frame.on(f"{path}/hold", "find('.bk_summary a').click()", "Kept for you")
        frame.on(f"{path}/when", "find('button[aria-pressed=true]'); find('.bk_kept a').click()", "We keep")
        frame.on(
            f"{path}/details",
            """
            write('name', 'Sara New'); write('phone', '0301 7654321'); write('email', 'sara@example.com');
            find('.bk_terms .bk_tick').click(); find('form[data-once] [type=submit]').click();
            """,
            "Kept for you",
        )
        frame.on("/book/confirm", "find('h1', 'You are booked')", "You are booked")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.start = cls._at(10)
        cls.day = cls.start.date().isoformat()

    def _booked(self):
        return self.env["clinic.visit"].search([("is_booked_online", "=", True), ("company_id", "=", self.branch.id)])

    def test_inline(self):
        with self._visitor("inline") as browser:
            frame = Frame(browser)
            self._book(frame)
            kept = [one["name"] for one in frame.ask("Network.getCookies")["cookies"]]
            self.assertNotIn("session_id", kept, "no cookie of ours was kept")
            height = "parseInt(document.querySelector('iframe').style.height) > 320"
            self.assertTrue(browser._wait_ready(height, timeout=10), "the frame is as high as its page")
        self.assertEqual(self._booked().state, "booked")

    def test_button(self):
        with self._visitor("button") as browser:
            self.assertTrue(
                browser._wait_ready(
                    "document.querySelector('.clinic-book-now')"
                    " && (document.querySelector('.clinic-book-now').click(), true)"
                )
            )
            self._book(Frame(browser))
        self.assertEqual(self._booked().practitioner_ids, self.doctor)

    def test_a_site_that_is_not_named_shows_nothing(self):
        self.branch.clinic_online_origins = "https://shop.example.com"
        with self._visitor("inline") as browser:
            for _attempt in range(60):
                shown = Frame(browser).value("location.href + document.body.textContent")
                if "chrome-error" in shown:
                    break
                time.sleep(0.5)
        self.assertIn("chrome-error", shown)
        self.assertNotIn("What would you like", shown)
