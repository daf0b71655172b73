from urllib.parse import urljoin

from odoo import Command
from odoo.tools import mute_logger

from odoo.addons.clinic_account.tests.common import AccountCommon, DeskMixin

CLOSED = "belongs to the closed till"


class WordsMixin(DeskMixin):
    """Asks the server as a browser does, and reads the words in which it refuses."""

    def assert_words(self, words, login, model, method, *args, **kwargs):
        """Asked by ``login``, the server refuses by a message with ``words``, and not for any other reason."""
        self.authenticate(f"test_{login}", f"test_{login}")
        params = {"model": model, "method": method, "args": list(args), "kwargs": kwargs}
        url = urljoin(self.base_url(), f"/web/dataset/call_kw/{model}/{method}")
        with mute_logger("odoo.http", "odoo.sql_db"):
            answer = self.opener.post(url, json={"id": 0, "jsonrpc": "2.0", "method": "call", "params": params})
        message = answer.json().get("error", {}).get("data", {}).get("message", "nothing was refused")
        self.assertIn(words, message, f"{login}: {model}.{method}{args}")

    def assert_done(self, login, model, method, *args, **kwargs):
        """Asked by ``login``, the server does it; return its answer."""
        answer, error = self._ask(login, model, method, *args, **kwargs)
        self.assertFalse(error, f"{login}: {model}.{method}{args}")
        return answer


class TillCommon(AccountCommon):
    """A branch with a till, and payments of today."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cash = cls.company_data["default_journal_cash"]
        cls._pay_into(cls.cash, cls.cash.default_account_id)
        cls.bank = cls.company_data["default_journal_bank"]
        cls.notes = cls.env["clinic.till.denomination"].create(
            [{"currency_id": cls.branch.currency_id.id, "value": value} for value in (1000, 100, 1)]
        )
        cls.tills = cls.env["clinic.till.closing"].with_user(cls.users["reception"])

    @classmethod
    def _pay_into(cls, journal, account):
        """Let all methods of ``journal`` pay into ``account``."""
        methods = journal.inbound_payment_method_line_ids | journal.outbound_payment_method_line_ids
        methods.payment_account_id = account

    @classmethod
    def _enter(cls, other, amount, journal=None, post=True, **vals):
        """Return an entry by which the cash of ``journal`` changes by ``amount``, against the account ``other``."""
        journal = journal or cls.cash
        lines = [(journal.default_account_id, amount), (other, -amount)]
        move = cls.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": journal.id,
                "date": cls.branch._clinic_today(),
                "line_ids": [Command.create({"account_id": one.id, "balance": value}) for one, value in lines],
                **vals,
            }
        )
        if post:
            move.action_post()
        return move

    @classmethod
    def _take(cls, amount, journal=None, post=True, **vals):
        payment = cls.env["account.payment"].create(
            {
                "amount": amount,
                "journal_id": (journal or cls.cash).id,
                "partner_id": cls.patient.partner_id.id,
                "payment_type": "inbound",
                "partner_type": "customer",
                "date": cls.branch._clinic_today(),
                **vals,
            }
        )
        if post:
            payment.action_post()
        return payment

    @classmethod
    def _till(cls, counted=None, **vals):
        """Return a count by reception in which ``counted`` was found."""
        till = cls.tills.create({"journal_id": cls.cash.id, "company_id": cls.branch.id, **vals})
        if counted is not None:
            line = till.line_ids.filtered(lambda one: one.value == 1)
            till.line_ids = [Command.update(line.id, {"quantity": counted})]
        return till

    @classmethod
    def _close(cls, counted, **vals):
        """Return the closing of a till in which ``counted`` was found."""
        till = cls._till(counted, is_empty=not counted, **vals)
        till.action_close()
        return till
