import json
import os
import random
import string

from odoo import http
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import JazzCashCommon

# How many are sent to each of the routes that anybody may call.
COUNT = int(os.environ.get("CLINIC_FORGED_NOTIFICATIONS") or 100)
ODD = [
    "",
    "0",
    "000",
    "121",
    "\0",
    "'",
    "é",
    "\ud800",
    "😀",
    "<script>",
    "%s%n",
    "../",
    "R-T1",
    "-1",
    "1e9",
    "9" * 5000,
]
TYPED = [None, True, 7, 1.5, 10**30, [], {}, [{"a": []}], {"pp": "x"}]


@tagged("post_install", "-at_install")
class TestForged(JazzCashCommon):
    """What anybody may send: nothing is written, nothing is told, nothing is logged that is secret."""

    def setUp(self):
        super().setUp()
        self.transaction = self._pay()
        self._open_page(self.transaction)
        self.wallet = self._pay("direct")
        self.paid = self.sandbox.result(self.transaction.reference, "Completed")
        self.sandbox.payments[self.transaction.reference]["status"] = "Pending"
        self.sandbox.requests.clear()
        self.dice = random.Random(os.environ.get("CLINIC_FORGED_SEED") or 2026)

    def _snapshot(self):
        self.env.flush_all()
        self.env.cr.execute("SELECT to_jsonb(t)::text FROM payment_transaction t ORDER BY id")
        transactions = self.env.cr.fetchall()
        self.env.cr.execute("SELECT to_jsonb(p)::text FROM payment_provider p ORDER BY id")
        return transactions, self.env.cr.fetchall(), self._triggered()

    def _forged(self, odd):
        """Return a message like JazzCash's of which something is wrong, whatever else it says."""
        dice, fields = self.dice, dict(self.paid)
        for _ in range(dice.randint(1, 6)):
            name = dice.choice([*fields, "self", "pp_X", "ppmpf_2", "csrf_token", "\0", "pp" + "a" * 300])
            fields[name] = dice.choice([*odd, "".join(dice.choices(string.printable, k=dice.randint(0, 60)))])
        if dice.random() < 0.3:
            fields.pop(dice.choice(list(fields)))
        # Whatever was changed, the hash is none.
        fields["pp_SecureHash"] = dice.choice(["", "0" * 64, "é", self.paid["pp_SecureHash"][:-1], *odd[:3]])
        return fields

    def _text_only(self, fields):
        return {name: value.encode("utf-8", "replace").decode() for name, value in fields.items()}

    def _body(self):
        """Return a body and its kind: a forged message, or no message at all."""
        dice = self.dice
        kind = dice.choice(["application/json", "application/x-www-form-urlencoded", "multipart/form-data", "text/xml"])
        if dice.random() < 0.7:
            return json.dumps(self._forged(ODD + TYPED)).encode(), dice.choice(["application/json", "text/plain"])
        odd = [b"[" * 9000, b'{"pp_Amount":' * 900, b"{", b"", b"\xff\xfe\x00", b"9" * 9000, os.urandom(200)]
        return dice.choice(odd), kind

    def test_notifications_and_returns(self):
        before = self._snapshot()
        answers, addresses = set(), set()
        with mute_logger("odoo.addons.payment.models.payment_transaction"), self.assert_silent():
            for _ in range(COUNT):
                body, kind = self._body()
                response = self.url_open(
                    "/payment/jazzcash/ipn", data=body, headers={"Content-Type": kind}, method="POST"
                )
                answers.add((response.status_code, response.text))
                fields = self._text_only(self._forged(ODD))
                response = self.url_open("/payment/jazzcash/return", data=fields, allow_redirects=False)
                addresses.add((response.status_code, response.headers.get("Location")))
        # JSON that nobody can store is refused in front of all routes where clinic is installed.
        self.assertLessEqual({status for status, _text in answers}, {200, 400}, answers)
        self.assertEqual(len({status for status, _text in answers}), len(answers), answers)
        self.assertEqual([status for status, _address in addresses], [303], addresses)
        self.assertEqual(self._snapshot(), before)
        self.assertFalse(self.sandbox.requests)

    def test_the_forms_of_whoever_has_begun_no_payment(self):
        self.authenticate(None, None)
        token = http.Request.csrf_token(self)
        before = self._snapshot()
        answers, ways = set(), set()
        with mute_logger("odoo.addons.payment.models.payment_transaction"), self.assert_silent():
            for _ in range(COUNT):
                form = {
                    "reference": self.dice.choice([self.wallet.reference, self.transaction.reference, *ODD]),
                    "access_token": self.dice.choice([*ODD, "0" * 64]),
                    "mobile": self.dice.choice([*ODD, self.secrets[2]]),
                    "cnic": self.dice.choice([*ODD, self.secrets[3]]),
                    "self": "1",
                }
                form.pop(self.dice.choice(list(form)))
                form = {**self._text_only(form), "csrf_token": token}
                response = self.url_open("/payment/jazzcash/wallet", data=form)
                answers.add((response.status_code, response.text))
                response = self.url_open("/payment/jazzcash/leave", data=form, allow_redirects=False)
                ways.add((response.status_code, response.headers.get("Location")))
        self.assertEqual(len(answers), 1, answers)
        self.assertEqual(len(ways), 1, ways)
        self.assertEqual(self._snapshot(), before)
        self.assertFalse(self.sandbox.requests)

    def test_arguments_in_the_address_name_none_of_ours(self):
        for route in ("return", "ipn"):
            with mute_logger("odoo.addons.payment.models.payment_transaction"), self.assert_silent():
                response = self.url_open(
                    f"/payment/jazzcash/{route}?self=1&fields=2&pp_TxnRefNo={self.transaction.reference}",
                    data={"self": "1"},
                    allow_redirects=False,
                )
            self.assertLess(response.status_code, 400)

    def test_what_is_too_long_is_not_read(self):
        for route in ("return", "ipn"):
            with self.assert_silent():
                body = b"pp_Amount=" + b"9" * 20_000
                kind = {"Content-Type": "application/x-www-form-urlencoded"}
                response = self.url_open(f"/payment/jazzcash/{route}", data=body, headers=kind, allow_redirects=False)
            self.assertEqual(response.status_code, 413)
