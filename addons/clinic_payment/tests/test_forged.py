import json
import logging
import random
from collections import Counter
from datetime import timedelta
from urllib.parse import quote, urlencode

from odoo import fields
from odoo.tests import HttpCase, tagged

from odoo.addons.clinic.tests.forged import CALLS, ForgedMixin

from .common import PaymentCommon

_logger = logging.getLogger(__name__)

TYPED = (None, True, False, -1, 0, 7, 1.5, 10**30, [], {}, [1], [[]], {"a": [{}]}, "None", "null")
AMOUNTS = (0, -1150, 1, 1149.99, 1150.01, 1e308, 10**400, "1150,00", "NaN", "Infinity", "1e3", None, [], {}, True, "x")
# What a refusal may be called; anything else is a fault of ours.
REFUSALS = ("BadRequest", "NotFound", "SessionExpiredException", "UserError", "ValidationError")
# What the pages may say of nobody.
PRIVATE = ("Ayesha", "Laser", "Dr Sana", "0300", "ayesha@", "Traceback")
WRITTEN = (
    "account_move",
    "account_payment",
    "clinic_message",
    "clinic_payment_link",
    "clinic_visit",
    "mail_activity",
    "payment_token",
    "payment_transaction",
)


@tagged("post_install", "-at_install")
class TestForged(ForgedMixin, PaymentCommon, HttpCase):
    """What anybody may send to the pages behind a link: nothing is written, told or logged that must not be."""

    def setUp(self):
        super().setUp()
        self.visit = self._held()
        self.good = self._token(self.visit)
        self.stale = [self._expired(), self._paid_already(), self._cancelled(), self._under_way()]
        self.other = self.env["res.partner"].create({"name": "Other"})
        self.env.flush_all()

    def _token(self, visit):
        link = self.env["clinic.payment.link"]._of(visit)
        return link._address().rpartition("/")[2]

    def _expired(self):
        visit = self._held(self._at(12))
        visit.sudo().expires_at = fields.Datetime.now() + timedelta(minutes=1)
        token = self._token(visit)
        visit.sudo().expires_at = fields.Datetime.now() - timedelta(minutes=1)
        return token

    def _paid_already(self):
        visit = self._held(self._at(14))
        token = self._token(visit)
        self._paid(self._transaction(visit))
        return token

    def _cancelled(self):
        visit = self._held(self._at(16))
        token = self._token(visit)
        visit.action_cancel(self.env.ref("clinic_visit.cancel_reason_patient"))
        return token

    def _under_way(self):
        visit = self._held(self._at(18))
        link = self.env["clinic.payment.link"]._of(visit)
        self._transaction(visit, clinic_link_id=link.id)._set_pending()
        return self._token(visit)

    # -- what is sent -------------------------------------------------------------------------------------------------

    def _odd_token(self):
        """Return what is no link, though it may look like one."""
        good = self.good
        return self.dice.choice(
            (
                good[:-1],
                good + "0",
                good.upper() if good.upper() != good else "0" * 32,
                good[::-1] if good[::-1] != good else "0" * 32,
                f" {good}",
                f"{good}\0",
                "".join(self.dice.choices("0123456789abcdef", k=32)),
                self._odd(),
            )
        )

    def _forged(self):
        """Return what the form would send, of which one thing at least is wrong."""
        dice = self.dice
        params = {
            "provider_id": self.provider.id,
            "payment_method_id": self.method.id,
            "token_id": None,
            "flow": "redirect",
            "tokenization_requested": False,
            "landing_route": "/clinic/pay/done",
            "access_token": self.good,
            "amount": 1150,
            "reference_prefix": self.visit.name,
        }
        # What nobody looks at may be anything.
        free = ("token_id", "landing_route", "reference_prefix", "tokenization_requested", "self")
        for name in dice.sample(free, 2):
            params[name] = dice.choice((*TYPED, self._odd()))
        wrong = {
            "amount": AMOUNTS,
            "currency_id": (self.env.ref("base.EUR").id, 0, "x", [1], {}),
            "partner_id": (self.other.id, self.env.user.partner_id.id, 0, "x", [1]),
            "provider_id": (0, -1, 10**30, "x", None, [], {}, self.provider.id + 1),
            "payment_method_id": (0, -1, 10**30, "x", None, [], {}, self.method.id + 1),
            "flow": ("token", "", None, 1, [], {}, "redirect "),
            "access_token": (*TYPED, *self.stale, self._odd_token()),
            dice.choice(("invoice_ids", "clinic_visit_id", "custom_create_values", "sale_order_id", "\0", "é")): (
                1,
                [1],
                "x",
            ),
        }
        for name in dice.sample(list(wrong), dice.randint(1, 3)):
            params[name] = dice.choice(wrong[name])
        return params

    def _send_transaction(self):
        body = {"jsonrpc": "2.0", "method": "call", "params": self._forged()}
        if self.dice.random() < 0.15:
            body["params"] = self.dice.choice((None, [], 1, "x", {}, {"access_token": self.good}))
        if self.dice.random() < 0.1:
            raw = self.dice.choice((b"", b"{", b"[]", b"[" * 5000, b"\xff\xfe", json.dumps(body).encode()[:-2]))
            kind = self.dice.choice(("application/json", "text/plain", "application/x-www-form-urlencoded"))
            return self.url_open("/clinic/pay/transaction", data=raw, headers={"Content-Type": kind}, method="POST")
        return self.url_open("/clinic/pay/transaction", json=body)

    def _send_page(self):
        # Good once, or good and looked at in a way that nobody offers.
        known = self.dice.random() < 0.3
        token = self.dice.choice((*self.stale, self.good)) if known else self._odd_token()
        query = urlencode({self._odd(): self._odd() for _ in range(self.dice.randint(0, 3))})
        before, after = self.dice.choice(("", "", "/", "//")), self.dice.choice(("", "", "/", "/x", "/../done"))
        address = f"/clinic/pay/{before}{quote(token, safe='')[:2000]}{after}?{query[:3000]}"
        if self.dice.random() < 0.2:
            return self.url_open(address, data={self._odd(): self._odd()}, allow_redirects=False)
        return self.url_open(address, allow_redirects=self.dice.random() < 0.5)

    def _send_done(self):
        query = urlencode({name: self._odd() for name in ("tx", "reference", "self", "access_token", "kwargs")})
        if self.dice.random() < 0.3:
            return self.url_open("/clinic/pay/done", data={"tx": self._odd()}, allow_redirects=False)
        return self.url_open(f"/clinic/pay/done?{query[:3000]}", allow_redirects=False)

    # -- what must hold -----------------------------------------------------------------------------------------------

    def _check(self, response):
        self.assertLess(response.status_code, 500, response.text[:1000])
        if "application/json" in response.headers.get("Content-Type", ""):
            error = response.json().get("error")
            self.assertTrue(error, "Something was done")
            name = error["data"]["name"].rpartition(".")[2]
            self.assertIn(name, REFUSALS, error["data"]["message"])
            return name
        for text in PRIVATE:
            self.assertNotIn(text, response.text)
        return response.status_code

    def test_forged_calls(self):
        links = self.env["clinic.payment.link"].sudo().search([])
        secrets = [self.good, *self.stale, *links.mapped("seed"), *links.mapped("token_hash")]
        secrets.append(self.env["ir.config_parameter"].sudo().get_param("database.secret"))
        before, answers = self._rows(WRITTEN), Counter()
        with self._listening() as lines:
            for number in range(CALLS):
                send = self.dice.choice(
                    (self._send_transaction, self._send_transaction, self._send_page, self._send_done)
                )
                with self.subTest(number=number):
                    answers[send.__name__, self._check(send())] += 1
        self.assertEqual(self._rows(WRITTEN), before)
        _logger.info("%s forged calls: %s; %s lines in the log", CALLS, dict(answers), len(lines))
        self.assertTrue([line for _record, line in lines if "/clinic/pay/" in line])
        for record, line in lines:
            self.assertFalse(record.exc_info, line)
            for secret in secrets:
                self.assertNotIn(secret, line)

    def test_what_is_not_forged_pays(self):
        """The call from which the forged ones are made is a good one."""
        with self._listening():
            self.dice = random.Random(1)
            self.dice.sample = lambda names, count: []
            answer = self.url_open("/clinic/pay/transaction", json={"params": self._forged()}).json()
        self.assertIn("result", answer)
