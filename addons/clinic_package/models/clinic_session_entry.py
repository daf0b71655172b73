import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

# These move value between the liability and income; all others have a document of their own, or none.
EARNING = ("redeemed", "missed", "expired", "returned")


class ClinicSessionEvent(models.Model):
    """What the books say of the ledger: the value of a session becomes income on the day it is performed or expires."""

    _inherit = "clinic.session.event"

    def _post_entries(self):
        """Post the entries of these rows, unless the branch has one a day: then a scheduled action posts them."""
        earning = self.filtered(lambda event: event.kind in EARNING and not event.move_id)
        at_once = earning.filtered(lambda event: event.company_id.clinic_package_entries == "session")
        at_once._post_entry_for(list(at_once))

    @api.model
    def _cron_post_days(self):
        """Post one entry for each branch and day that is over, of the rows that have none yet."""
        branches = self.env["res.company"].search([])
        waiting = self._read_group(
            [("move_id", "=", False), ("kind", "in", EARNING), ("amount", "!=", 0)],
            ["company_id", "date:day"],
            ["id:recordset"],
        )
        today = {branch: branch._clinic_today() for branch in branches}
        due = [events for branch, day, events in waiting if fields.Date.to_date(day) < today[branch]]
        for number, events in enumerate(due, 1):
            try:
                with self.env.cr.savepoint():
                    events._post_entry_for([events])
            except UserError as error:
                # Another branch's days are posted all the same.
                _logger.warning("The sessions of a day of branch %s have no entry: %s", events.company_id.id, error)
            if not self.env["ir.cron"]._commit_progress(1, remaining=len(due) - number):
                break

    @api.model
    def _post_entry_for(self, groups):
        """Post an entry for each of ``groups`` of rows, which are of one branch and day."""
        for branch, events in self.browse().union(*groups).grouped("company_id").items():
            own = [(group, group._prepare_entry()) for group in groups if group.company_id == branch]
            own = [(group, vals) for group, vals in own if vals["line_ids"]]
            # Nobody writes these entries but the ledger.
            moves = events.env["account.move"].sudo()._clinic_writing().with_company(branch)
            moves = moves.create([vals for _group, vals in own])
            moves.action_post()
            for (group, _vals), move in zip(own, moves, strict=True):
                group.sudo()._clinic_writing().move_id = move

    def _prepare_entry(self):
        """Return the values of the entry of these rows."""
        branch = self.company_id
        lines = [vals for event in self for vals in event._prepare_entry_lines()]
        return {
            "move_type": "entry",
            "company_id": branch.id,
            "journal_id": branch._clinic_package_journal().id,
            "date": self[0].date,
            "ref": self.session_id._neutral_name() if len(self) == 1 else self.env._("Sessions of packages"),
            "line_ids": [fields.Command.create(vals) for vals in lines],
        }

    def _prepare_entry_lines(self):
        """Return the values of the journal items of this row: the liability falls, income rises, or back."""
        self.ensure_one()
        if self.reverses_id.move_id and len(self.reverses_id.move_id.clinic_event_ids) == 1:
            return self._prepare_mirrored_lines(self.reverses_id.move_id)
        # Below zero: the session's value has left the liability.
        value = -self.amount
        if self.currency_id.is_zero(value):
            return []
        label, branch = self.session_id._neutral_name(), self.company_id
        deferred = {"name": label, "account_id": branch._clinic_deferred_account().id, "balance": value}
        product = self._earned_product()
        account = self._income_account(product)
        if not self.session_id.is_untaxed:
            return [deferred, {"name": label, "account_id": account.id, "balance": -value, "tax_ids": []}]
        return [deferred, *self._prepare_taxed_lines(label, account, product, value)]

    def _prepare_mirrored_lines(self, move):
        """Return the items of the entry of the use that is given back, with opposite signs: whatever has changed since,
        accounts and taxes are those of that time."""
        names = ("account_id", "tax_repartition_line_id", "partner_id")
        return [
            {
                "name": line.name,
                "balance": -line.balance,
                "tax_base_amount": -line.tax_base_amount,
                "tax_ids": [fields.Command.set(line.tax_ids.ids)],
                "tax_tag_ids": [fields.Command.set(line.tax_tag_ids.ids)],
                **{name: line[name].id for name in names},
            }
            for line in move.line_ids
        ]

    def _prepare_taxed_lines(self, label, account, product, value):
        """Return the values of income and taxes where tax is due with the session: ``value`` includes them."""
        branch = self.company_id
        partner = self.session_id.course_id.sudo().buyer_id
        taxes = self.env["account.tax"].sudo()
        base = taxes._prepare_base_line_for_taxes_computation(
            {
                "product_id": product.product_variant_id,
                "tax_ids": branch._clinic_taxes(product.product_variant_id, partner),
                "price_unit": value,
                "quantity": 1.0,
            },
            partner_id=partner,
            currency_id=self.currency_id,
            special_mode="total_included",
            sign=-1,
            account_id=account,
        )
        taxes._add_tax_details_in_base_lines([base], branch)
        taxes._round_base_lines_tax_details([base], branch)
        taxes._add_accounting_data_in_base_lines_tax_details([base], branch, include_caba_tags=False)
        result = taxes._prepare_tax_lines([base], branch)
        [(_line, update)] = result["base_lines_to_update"]
        tags = update["tax_tag_ids"]
        lines = [
            {
                "name": label,
                "account_id": account.id,
                "balance": update["balance"],
                "tax_ids": [fields.Command.set(base["tax_ids"].ids)],
                "tax_tag_ids": tags,
            }
        ]
        for vals in result["tax_lines_to_add"]:
            lines.append({**vals, "name": label})
        rest = -value - sum(line["balance"] for line in lines)
        lines[0]["balance"] = self.currency_id.round(lines[0]["balance"] + rest)
        return lines

    def _earned_product(self):
        """Return the treatment that brings the income of this row."""
        session = self.session_id
        if self.procedure_id:
            return self.procedure_id.treatment_id
        return session.treatment_id or session.line_id.treatment_id

    def _income_account(self, product):
        """Return the income account of this row: of the treatment, or that of expired sessions."""
        branch = self.company_id
        if self.kind == "expired":
            # The chart does not depend on who looks.
            found = branch.sudo().clinic_breakage_account_id or branch.sudo().root_id.clinic_breakage_account_id
            if found:
                return found
        return branch._clinic_income_account(product)
