from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..closed import POSTED

# So many drafts are named in a message.
MOST_NAMES = 5


class ClinicTillClosing(models.Model):
    """Closing the till: all in one transaction, or nothing."""

    _inherit = "clinic.till.closing"

    move_ids = fields.One2many(
        "account.move", "clinic_till_id", string="Entries", readonly=True, groups="clinic.group_accountant"
    )

    def action_close(self):
        """Close the till on what was counted: what should be there, the difference and the deposit are settled.

        :raises UserError: when it cannot be closed as it stands, with the way out
        """
        self.ensure_one()
        self.check_access("write")
        self._wait_for_others()
        self._check_can_close()
        # The right to close was checked; what follows is written by nobody else.
        till = self.sudo()._clinic_writing()
        expected, takings = till._expected(), till._takings()
        difference = till.currency_id.round(till.counted - expected)
        if not till.currency_id.is_zero(difference) and not till.note and not self._hides():
            raise UserError(
                self.env._(
                    "The till differs by %s from what should be there. Count again, or write an explanation.",
                    till.currency_id.format(difference),
                )
            )
        previous, payments = till._previous(), till._payments()
        moves = till._moves(payments)
        above = not self.env.user.has_group("clinic.group_manager") and till._is_above_limit(difference)
        till.write(
            {
                "expected_closed": expected,
                "difference_closed": difference,
                "takings_closed": takings,
                "date": till.company_id._clinic_today(),
                "opened_at": previous.closed_at,
                "closed_at": fields.Datetime.now(),
                "user_id": self.env.uid,
                "deposit": till.deposit if till.kind == "closing" else 0.0,
            }
        )
        payments.write({"clinic_till_id": till.id})
        own = payments.filtered(lambda payment: payment.journal_id == till.journal_id)
        (own.move_id | moves).write({"clinic_till_id": till.id})
        till._post_deposit()
        if not above:
            till._post_difference()
        till.write({"state": "review" if above else "closed"})
        # The next count may begin in the same transaction.
        till.flush_recordset()
        return True

    def _check_can_close(self):
        """Raise ``UserError`` with the way out when the till cannot be closed as it stands."""
        if self.state != "counting":
            raise UserError(
                self.env._("“%s” was closed already. Open the till again for the next count.", self.display_name)
            )
        if not self.counted and not self.is_empty:
            raise UserError(self.env._("Nothing was counted. Count the cash, or tick that the till is empty."))
        if self.kind == "handover" and (not self.handed_to_id or self.handed_to_id == self.env.user):
            raise UserError(self.env._("Say to whom the till is handed over: somebody else than who counts."))
        if self.currency_id.compare_amounts(self.deposit, self.counted) > 0:
            raise UserError(self.env._("More goes to the bank than was counted. Correct the count or the deposit."))
        today = self.company_id._clinic_today()
        previous = self._previous()
        if previous and previous.date > today:
            raise UserError(self.env._("The till was closed on a later day. Check the date of the server."))
        locks = self.company_id.sudo()._get_violated_lock_dates(today, False, self.journal_id.sudo())
        if locks:
            raise UserError(
                self.env._(
                    "%s is locked by the accountant. Ask the accountant to open the day, then close the till.",
                    format_date(self.env, today),
                )
            )
        self.journal_id.sudo()._clinic_check_countable()
        self._check_no_drafts(today)
        self._check_in_the_books()
        self._check_nothing_later(today)

    def _is_above_limit(self, difference):
        """Return whether a manager decides on ``difference``: the limit is in the branch's currency."""
        branch = self.company_id
        value = self.currency_id._convert(abs(difference), branch.currency_id, branch, branch._clinic_today())
        return branch.currency_id.compare_amounts(value, branch.clinic_till_limit) > 0

    def _own_domain(self):
        return Domain("journal_id", "=", self.journal_id.id) & Domain("company_id", "=", self.company_id.id)

    def _check_no_drafts(self, today):
        """Raise ``UserError`` when a payment or entry of this cash is neither confirmed nor deleted."""
        draft = self._own_domain() & Domain("state", "=", "draft") & Domain("date", "<=", today)
        payments = self.env["account.payment"].sudo().search(draft)
        # The accountant may take back the entry alone: its payment looks as before, and is not in the books.
        entries = self.env["account.move"].sudo().search(draft) - payments.move_id
        names = [self._payment_text(payment) for payment in payments]
        names += [self._entry_text(entry) for entry in entries]
        if names:
            raise UserError(
                self.env._(
                    "%(count)s cash payments or entries are drafts: %(names)s. Confirm or delete them, then close the "
                    "till.",
                    count=len(names),
                    names=", ".join(names[:MOST_NAMES]),
                )
            )

    def _check_in_the_books(self):
        """Raise ``UserError`` when a cash payment's entry was moved away: it would be settled unbooked."""
        own = self._payments().filtered(lambda payment: payment.journal_id == self.journal_id)
        lost = own.filtered(
            lambda payment: payment.move_id.state != "posted" or payment.move_id.journal_id != self.journal_id
        )
        if lost:
            raise UserError(
                self.env._(
                    "Cash payments have no entry in “%(journal)s”: %(names)s. Ask the accountant to cancel them and "
                    "enter them again, then close the till.",
                    journal=self.journal_id.name,
                    names=", ".join(self._payment_text(payment) for payment in lost[:MOST_NAMES]),
                )
            )

    def _check_nothing_later(self, today):
        """Raise ``UserError`` when cash of a day that is still to come lies in this till already."""
        later = self._own_domain() & Domain("date", ">", today)
        payments = self.env["account.payment"].sudo().search(later & Domain("state", "in", POSTED))
        if payments:
            raise UserError(
                self.env._(
                    "Cash payments have a later date than today: %s. Ask the accountant to correct the date, then "
                    "close the till.",
                    ", ".join(self._payment_text(payment) for payment in payments[:MOST_NAMES]),
                )
            )

    @api.model
    def _payment_text(self, payment):
        return f"{payment.partner_id.name or payment.display_name} {payment.currency_id.format(payment.amount)}"

    @api.model
    def _entry_text(self, entry):
        if entry.origin_payment_id:
            return self._payment_text(entry.origin_payment_id)
        return " ".join(filter(None, [entry.ref, format_date(self.env, entry.date)]))

    def _wait_for_others(self):
        """Let others who change or close these tills finish first: their transaction makes this one run again."""
        if self.ids:
            self.env.execute_query(
                SQL("UPDATE clinic_till_closing SET write_date = write_date WHERE id IN %s RETURNING id", (*self.ids,))
            )

    # -- entries ------------------------------------------------------------------------------------------------------

    def _post_difference(self):
        """Post what is missing as a loss, what is too much as a profit, on the accounts of the cash journal."""
        amount = self.difference_closed
        if self.currency_id.is_zero(amount):
            return
        account = self.journal_id.profit_account_id if amount > 0 else self.journal_id.loss_account_id
        if not account:
            labels = {True: self.env._("Profit Account"), False: self.env._("Loss Account")}
            raise UserError(
                self.env._(
                    "“%(journal)s” has no %(account)s for the difference. Ask the accountant to set it on the journal.",
                    journal=self.journal_id.name,
                    account=labels[amount > 0],
                )
            )
        self._post_entry(account, amount, self.env._("Difference in the till: %s", self.note or self.display_name))

    def _post_deposit(self):
        """Post what goes to the bank: it is on the account of transfers until the bank's statement shows it."""
        if self.currency_id.is_zero(self.deposit):
            return
        account = self.company_id.transfer_account_id or self.company_id.root_id.transfer_account_id
        if not account:
            raise UserError(
                self.env._(
                    "%s has no account for transfers between cash and bank. Ask the accountant to set the Internal "
                    "Transfer account in the settings, or leave the cash in the till.",
                    self.company_id.name,
                )
            )
        self._post_entry(account, -self.deposit, self.env._("Cash to the bank: %s", self.display_name))

    def _post_entry(self, account, amount, label):
        """Post an entry by which the till's cash changes by ``amount``, against ``account``."""
        moves = self.env["account.move"].with_company(self.company_id)
        move = moves.create(
            {
                "move_type": "entry",
                "company_id": self.company_id.id,
                "journal_id": self.journal_id.id,
                "date": self.company_id._clinic_today(),
                "ref": label,
                "line_ids": [
                    fields.Command.create(
                        {
                            "account_id": one.id,
                            "name": label,
                            "currency_id": self.currency_id.id,
                            "amount_currency": value,
                        }
                    )
                    for one, value in ((self.journal_id.default_account_id, amount), (account, -amount))
                ],
            }
        )
        move.action_post()
        move.write({"clinic_till_id": self.id})
