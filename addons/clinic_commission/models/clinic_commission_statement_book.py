from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class ClinicCommissionStatement(models.Model):
    """A statement in the books: a journal entry, or a bill of the practitioner."""

    _inherit = "clinic.commission.statement"

    move_id = fields.Many2one(
        "account.move",
        string="Booked By",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        groups="clinic.group_accountant",
    )
    is_booked = fields.Boolean(compute="_compute_is_booked", compute_sudo=True, groups="clinic.group_accountant")

    @api.depends("move_id.state", "move_id.amount_total", "move_id.reversal_move_ids.state")
    def _compute_is_booked(self):
        for statement in self:
            move = statement.move_id
            # In a locked period a document is not reset: an entry or a refund takes it back.
            reversals = move.reversal_move_ids.filtered(lambda reversal: reversal.state == "posted")
            left = move.amount_total - sum(reversals.mapped("amount_total"))
            reversed_whole = reversals and move.currency_id.compare_amounts(left, 0) <= 0
            statement.is_booked = move.state in ("draft", "posted") and not reversed_whole

    def action_book(self):
        """Book these statements: one entry or draft bill each, by the branch's setting; open what was made."""
        self.check_access("write")
        if not self:
            raise UserError(self.env._("Select the statements that are to be booked."))
        self._check_not_own()
        self._check_may_book()
        for statement in self:
            if not statement.currency_id.is_zero(statement.amount):
                # The right to the statement was checked, and nobody enters this.
                statement._clinic_writing().move_id = statement._book()
        action = {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "name": self.env._("Commissions"),
            "domain": [("id", "in", self.move_id.ids)],
            "views": [[False, "list"], [False, "form"]],
        }
        if len(self.move_id) == 1:
            action.update(res_id=self.move_id.id, views=[[False, "form"]])
        return action

    def _check_may_book(self):
        """Raise ``UserError`` when one of these is not approved, is booked already, or nothing says where to."""
        for statement in self:
            name = f"{statement.practitioner_id.name}, {statement.month_name}"
            if statement.state == "draft":
                raise UserError(self.env._("%s is a draft: approve it first.", name))
            if statement.is_booked:
                raise UserError(self.env._("%s is booked already.", name))
            branch = statement.company_id
            entry = branch.clinic_commission_booking == "entry"
            if not branch.clinic_commission_expense_id or (entry and not branch.clinic_commission_payable_id):
                raise UserError(
                    self.env._("%s has no accounts for commissions. Choose them in the clinic's settings.", branch.name)
                )

    def _check_not_booked(self):
        """Raise ``UserError`` when one of these is in the books."""
        for statement in self.filtered("is_booked"):
            raise UserError(
                self.env._(
                    "%(name)s, %(month)s is booked by %(document)s. Cancel that first.",
                    name=statement.practitioner_id.name,
                    month=statement.month_name,
                    document=statement.move_id.name or self.env._("a draft"),
                )
            )

    def _book(self):
        """Return the document that books this statement: an entry is posted, a bill waits for its number."""
        self.ensure_one()
        branch = self.company_id
        moves = self.env["account.move"].with_company(branch)
        if branch.clinic_commission_booking == "bill":
            return moves.create(self._prepare_bill())
        move = moves.create(self._prepare_entry())
        move.action_post()
        return move

    def _prepare_booking(self):
        """Return what entry and bill have in common."""
        today = self.company_id._clinic_today()
        return {
            "company_id": self.company_id.id,
            "ref": self.env._("Commission %(name)s, %(month)s", name=self.practitioner_id.name, month=self.month_name),
            "date": min(self.date_to, today),
        }

    def _prepare_journal(self, kind):
        """Return {"journal_id"} where the branch has chosen one of this ``kind``."""
        journal = self.company_id.clinic_commission_journal_id
        return {"journal_id": journal.id} if journal.type == kind else {}

    def _prepare_entry(self):
        """Return the values of the journal entry: the expense, and what is owed to the practitioner."""
        branch, values = self.company_id, self._prepare_booking()
        lines = (
            (branch.clinic_commission_expense_id, self.amount),
            (branch.clinic_commission_payable_id, -self.amount),
        )
        return {
            **values,
            **self._prepare_journal("general"),
            "move_type": "entry",
            "line_ids": [
                Command.create(
                    {
                        "name": values["ref"],
                        "account_id": account.id,
                        "balance": balance,
                        "partner_id": self._payee().id,
                    }
                )
                for account, balance in lines
            ],
        }

    def _prepare_bill(self):
        """Return the values of the practitioner's bill; of a refund where more was taken back than earned."""
        branch, values = self.company_id, self._prepare_booking()
        line = {
            "name": values["ref"],
            "account_id": branch.clinic_commission_expense_id.id,
            "quantity": 1,
            "price_unit": abs(self.amount),
            "tax_ids": [Command.clear()],
        }
        return {
            **values,
            **self._prepare_journal("purchase"),
            "move_type": "in_invoice" if self.amount > 0 else "in_refund",
            "partner_id": self._payee().id,
            "currency_id": self.currency_id.id,
            "invoice_date": values["date"],
            "invoice_line_ids": [Command.create(line)],
        }

    def _payee(self):
        """Return the practitioner as a partner. Raise ``UserError`` where there is none."""
        # Anyone who books may know whom the clinic pays; nothing else of the employee.
        payee = self.practitioner_id.sudo().employee_id.work_contact_id
        if not payee:
            raise UserError(
                self.env._("%s has no work contact. Set one on the employee first.", self.practitioner_id.name)
            )
        return payee.with_env(self.env)
