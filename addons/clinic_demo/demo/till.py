from collections import defaultdict
from datetime import timedelta

from .clock import to_local, to_utc

CLOSING = (20, 30)


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
            day += timedelta(days=1)

    def close(self):
        """Register what was taken since the last closing."""
        for (_branch, journal), invoices in self._taken.items():
            _pay(invoices, journal)
        self._taken.clear()


def _pay(invoices, journal):
    """Pay the whole of ``invoices`` into ``journal`` by the dialog that the desk uses."""
    # The lines, not "active_ids": each context of its own would slow down all that follows in the transaction.
    due = invoices.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
    dialog = invoices.env["account.payment.register"].create({"journal_id": journal.id, "line_ids": due.ids})
    dialog.action_create_payments()
