from odoo import api, fields, models

from odoo.addons.clinic.locked import KEY

from ..closed import check_not_before, check_not_later, own_step, refuse_closed

FIXED = {"date", "journal_id", "company_id", "currency_id", "line_ids"}


class AccountMove(models.Model):
    """Entries of cash that were counted by a closing are not changed.

    A line of a cash statement is still matched with what it pays: its cash stays as it is.
    """

    _inherit = "account.move"

    clinic_till_id = fields.Many2one(
        "clinic.till.closing",
        string="Till Closing",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )

    def write(self, vals):
        undone = vals.get("state") in ("draft", "cancel")
        changed = vals.keys() & FIXED
        counted = self.browse() if own_step(self.env) else self.filtered("clinic_till_id")
        matched = counted.filtered("statement_line_id") if "line_ids" in changed else self.browse()
        for move in counted:
            names = changed - {"line_ids"} if move in matched else changed
            if undone or any(name == "line_ids" or move._clinic_differs(name, vals[name]) for name in names):
                refuse_closed(self.env, move.clinic_till_id)
        if undone and not own_step(self.env):
            # What was before the first count could never be confirmed again.
            check_not_before(self.filtered(lambda move: move.state == "posted"))
        cash = {move: move._clinic_cash() for move in matched}
        writer = self.with_context(clinic_till_matched=(KEY, *matched.ids)) if matched else self
        result = super(AccountMove, writer).write(vals)
        for move, before in cash.items():
            if move._clinic_cash() != before:
                refuse_closed(self.env, move.clinic_till_id)
        if vals.keys() & {"date", "journal_id", "state"} and not own_step(self.env):
            posted = self.filtered(lambda move: move.state == "posted")
            check_not_before(posted)
            check_not_later(posted)
        return result

    def _clinic_cash(self):
        """Return what this entry says about the cash of its journal, to be compared."""
        accounts = self.journal_id.sudo()._clinic_cash_accounts()
        lines = self.line_ids.filtered(lambda line: line.account_id in accounts)
        return sorted((line.account_id.id, line.currency_id.id, line.amount_currency, line.balance) for line in lines)

    def _clinic_is_matched(self):
        """Return whether this entry is being matched by ``write``, which looks after its cash."""
        key, *ids = self.env.context.get("clinic_till_matched") or (None,)
        return key is KEY and self.id in ids

    def _clinic_differs(self, name, value):
        """Return whether ``value`` is another one than this entry's in the field ``name``."""
        field = self._fields[name]
        return field.convert_to_cache(value, self) != field.convert_to_cache(self[name], self)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        """What a closing has counted is not deleted."""
        for move in self.filtered("clinic_till_id"):
            refuse_closed(self.env, move.clinic_till_id)
