from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..const import CAUSES, CHECKS, MEND, STATES

# What is opened of a check as a whole, and of a document that who keeps the books cannot open itself.
OPENS = {
    "online": "payment.transaction",
    "under_way": "payment.transaction",
    "entries": "account.payment",
    "open": "account.payment",
    "deposits": "account.payment",
    "credits": "account.move.line",
    "refunds": "account.move",
    "deferred": "account.move.line",
}


class ClinicAgreementLine(models.Model):
    """One figure by our records and by the books, or one document in which the two differ, with the way to mend it."""

    _name = "clinic.agreement.line"
    _description = "Nightly Agreement: Figure"
    _order = "agreement_id desc, id"
    _clinic_logs_changes = False

    agreement_id = fields.Many2one("clinic.agreement", required=True, readonly=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="agreement_id.company_id", store=True, string="Branch")
    currency_id = fields.Many2one(related="company_id.currency_id")
    check = fields.Selection(CHECKS, string="What", required=True, readonly=True)
    is_total = fields.Boolean("Total", readonly=True)
    cause = fields.Selection(CAUSES, readonly=True)
    document = fields.Char(readonly=True)
    res_model = fields.Char("Kind of Record", readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", readonly=True)
    ours = fields.Monetary("By Our Records", readonly=True)
    ledger = fields.Monetary("In the Books", readonly=True, help="Of online payments: in our payments.")
    difference = fields.Monetary(readonly=True)
    count = fields.Integer("Differences", readonly=True, help="Those that nothing explains, also those not listed.")
    unlisted = fields.Integer("Not Listed", readonly=True, help="Of very many, the last ones are listed.")
    state = fields.Selection(STATES, required=True, readonly=True)
    mend = fields.Text(compute="_compute_mend", string="Why, and What to Do")
    explanation = fields.Char(readonly=True)
    explained_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    explained_at = fields.Datetime("Explained On", readonly=True)

    _one_total = models.UniqueIndex('(agreement_id, "check") WHERE is_total', "Each figure stands once.")
    _difference_has_cause = models.Constraint(
        "CHECK (is_total OR cause IS NOT NULL)", "A difference is named by its cause."
    )
    _explained_by_somebody = models.Constraint(
        "CHECK ((explanation IS NULL) = (explained_by_id IS NULL))", "An explanation names who gave it."
    )

    @api.depends("cause", "explanation")
    @api.depends_context("lang")
    def _compute_mend(self):
        texts, labels = self._mend_texts(), dict(self._fields["cause"]._description_selection(self.env))
        for line in self:
            what = line.explanation or (self.env._(texts[line.cause]) if line.cause in texts else "")
            line.mend = f"{labels[line.cause]}. {what}".strip() if line.cause else False

    @api.model
    def _mend_texts(self):
        """Return {cause: what to do about it}; other addons add theirs."""
        return MEND

    @api.depends("check", "document")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["check"]._description_selection(self.env))
        for line in self:
            line.display_name = line.document or labels.get(line.check, "")

    def _key(self):
        """Return what makes a difference the same as one of another night."""
        self.ensure_one()
        return self.agreement_id._key_of(self)

    # -- opening ------------------------------------------------------------------------------------------------------

    def action_open(self):
        """Open the records of this figure, or the document that differs."""
        self.ensure_one()
        self.check_access("read")
        model, domain = self._opened()
        records = self.env[model].search(domain, limit=2)
        action = {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": model,
            "domain": list(domain),
            "views": [[False, "list"], [False, "form"]],
            "context": {"create": False},
        }
        if len(records) == 1 and not self.is_total:
            return {**action, "views": [[False, "form"]], "res_id": records.id}
        return action

    def _opened(self):
        """Return (model, domain) of what ``action_open`` opens; those who keep the books open no visit."""
        if self.is_total or not self.res_id:
            return OPENS[self.check], self._domain_of_check() & self._domain_of_branch()
        if self.res_model == "clinic.visit":
            return "account.payment", Domain("clinic_visit_id", "=", self.res_id)
        if self.res_model == "clinic.refund":
            return "account.move", Domain("clinic_refund_id", "=", self.res_id)
        return self.res_model, Domain("id", "=", self.res_id)

    def _domain_of_branch(self):
        """Return which records are the branch's; of an online payment its payment knows it, the provider need not."""
        branch = Domain("company_id", "=", self.company_id.id)
        if OPENS[self.check] != "payment.transaction":
            return branch
        shared = Domain("company_id", "parent_of", self.company_id.id)
        return shared & (Domain("payment_id", "=", False) | Domain("payment_id.company_id", "=", self.company_id.id))

    def _domain_of_check(self):
        """Return which records of the branch a figure is made of."""
        if self.check == "deferred":
            # The chart does not depend on who looks.
            branch = self.company_id.sudo()
            account = branch.clinic_deferred_account_id or branch.root_id.clinic_deferred_account_id
            return Domain("account_id", "=", account.id) & Domain("parent_state", "=", "posted")
        credits = Domain("account_type", "=", "asset_receivable") & Domain("parent_state", "=", "posted")
        return {
            "online": Domain("state", "=", "done"),
            "under_way": Domain("state", "in", ("pending", "authorized")),
            "deposits": Domain("clinic_visit_id", "!=", False),
            "credits": credits & Domain("amount_residual", "<", 0),
            "refunds": Domain("clinic_refund_id", "!=", False),
        }.get(self.check, Domain("state", "in", ("in_process", "paid")))

    # -- explaining ---------------------------------------------------------------------------------------------------

    def action_ask_explanation(self):
        """Open the dialog that asks why this difference is right."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Explain the Difference"),
            "res_model": "clinic.agreement.explain",
            "view_mode": "form",
            "target": "new",
            "context": {"default_line_id": self.id},
        }

    def _explain(self, reason):
        """Keep why this difference is right; as long as it is the same, it is no difference in other nights."""
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group("clinic.group_accountant"):
            raise AccessError(self.env._("Differences are explained by accountants and managers."))
        if self.is_total or self.state != "differs" or not self.agreement_id.is_current:
            raise UserError(self.env._("Only a difference of the last comparison is explained."))
        # The right was checked; nobody writes these rows by hand.
        line = self.sudo()._clinic_writing()
        line.write(
            {
                "explanation": reason,
                "explained_by_id": self.env.uid,
                "explained_at": fields.Datetime.now(),
                "state": "explained",
            }
        )
        line.agreement_id._settle()
        if line.agreement_id.state != "differs":
            line.agreement_id.activity_unlink(["mail.mail_activity_data_todo"])
