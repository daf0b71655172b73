from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.clinic.money import next_part


class ResCompany(models.Model):
    """How a branch keeps the books of its packages."""

    _inherit = "res.company"

    clinic_deferred_account_id = fields.Many2one(
        "account.account",
        string="Deferred Revenue",
        domain="[('account_type', '=', 'liability_current')]",
        help="Where the value of sessions that were sold and not yet performed waits. Empty: one is made with the "
        "first sale.",
    )
    clinic_breakage_account_id = fields.Many2one(
        "account.account",
        string="Income from Expired Sessions",
        domain="[('internal_group', '=', 'income')]",
        help="Empty: the income account of the treatment.",
    )
    clinic_retained_account_id = fields.Many2one(
        "account.account",
        string="Income Kept at Refunds",
        domain="[('internal_group', '=', 'income')]",
        help="Fees, charges and the difference between the value of a session and what is refunded. Empty: the "
        "branch's income account.",
    )
    clinic_package_entries = fields.Selection(
        [("session", "One entry a session"), ("day", "One entry a day")], required=True, default="session"
    )
    clinic_package_tax = fields.Selection(
        [("sale", "When it is sold"), ("session", "When a session is performed")],
        string="Tax on Packages",
        required=True,
        default="sale",
    )
    clinic_course_tolerance = fields.Integer(
        string="Late After", default=7, help="Days after the recommended date from which a session counts as late."
    )
    clinic_course_stalled = fields.Integer(
        string="Stalled After", default=21, help="Days after the recommended date from which a course has stalled."
    )

    _clinic_course_days = models.Constraint(
        "CHECK (COALESCE(clinic_course_tolerance, 0) >= 0"
        " AND COALESCE(clinic_course_stalled, 0) >= COALESCE(clinic_course_tolerance, 0))",
        "A course is late before it has stalled, and not before its recommended date.",
    )

    def write(self, vals):
        if "clinic_deferred_account_id" in vals:
            self._check_deferred_account_stays(vals["clinic_deferred_account_id"])
        return super().write(vals)

    def _check_deferred_account_stays(self, account_id):
        """Raise ``UserError`` when sessions wait in another account: what they are worth would stay there."""
        for company in self:
            current = company.clinic_deferred_account_id
            branches = company.search([("id", "child_of", company.ids)])
            # That sessions wait is no secret of who keeps the books.
            waiting = (
                self.env["clinic.session"]
                .sudo()
                .search_count([("state", "=", "open"), ("company_id", "in", branches.ids)], limit=1)
            )
            if current and current.id != account_id and waiting:
                raise UserError(
                    self.env._(
                        "Sessions wait as deferred revenue in %s, so the account stays until they are performed.",
                        current.display_name,
                    )
                )

    def _clinic_deferred_account(self):
        """Return the account in which this branch's unperformed sessions wait; make it where there is none.

        A branch has the account of its root company, whose chart it shares.
        """
        self.ensure_one()
        # The chart is the root company's, and where a sale is booked does not depend on who sells.
        branch = self.sudo()
        found = branch.clinic_deferred_account_id or branch.root_id.clinic_deferred_account_id
        return (found or branch.root_id._create_clinic_deferred_account()).with_env(self.env)

    def _create_clinic_deferred_account(self):
        """Create the account of deferred revenue of this root company and return it."""
        # Two first sales at the same moment: the second fails to serialize, is run again, and finds it.
        self.env.execute_query(
            SQL("UPDATE res_company SET write_date = write_date WHERE id = %s RETURNING id", self.id)
        )
        accounts = self.env["account.account"].with_company(self)
        code = accounts._search_new_account_code(self._clinic_deferred_code())
        account = accounts.create(
            {
                "name": "Deferred Revenue of Packages",
                "code": code,
                "account_type": "liability_current",
                "reconcile": False,
                "company_ids": [fields.Command.set(self.ids)],
            }
        )
        self.clinic_deferred_account_id = account
        return account

    def _clinic_deferred_code(self):
        """Return the code from which on a free one is looked for: that of the chart's current liabilities."""
        accounts = self.env["account.account"].with_company(self)
        known = accounts.search(
            [*accounts._check_company_domain(self), ("account_type", "=", "liability_current"), ("code", "!=", False)],
            order="code",
            limit=1,
        )
        return known.code or "201000"

    def _clinic_package_journal(self):
        """Return the journal of the entries of this branch's sessions. Raise ``UserError`` without one."""
        self.ensure_one()
        # As for the account.
        journals = self.env["account.journal"].sudo()
        found = journals.search([*journals._check_company_domain(self), ("type", "=", "general")])
        journal = found.sorted(lambda journal: (journal.company_id != self, journal.sequence, journal.id))[:1]
        if not journal:
            raise UserError(
                self.env._(
                    "%s has no journal for miscellaneous entries. Ask the accountant to set up the chart of accounts.",
                    self.name,
                )
            )
        return journal.with_env(self.env)

    def _clinic_income_account(self, product=None):
        """Return where income of ``product`` goes in this branch. Raise ``UserError`` where nothing says so."""
        self.ensure_one()
        # As for the account.
        branch = self.sudo()
        account = branch.income_account_id or branch.root_id.income_account_id
        if product:
            account = product.sudo().with_company(branch)._get_product_accounts()["income"] or account
        if not account:
            raise UserError(
                self.env._("%s has no income account. Ask the accountant to set up the chart of accounts.", self.name)
            )
        return account.with_env(self.env)

    def _clinic_retained_account(self):
        """Return where what is kept at a refund goes in this branch."""
        self.ensure_one()
        # As for the account.
        branch = self.sudo()
        found = branch.clinic_retained_account_id or branch.root_id.clinic_retained_account_id
        return found.with_env(self.env) or self._clinic_income_account()

    @api.model
    def _clinic_spread(self, total, weights, rounding):
        """Return ``total`` shared out in proportion to ``weights``, rounded; the last one takes the rounding.

        Where nothing has a weight all get the same.
        """
        weights = weights if sum(weights) else [1.0] * len(weights)
        whole, reached, parts = sum(weights), 0.0, []
        for weight in weights:
            reached += weight
            parts.append(next_part(total, reached, whole, sum(parts), rounding))
        return parts
