"""A server on this machine that behaves as JazzCash's documented sandbox does, with its failures.

It knows nothing of the addon, so it checks hashes by code of its own. For trials by hand:

    python3 addons/payment_jazzcash/tests/sandbox.py --port 8770
"""

import argparse
import hashlib
import hmac
import html
import json
import sys
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

REJECTED = b"<html><head><title>Request Rejected</title></head><body>Support ID: 1</body></html>"
SUCCESS, PENDING, CANCELLED, WRONG_HASH, INVALID = "000", "157", "112", "115", "110"
CODES = {"Completed": "121", "Pending": PENDING, "Failed": "199", "Dropped": "129"}
PAGE, WALLET, INQUIRY = "merchantform/", "DoMWalletTransaction", "Inquire"
WALLET_REFUND, CARD_REFUND = "domwalletrefundtransaction", "authorize/Refund"
# What an endpoint can do instead of its work, or after it.
BEFORE, AFTER = {"rejected", "error", "garbage", "list", "deep"}, {"slow", "drop", "unsigned", "wrong hash"}


class Sandbox:
    """A merchant at JazzCash, and its payments by reference."""

    merchant, password, salt, mpin = "MC00001", "secret77", "0F5DD14AE2", "1234"

    def __init__(self, port=0):
        self.payments, self.requests, self.faults = {}, [], {}
        # What becomes of a payment from a wallet, and whether an inquiry tells its amount.
        self.wallet_status, self.tells_amount, self.pause = "Completed", False, 15
        # What else stands on the page.
        self.script = ""
        handler = type("Handler", (_Handler,), {"sandbox": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def start(self):
        """Answer requests until `stop`."""
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self):
        """Answer no more."""
        self.server.shutdown()
        self.server.server_close()

    @contextmanager
    def faulty(self, endpoint, fault):
        """Let an endpoint fail for a while."""
        self.faults[endpoint] = fault
        try:
            yield
        finally:
            del self.faults[endpoint]

    def sign(self, fields):
        """Return ``fields`` with their hash."""
        return {**fields, "pp_SecureHash": self.hash(fields)}

    def hash(self, fields):
        """Return the HMAC over the salt and the values in the order of their names."""
        names = sorted(name for name in fields if name[:2] == "pp" and name != "pp_SecureHash")
        text = self.salt + "".join(f"&{fields[name]}" for name in names if fields[name])
        return hmac.new(self.salt.encode(), text.encode(), hashlib.sha256).hexdigest().upper()

    def asked(self, endpoint):
        """Return the requests that came to an endpoint."""
        return [fields for path, fields in self.requests if path.endswith(endpoint)]

    def result(self, reference, status=None, **changes):
        """Return the signed message about a payment that the browser brings, or the notification."""
        payment = self.payments[reference]
        payment["status"] = status or payment["status"]
        code = SUCCESS if payment["status"] == "Completed" else CODES[payment["status"]]
        fields = {
            "pp_Amount": payment["amount"],
            "pp_AuthCode": "123456",
            "pp_BillReference": payment["bill"],
            "pp_Language": "EN",
            "pp_MerchantID": self.merchant,
            "pp_ResponseCode": code,
            "pp_ResponseMessage": "Thank you for Using JazzCash.",
            "pp_RetreivalReferenceNo": payment["number"],
            "pp_SubMerchantID": "",
            "pp_TxnCurrency": "PKR",
            "pp_TxnDateTime": payment["time"],
            "pp_TxnRefNo": reference,
            "ppmpf_1": "",
            **changes,
        }
        return self.sign({name: value for name, value in fields.items() if value is not None})

    # === Endpoints ===

    def page(self, fields):
        """Return the page of a hosted payment: a form for each thing the customer may do."""
        if self._refusal(fields):
            return "<p>Invalid request</p>"
        self._open(fields)
        forms = []
        for status in ("Completed", "Failed", "Dropped", "Pending"):
            inputs = "".join(
                f'<input type="hidden" name="{name}" value="{html.escape(value)}">'
                for name, value in self.result(fields["pp_TxnRefNo"], status).items()
            )
            action = html.escape(fields["pp_ReturnURL"])
            forms.append(f'<form method="post" action="{action}">{inputs}<button>{status}</button></form>')
        self.payments[fields["pp_TxnRefNo"]]["status"] = "Pending"
        return f"<h1>JazzCash sandbox</h1>{''.join(forms)}<script>{self.script}</script>"

    def wallet(self, fields):
        """Ask the customer on the phone, who does as `wallet_status` says."""
        if code := self._refusal(fields):
            return {"pp_ResponseCode": code, "pp_ResponseMessage": "Refused"}
        self._open(fields)
        answer = self.result(fields["pp_TxnRefNo"], self.wallet_status)
        return {**answer, "pp_MobileNumber": fields["pp_MobileNumber"], "pp_CNIC": fields["pp_CNIC"]}

    def inquire(self, fields):
        """Tell what became of a payment."""
        if code := self._refusal(fields, is_new=False):
            return {"pp_ResponseCode": code, "pp_ResponseMessage": "Refused"}
        payment = self.payments.get(fields["pp_TxnRefNo"])
        if not payment:
            return {"pp_ResponseCode": "109", "pp_ResponseMessage": "Unknown"}
        return {
            "pp_ResponseCode": SUCCESS,
            "pp_PaymentResponseCode": CODES[payment["status"]],
            "pp_Status": payment["status"],
            "pp_RetrievalReferenceNo": payment["number"],
            **({"pp_Amount": payment["amount"], "pp_TxnCurrency": "PKR"} if self.tells_amount else {}),
        }

    def refund(self, fields, *, with_mpin):
        """Give money back; JazzCash itself knows no two refunds from one another."""
        payment = self.payments.get(fields.get("pp_TxnRefNo"))
        code = self._refusal(fields, is_new=False)
        if not code and (not payment or (with_mpin and fields.get("pp_MerchantMPIN") != self.mpin)):
            code = INVALID
        if not code and payment["status"] != "Completed":
            code = "132"
        if not code:
            payment["refunded"] += int(fields["pp_Amount"])
            code = SUCCESS
        return {"pp_ResponseCode": code, "pp_ResponseMessage": "Done" if code == SUCCESS else "Refused"}

    def _open(self, fields):
        self.payments[fields["pp_TxnRefNo"]] = {
            "amount": fields["pp_Amount"],
            "bill": fields["pp_BillReference"],
            "time": fields["pp_TxnDateTime"],
            "number": f"{len(self.payments) + 1:012}",
            "status": "Pending",
            "refunded": 0,
        }

    def _refusal(self, fields, *, is_new=True):
        if (fields.get("pp_MerchantID"), fields.get("pp_Password")) != (self.merchant, self.password):
            return "101"
        if fields.get("pp_SecureHash") != self.hash(fields):
            return WRONG_HASH
        reference = fields.get("pp_TxnRefNo") or ""
        is_known = reference in self.payments
        return INVALID if not reference.isalnum() or len(reference) > 20 or (is_new and is_known) else None


class _Handler(BaseHTTPRequestHandler):
    sandbox = None

    def do_POST(self):
        """Answer by the endpoint and its fault."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        is_json = "json" in (self.headers.get("Content-Type") or "")
        fields = json.loads(body) if is_json else dict(parse_qsl(body))
        self.sandbox.requests.append((self.path, fields))
        fault = next((fault for name, fault in self.sandbox.faults.items() if self.path.endswith(name)), None)
        if fault in BEFORE:
            self._fail(fault)
            return
        if self.path.endswith(PAGE):
            self._send(self.sandbox.page(fields).encode(), kind="text/html")
            return
        answer = self._work(fields)
        self._answer(answer, fault)

    def _work(self, fields):
        if self.path.endswith(WALLET):
            return self.sandbox.wallet(fields)
        if self.path.endswith(INQUIRY):
            return self.sandbox.inquire(fields)
        return self.sandbox.refund(fields, with_mpin=self.path.endswith(WALLET_REFUND))

    def _fail(self, fault):
        answers = {"garbage": b"<html>504</html>", "list": b"[1]", "deep": b"[" * 100_000, "error": b"{}"}
        self._send(answers.get(fault, REJECTED), status=500 if fault == "error" else 200, kind="text/html")

    def _answer(self, answer, fault):
        if fault == "drop":
            self.close_connection = True
            self.connection.close()
            return
        if fault == "slow":
            time.sleep(self.sandbox.pause)
        if fault == "unsigned":
            answer = {name: value for name, value in answer.items() if name != "pp_SecureHash"}
        else:
            answer = self.sandbox.sign(answer)
        if fault == "wrong hash":
            answer["pp_SecureHash"] = "0" * 64
        self._send(json.dumps(answer).encode())

    def _send(self, body, status=200, kind="application/json"):
        try:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            # The client has given up.
            self.close_connection = True

    def log_message(self, *_args):
        """Say nothing: what is sent here is secret."""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Stand for JazzCash's sandbox on this machine.")
    parser.add_argument("--port", type=int, default=8770)
    parser.add_argument("--wallet", choices=CODES, default="Completed", help="what becomes of payments from wallets")
    arguments = parser.parse_args()
    one = Sandbox(arguments.port)
    one.wallet_status = arguments.wallet
    sys.stdout.write(
        f"payment_jazzcash.local_sandbox = {one.url}\n"
        f"merchant {one.merchant}, password {one.password}, salt {one.salt}, MPIN {one.mpin}\nCtrl-C stops it.\n"
    )
    sys.stdout.flush()
    one.server.serve_forever()
