import os
import random
import socket
import threading
from urllib.parse import quote, urlencode

from odoo import http
from odoo.tests import tagged

from .common import EasypaisaCommon

ROUNDS = min(int(os.environ.get("EASYPAISA_FUZZ") or 300), 2000)
NAMES = (
    "url",
    "self",
    "auth_token",
    "status",
    "orderRefNumber",
    "paymentToken",
    "success",
    "desc",
    "reference",
    "debug",
)
PIECES = (
    *(
        "",
        "/",
        "..",
        "%00",
        "\0",
        "\r\nX: y",
        "<script>",
        "' OR 1=1 --",
        "{{7*7}}",
        "${jndi:ldap://x}",
        "ü",
        "١٢",
        "🦷",
    ),
    *(
        "http://",
        "file:///etc/passwd",
        "gopher://",
        "//",
        "@",
        "[::1",
        "?",
        "#",
        "&",
        "PAID",
        "0000",
        "A" * 3000,
        "None",
    ),
)


class Stranger:
    """Another server, which nobody must ever call."""

    def __init__(self):
        self.socket, self.calls = socket.create_server(("127.0.0.1", 0)), 0
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self):
        while True:
            try:
                caller, _address = self.socket.accept()
            except OSError:
                return
            self.calls += 1
            caller.close()


@tagged("post_install", "-at_install")
class TestFuzz(EasypaisaCommon):
    """Whatever anybody sends: nothing is written, nobody is called, nothing goes wrong."""

    def setUp(self):
        super().setUp()
        self.chance, self.stranger = random.Random(20261130), Stranger()
        self.addCleanup(self.stranger.socket.close)
        self.tx, self.got = self.checkout()
        self.sandbox.requests.clear()
        self.log.lines.clear()

    def _word(self):
        parts = self.chance.choices(
            (*PIECES, self.stranger.url, self.got["reference"][:-1]), k=self.chance.randint(1, 4)
        )
        return "".join(parts)

    def _words(self):
        return {name: self._word() for name in self.chance.sample(NAMES, self.chance.randint(1, 5))}

    def _rows(self):
        self.env.flush_all()
        self.env.cr.execute("SELECT * FROM payment_transaction ORDER BY id")
        return self.env.cr.fetchall()

    def _send(self):
        """Send one thing that somebody might; return (path, response)."""
        path = self.chance.choice(("notify", "notify", "notify", "return/", "confirm/", "checkout/", "start"))
        if path[-1] == "/":
            path += quote(self._word()[:200], safe="") or "x"
        url, words = f"/payment/easypaisa/{path}", self._words()
        kind = self.chance.choice(("get", "get", "post", "json", "file", "raw"))
        if kind == "get":
            return path, self.url_open(f"{url}?{urlencode(words)}"[:7000], allow_redirects=False)
        if kind == "raw":
            return path, self.url_open(url, data=self.chance.randbytes(200), allow_redirects=False)
        if kind == "json":
            return path, self.url_open(url, json=self.chance.choice(([1], words, None, {"params": [1]})))
        if path == "start":
            words |= {
                "csrf_token": http.Request.csrf_token(self),
                "access_token": self._word(),
                "channel": self._word(),
            }
        files = {"url": ("x.txt", b"x"), "auth_token": ("y", b"y")} if kind == "file" else None
        return path, self.url_open(url, data=words, files=files, allow_redirects=False)

    def test_forged_calls(self):
        before, answers = self._rows(), set()
        for number in range(ROUNDS):
            path, response = self._send()
            self.assertLess(response.status_code, 500, (number, path))
            self.assertNotIn("Traceback", response.text)
            if path == "notify" and response.ok:
                answers.add((response.status_code, response.text))
        self.assertEqual(answers, {(200, "")})
        self.assertEqual(self._rows(), before)
        self.assertEqual((self.sandbox.requests, self.stranger.calls), ([], 0))
        wrong = [line for line in self.log.lines if line.startswith(("ERROR", "CRITICAL"))]
        self.assertEqual(wrong, [])

    def test_the_address_of_a_notification_is_never_fetched(self):
        self.post_start(self.got)
        self.wait(self.tx)
        self.sandbox.requests.clear()
        for host in (self.stranger.url, self.sandbox.url, f"{self.stranger.url}/a/b"):
            self.url_open(f"/payment/easypaisa/notify?url={host}/{self.tx.reference}")
            self.url_open("/payment/easypaisa/notify", data={"url": f"{host}/{self.tx.reference}"})
        self.assertEqual(self.stranger.calls, 0)
        self.assertEqual(
            [path for path, _body in self.sandbox.requests], ["/easypay-service/rest/v4/inquire-transaction"]
        )

    def test_no_word_can_be_called_what_python_calls_its_own(self):
        for path in ("notify", "return/x", "confirm/x"):
            self.assertLess(self.url_open(f"/payment/easypaisa/{path}?self=1&controller=2&words=3").status_code, 400)
