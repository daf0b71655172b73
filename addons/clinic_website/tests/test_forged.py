import logging
import re
from collections import Counter
from urllib.parse import quote, urlencode

from odoo import fields
from odoo.tests import HttpCase, tagged

from odoo.addons.clinic.tests.forged import CALLS, ForgedMixin

from .common import CSRF, OnlineCommon

_logger = logging.getLogger(__name__)

DAYS = ("2026-02-30", "0000-00-00", "9999-12-31", "2026-13", "1e3", "١٢٣٤-٠١-٠١", "-1", "2026-01-01' OR 1=1")
STEPS = ("", "who", "when", "details", "wait", "waits", "hold", "confirm", "done", "face", "x", "../../web")
WRONG_CONTACTS = (
    {"name": ""},
    {"name": "See www.evil.example/x"},
    {"name": "x" * 5000},
    {"phone": "", "email": ""},
    {"phone": "' OR 1=1 --"},
    {"phone": "1" * 400},
    {"email": "nobody"},
    {"email": "a@b\r\nBcc: c@d.example"},
)
WRITTEN = (
    "clinic_message",
    "clinic_online_hold",
    "clinic_patient",
    "clinic_reservation",
    "clinic_visit",
    "clinic_waitlist",
    "mail_activity",
    "payment_transaction",
    "res_partner",
)
# What the pages may say of nobody.
PRIVATE = ("Ayesha", "0300 1234567", "Secret treatment", "Traceback", "psycopg2")


@tagged("post_install", "-at_install")
class TestForged(ForgedMixin, OnlineCommon, HttpCase):
    """What anybody may send to the pages of online booking: nothing is written, shown or logged that must not be."""

    def setUp(self):
        super().setUp()
        self.other = self.env["res.company"].create({"name": "Not online"})
        # This visitor keeps a time, and somebody who is known is treated at another one.
        self.book(self.facial, self._at(14), self.doctor)
        self.page = self._choose()
        self.csrf = CSRF.search(self.page.text).group(1)
        self.asked, self.terms = (
            re.search(rf'name="{name}" value="([^"]*)"', self.page.text).group(1) for name in ("asked", "terms")
        )

    # -- what is sent -------------------------------------------------------------------------------------------------

    def _odd_number(self):
        known = (self.secret.id, self.other.id, self.patient.id, self.env.user.id, self.branch.id + 1000)
        return self.dice.choice((*known, 0, -1, 10**9, 10**30, self._odd()))

    def _odd_words(self):
        words = [("t", self.facial.id)] if self.dice.random() < 0.5 else []
        for name in self.dice.choices(("t", "t", "p", "d", "m", "start", "self", "branch_id", "lang", "asked"), k=4):
            words.append((name, self.dice.choice((self._odd_number(), self._odd(), *DAYS))))
        return urlencode(words)[:4000]

    def _send_page(self):
        branch = self.branch.id if self.dice.random() < 0.6 else quote(str(self._odd_number())[:500], safe="")
        return self.url_open(
            f"/book/{branch}/{self.dice.choice(STEPS)}?{self._odd_words()}", allow_redirects=self.dice.random() < 0.5
        )

    def _send_face(self):
        return self.url_open(f"/book/face/{quote(str(self._odd_number())[:500], safe='')}")

    def _send_hold(self):
        """Ask for a time of which one thing at least is wrong."""
        good = {
            "csrf_token": self.csrf,
            "t": self.facial.id,
            "p": self.doctor.id,
            "start": fields.Datetime.to_string(self._at(11)),
        }
        off = [
            str(self._at(hour, minute, days))
            for hour, minute, days in ((3, 0, 7), (11, 7, 7), (11, 0, -7), (11, 0, 4000))
        ]
        wrong = {
            "csrf_token": ("", "x", self._odd()),
            "t": (self.secret.id, self._odd_number(), self._odd()),
            "p": (self.env["clinic.practitioner"].search([], order="id desc", limit=1).id + 7, self._odd()),
            "start": (*off, str(self._at(14)), self._odd(), *DAYS),
        }
        for name in self.dice.sample(list(wrong), self.dice.randint(1, 3)):
            good[name] = self.dice.choice(wrong[name])
        # Without a practitioner it would be a good one.
        if not isinstance(good["p"], int):
            good["start"] = self.dice.choice((*off, self._odd(), *DAYS))
        return self.url_open(f"/book/{self.branch.id}/hold", data=good, allow_redirects=self.dice.random() < 0.5)

    def _contact(self):
        return {
            "name": "Sara New",
            "phone": "0301 7654321",
            "email": "s@example.com",
            **self.dice.choice(WRONG_CONTACTS),
        }

    def _send_confirm(self):
        data = {"csrf_token": self.csrf, "agreed": "yes", "asked": self.asked, "terms": self.terms, **self._contact()}
        for name in self.dice.sample(("asked", "terms", "agreed", "csrf_token", "start", "t", "p", "visit_id"), 2):
            data[name] = self._odd()
        return self.url_open("/book/confirm", data=data, allow_redirects=self.dice.random() < 0.5)

    def _send_wait(self):
        data = {"csrf_token": self.csrf, "t": self.facial.id, "part": self._odd(), **self._contact()}
        return self.url_open(f"/book/{self.branch.id}/wait", data=data, allow_redirects=self.dice.random() < 0.5)

    def _send_bytes(self):
        raw = self.dice.choice((b"", b"{", b"\xff\xfe" * 500, b"a=" + b"%" * 3000, b"t=1&" * 2000, b"\0" * 50))
        kinds = (
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/json",
            "text/plain",
        )
        path = self.dice.choice(
            ("confirm", f"{self.branch.id}/hold", f"{self.branch.id}/wait", "free", "leave", "stay")
        )
        return self.url_open(
            f"/book/{path}", data=raw, headers={"Content-Type": self.dice.choice(kinds)}, method="POST"
        )

    # -- what must hold -----------------------------------------------------------------------------------------------

    def _check(self, answer):
        self.assertLess(answer.status_code, 500, answer.text[:1000])
        for text in PRIVATE:
            self.assertNotIn(text, answer.text)
        return answer.status_code

    def _rows_but_time(self):
        """Return all that was written; a time that is kept may be kept a little longer or shorter, but no other one."""
        rows = self._rows(WRITTEN)
        moment = re.compile(r'"(expires_at|write_date|stop|start)": "[^"]*"(, )?')
        rows["clinic_online_hold"] = [moment.sub("", row) for [row] in rows["clinic_online_hold"]]
        rows["clinic_reservation"] = [moment.sub("", row) for [row] in rows["clinic_reservation"]]
        return rows

    def test_forged_calls(self):
        before, answers = self._rows_but_time(), Counter()
        sends = (
            self._send_page,
            self._send_hold,
            self._send_confirm,
            self._send_wait,
            self._send_bytes,
            self._send_face,
        )
        with self._listening() as lines:
            for number in range(CALLS):
                send = self.dice.choice(sends)
                with self.subTest(number=number):
                    answers[send.__name__, self._check(send())] += 1
                if not number % 25:
                    # Who guesses too much would be refused before anything is looked at.
                    self.env["clinic.link.guess"].sudo().search([]).unlink()
        _logger.info("%s forged calls: %s; %s lines in the log", CALLS, dict(answers), len(lines))
        self.assertEqual(self._rows_but_time(), before)
        for record, line in lines:
            self.assertFalse(record.exc_info, line)
            for secret in ("Sara New", "7654321", "s@example.com", "Ayesha"):
                self.assertNotIn(secret, line)

    def test_what_is_not_forged_books(self):
        """The calls from which the forged ones are made are good ones."""
        page = self._confirm(self.page)
        self.assertEqual(self._at_path(page), "/book/done")
