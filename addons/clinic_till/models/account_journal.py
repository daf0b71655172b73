from odoo import fields, models
from odoo.exceptions import UserError


class AccountJournal(models.Model):
    _inherit = "account.journal"

    clinic_till_closing_ids = fields.One2many("clinic.till.closing", "journal_id", readonly=True)

    def _clinic_last_closing(self, branch):
        """Return the last closing or hand-over of this cash in ``branch``; nothing before the first."""
        self.ensure_one()
        # That a till was closed is no secret of those who work with it.
        closings = self.env["clinic.till.closing"].sudo()
        own = [("journal_id", "=", self.id), ("company_id", "=", branch.id), ("state", "!=", "counting")]
        return closings.search(own, order="closed_at desc, id desc", limit=1)

    def _clinic_methods(self):
        """Return the ways in which this journal is paid into and out of."""
        return self.inbound_payment_method_line_ids | self.outbound_payment_method_line_ids

    def _clinic_cash_accounts(self):
        """Return the accounts on which the cash of this journal stands."""
        return self.default_account_id | self._clinic_methods().payment_account_id

    def _clinic_check_countable(self):
        """Raise ``UserError`` unless what is paid in this cash is on its cash account at once.

        As Odoo sets a journal up, it waits on an account of outstanding payments, which no count of notes and coins
        settles.
        """
        self.ensure_one()
        cash = self.default_account_id
        if not cash:
            raise UserError(
                self.env._("“%s” has no cash account. Ask the accountant to set it on the journal.", self.name)
            )
        if other := self._clinic_methods().filtered(lambda method: method.payment_account_id != cash):
            raise UserError(
                self.env._(
                    "The till “%(journal)s” cannot be counted: what is paid by %(methods)s does not arrive on its cash "
                    "account. Ask the accountant to choose “%(account)s” as the outstanding account of every incoming "
                    "and outgoing payment method of this journal.",
                    journal=self.name,
                    methods=", ".join(
                        f"{method.name} ({self._clinic_direction(method)})" for method in other.sorted("id")
                    ),
                    account=cash.display_name,
                )
            )

    def _clinic_direction(self, method):
        return self.env._("incoming") if method.payment_type == "inbound" else self.env._("outgoing")
