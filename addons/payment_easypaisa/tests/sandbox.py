"""A server on this machine's loopback that behaves like EasyPaisa's documented API, with its failures.

Tests use it over real HTTP; so may anyone who tries the addon, with the system parameter that `const.LOCAL_SANDBOX`
names and a provider in test mode:

    python3 sandbox.py 8099
"""

import base64
import json
import secrets
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

STORE, ACCOUNT, USERNAME, PASSWORD = "4321", "987654321", "clinic-api", "Pa55-w0rd-sandbox"
HASH_KEY = "SandboxKey123456"
API = "/easypay-service/rest/v4/"
REJECTED = "<html><head><title>Request Rejected</title></head><body>The requested URL was rejected.</body></html>"
MOMENT = "30/11/2026 03:15 PM"


@dataclass
class Order:
    """What EasyPaisa knows of one payment."""

    fields: dict
    status: str = "PENDING"
    token: str | None = None
    expiry: str | None = None
    number: str = field(default_factory=lambda: str(secrets.randbelow(10**9)))


class Sandbox(ThreadingHTTPServer):
    """EasyPaisa, as a test wants it to be."""

    daemon_threads = True

    def __init__(self, port=0):
        super().__init__(("127.0.0.1", port), Handler)
        self.orders, self.requests, self.auth_tokens = {}, [], {}
        self.fault = None  # "html", "error", "silent", "drop", "slow", "redirect", "list", "system"
        self.fault_of = None  # the endpoint that alone has the fault, or None for all
        self.refusal = None  # the code with which a start is refused
        self.first_status = "PENDING"
        self.changes = {}  # what an inquiry's answer says otherwise; None leaves the field out
        self.expiry = None  # what a code's answer says of its time
        self.elsewhere = None  # where a redirect leads
        self.awake = threading.Event()

    @property
    def url(self):
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"

    def asked(self, endpoint):
        """Return the bodies that came to an endpoint."""
        return [body for path, body in self.requests if path.endswith(endpoint)]

    def pay(self, reference, status="PAID"):
        """Have a payment be paid, or become whatever else."""
        self.orders[reference].status = status


class Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        """Take a form of the hosted checkout, or a request of the Open API."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        path = urlsplit(self.path).path
        self.server.requests.append((path, body))
        if path.startswith("/easypay/"):
            return self._hosted(path, {name: values[0] for name, values in parse_qs(body).items()})
        endpoint, fault = path.removeprefix(API), self.server.fault
        if fault and self.server.fault_of in (None, endpoint):
            return self._fail(fault)
        return self._json(self._answer(endpoint, json.loads(body)))

    def _hosted(self, path, form):
        if path == "/easypay/Index.jsf":
            token = secrets.token_urlsafe(24)
            self.server.orders.setdefault(form["orderRefNum"], Order(form, self.server.first_status))
            self.server.auth_tokens[token] = form["orderRefNum"]
            return self._redirect(f"{form['postBackURL']}?{urlencode({'auth_token': token})}")
        reference = self.server.auth_tokens.pop(form.get("auth_token"), None)
        if not reference:
            return self._send(200, "text/html", "<html><body>Session expired</body></html>")
        words = {"status": "0000", "desc": "SUCCESS", "orderRefNumber": reference}
        return self._redirect(f"{form['postBackURL']}?{urlencode(words)}")

    def _answer(self, endpoint, asked):
        expected = base64.b64encode(f"{USERNAME}:{PASSWORD}".encode()).decode()
        if self.headers.get("Credentials") != expected:
            return {"responseCode": "0010", "responseDesc": "INVALID CREDENTIALS"}
        if str(asked.get("storeId")) != STORE:
            return {"responseCode": "0006", "responseDesc": "STORE DOES NOT EXIST"}
        if endpoint == "inquire-transaction":
            return self._inquiry(asked)
        return self._start(endpoint, asked)

    def _start(self, endpoint, asked):
        same = {"orderId": asked["orderId"], "storeId": int(STORE), "transactionDateTime": MOMENT}
        if self.server.refusal:
            return {**same, "responseCode": self.server.refusal, "responseDesc": "REFUSED"}
        if asked["orderId"] in self.server.orders:
            return {**same, "responseCode": "0003", "responseDesc": "INVALID ORDER ID"}
        order = self.server.orders[asked["orderId"]] = Order(asked, self.server.first_status)
        answer = {**same, "responseCode": "0000", "responseDesc": "SUCCESS", "transactionId": order.number}
        if endpoint == "initiate-otc-transaction":
            order.token, order.expiry = str(10_000_000 + secrets.randbelow(90_000_000)), self.server.expiry
            answer |= {"paymentToken": order.token, "paymentTokenExpiryDateTime": order.expiry}
        return answer

    def _inquiry(self, asked):
        order = self.server.orders.get(asked["orderId"])
        if not order or asked.get("accountNum") != ACCOUNT:
            return {"responseCode": "0003", "responseDesc": "INVALID ORDER ID"}
        answer = {
            "orderId": asked["orderId"],
            "accountNum": ACCOUNT,
            "storeId": int(STORE),
            "storeName": "Sandbox",
            "paymentToken": order.token,
            "transactionStatus": order.status,
            "transactionAmount": float(order.fields.get("amount") or order.fields["transactionAmount"]),
            "transactionDateTime": MOMENT,
            "transactionId": order.number,
            "paymentTokenExpiryDateTime": order.expiry,
            "msisdn": order.fields.get("mobileAccountNo") or order.fields.get("msisdn"),
            "paymentMode": "MA",
            "responseCode": "0000",
            "responseDesc": "SUCCESS",
            **self.server.changes,
        }
        return {name: value for name, value in answer.items() if value is not None}

    def _fail(self, fault):
        if fault == "html":
            return self._send(200, "text/html", REJECTED)
        if fault == "error":
            return self._send(500, "text/html", "<h1>Internal Server Error</h1>")
        if fault == "list":
            return self._send(200, "application/json", "[1, 2]")
        if fault == "system":
            return self._json({"responseCode": "0001", "responseDesc": "SYSTEM ERROR"})
        if fault == "redirect":
            return self._redirect(self.server.elsewhere)
        if fault == "silent":  # as long as the test lasts, without an answer
            self.server.awake.wait(60)
        if fault == "slow":  # a byte now and then, and never all of them
            self._headers(200, "application/json", 1000)
            for _number in range(60):
                self.wfile.write(b" ")
                self.wfile.flush()
                time.sleep(0.5)
        self.close_connection = True
        return None

    def _json(self, answer):
        self._send(200, "application/json", json.dumps(answer))

    def _redirect(self, url):
        self.send_response(302)
        self.send_header("Location", url)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(self, status, kind, text):
        self._headers(status, kind, len(text.encode()))
        self.wfile.write(text.encode())

    def _headers(self, status, kind, length):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def log_message(self, *_args):
        """Say nothing."""


@contextmanager
def running():
    """Have a sandbox as long as a test needs it."""
    server = Sandbox()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield server
    finally:
        server.awake.set()
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    alone = Sandbox(int(sys.argv[1]) if len(sys.argv) > 1 else 8099)
    sys.stdout.write(f"{alone.url}: store {STORE}, account {ACCOUNT}, user {USERNAME}, password {PASSWORD}\n")
    threading.Thread(target=alone.serve_forever, daemon=True).start()
    while True:  # by hand, everything is paid after a while
        time.sleep(30)
        for reference in list(alone.orders):
            alone.pay(reference)
