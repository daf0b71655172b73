from collections import defaultdict
from datetime import timedelta

from .clock import to_local, to_utc

CLOSING = (20, 30)
# The tills of so many last days were counted; once, a note was missing in the branch that came first.
COUNTED_DAYS = 14
SHORT_DAYS_AGO = 3
SHORT = 500
FLOAT = 20_000


class Till:
    """What patients pay. Payments of a past day are registered in one go after closing, those of today at once."""

    def __init__(self, env, today):
        self._env = env
        self._today = today
        # (branch, journal): invoices paid since the last closing
        self._taken = defaultdict(env["account.move"].browse)

    def take(self, invoice, journal):
        """Take the payment of the whole ``invoice`` into ``journal``."""
        if to_local(self._env.cr.now()).date() == self._today:
            _pay(invoice, journal)
        else:
            # One dialog for many invoices takes a fraction of the time.
            self._taken[invoice.company_id, journal] |= invoice

    def closings(self, day):
        """Live the closings of all days from ``day`` on."""
        while True:
            yield to_utc(day, *CLOSING)
            self.close()
            self._count(day)
            day += timedelta(days=1)

    def close(self):
        """Register what was taken since the last closing."""
        for (_branch, journal), invoices in self._taken.items():
            _pay(invoices, journal)
        self._taken.clear()

    def _count(self, day):
        """Let each branch with a cash desk of its own count and close its till on the evening of ``day``."""
        ago = (self._today - day).days if self._today else 0
        if ago >= COUNTED_DAYS:
            return
        desks = self._env["account.journal"].search([("type", "=", "cash"), ("company_id.parent_id", "!=", False)])
        for number, journal in enumerate(desks.sorted("id")):
            short = SHORT if self._today and ago == SHORT_DAYS_AGO and not number else 0
            _close_till(journal, short)


def _close_till(journal, short):
    """Count what should be in the cash of ``journal``, less ``short``, take the rest to the bank and close."""
    branch = journal.company_id
    tills = journal.env["clinic.till.closing"].with_company(branch)
    here = [("journal_id", "=", journal.id), ("company_id", "=", branch.id)]
    if tills.search_count([*here, ("state", "=", "counting")]):
        # Somebody counts it by hand, and closes it or has left it so.
        return
    till = tills.create({"journal_id": journal.id, "company_id": branch.id})
    left = till.currency_id.round(till.expected - short)
    if left < 0:
        till.unlink()
        return
    till.deposit = max(left - FLOAT, 0) // 1000 * 1000
    till.is_empty = not left
    if short:
        till.note = "A note of 500 was given out as change twice"
    for line in till.line_ids.sorted("value", reverse=True):
        line.quantity, left = left // line.value, till.currency_id.round(left % line.value)
    till.other = left
    till.action_close()


def _pay(invoices, journal):
    """Pay the whole of ``invoices`` into ``journal`` by the dialog that the desk uses."""
    # The lines, not "active_ids": each context of its own would slow down all that follows in the transaction.
    due = invoices.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
    dialog = invoices.env["account.payment.register"].create({"journal_id": journal.id, "line_ids": due.ids})
    dialog.action_create_payments()
