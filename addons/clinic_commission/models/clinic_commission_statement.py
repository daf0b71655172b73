from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import date_utils, format_date


class ClinicCommissionStatement(models.Model):
    """One practitioner's commissions of one month in one branch: its lines and its totals are the same entries.

    A draft follows the entries; approved by an accountant who does not earn it, it is fixed; paid, it is closed. A
    manager may take back an approval until it is paid.
    """

    _name = "clinic.commission.statement"
    _description = "Commission Statement"
    _inherit = ["clinic.state.mixin", "mail.thread"]
    _order = "date_from desc, practitioner_id, id"

    _transitions = {"draft": {"approved"}, "approved": {"draft", "paid"}, "paid": set()}

    name = fields.Char(compute="_compute_name", store=True)
    practitioner_id = fields.Many2one(
        "clinic.practitioner", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one("res.company", string="Branch", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date(string="Month", required=True, readonly=True, help="The first day of the month.")
    month_name = fields.Char(compute="_compute_month_name", string="Month's Name")
    date_to = fields.Date(compute="_compute_date_to", store=True)
    state = fields.Selection(
        [("draft", "Draft"), ("approved", "Approved"), ("paid", "Paid")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    is_complete = fields.Boolean(
        readonly=True,
        copy=False,
        help="The month was over when its tiers, guarantees and caps were computed. What is taken back later has "
        "entries of its own, by which the month is computed again.",
    )
    # Kept as it was when the statement was made: the user of an employee can be changed, also for a moment.
    earner_user_id = fields.Many2one(
        "res.users", string="Earned By", compute="_compute_earner_user_id", store=True, precompute=True
    )
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    is_sole_approver = fields.Boolean(
        readonly=True, copy=False, help="It was approved by who earns it, because nobody else in the branch could."
    )
    limit_terms = fields.Json(
        readonly=True, copy=False, help="The guarantee and the cap that count for the month since it was approved."
    )
    entry_ids = fields.One2many("clinic.commission.entry", "statement_id", readonly=True)
    entry_count = fields.Integer(compute="_compute_amounts", store=True, string="Entries")
    base_amount = fields.Monetary(compute="_compute_amounts", store=True, string="Base")
    amount = fields.Monetary(compute="_compute_amounts", store=True, string="Practitioner's Share")
    clinic_amount = fields.Monetary(compute="_compute_amounts", store=True, string="Clinic's Share")

    _one_per_month = models.UniqueIndex(
        "(practitioner_id, date_from, company_id)", "This practitioner's statement of the month is there already."
    )
    # Few are not; the making of statements asks for these.
    _incomplete_idx = models.Index("(company_id, date_from) WHERE is_complete IS NOT TRUE")
    _not_ones_own = models.Constraint(
        "CHECK (approved_by_id IS NULL OR earner_user_id IS NULL OR approved_by_id != earner_user_id"
        " OR is_sole_approver IS TRUE)",
        "Nobody approves their own commissions. Ask another accountant or manager to do it.",
    )
    _first_of_month = models.Constraint(
        "CHECK (EXTRACT(day FROM date_from) = 1)", "A statement begins on the first day of a month."
    )

    @api.depends("practitioner_id.name", "date_from")
    def _compute_name(self):
        for statement in self:
            month = statement.date_from.strftime("%Y-%m") if statement.date_from else ""
            statement.name = f"{statement.practitioner_id.name or ''} {month}"

    @api.depends("practitioner_id")
    def _compute_earner_user_id(self):
        for statement in self:
            statement.earner_user_id = statement.practitioner_id.user_id

    @api.depends("date_from")
    @api.depends_context("lang")
    def _compute_month_name(self):
        for statement in self:
            statement.month_name = format_date(self.env, statement.date_from, date_format="MMMM yyyy")

    @api.depends("date_from")
    def _compute_date_to(self):
        for statement in self:
            statement.date_to = date_utils.end_of(statement.date_from, "month") if statement.date_from else False

    @api.depends("entry_ids.base_amount", "entry_ids.amount", "entry_ids.clinic_amount")
    def _compute_amounts(self):
        aggregates = ["__count", "base_amount:sum", "amount:sum", "clinic_amount:sum"]
        groups = self.env["clinic.commission.entry"]._read_group(
            [("statement_id", "in", self._origin.ids)], ["statement_id"], aggregates
        )
        sums = {statement: numbers for statement, *numbers in groups}
        for statement in self:
            numbers = sums.get(statement._origin, (0, 0.0, 0.0, 0.0))
            statement.entry_count, statement.base_amount, statement.amount, statement.clinic_amount = numbers

    # A list's buttons call these with the ids of the selected rows: ``@api.model`` would take the ids for an argument.
    def action_generate_last_month(self):
        """Make last month's statements and show them."""
        return self._action_generate(self.env.company._clinic_today() - relativedelta(months=1))

    def action_generate_this_month(self):
        """Make this month's statements as they stand today and show them."""
        return self._action_generate(self.env.company._clinic_today())

    @api.model
    def _cron_generate(self):
        """Make last month's statements of all branches, so that they can be reviewed."""
        for branch in self.env["res.company"].search([]):
            self._generate(branch._clinic_today() - relativedelta(months=1), branch)

    @api.model
    def _action_generate(self, month):
        self.check_access("create")
        statements = self._generate(month, self.env.companies)
        if not statements:
            raise UserError(
                self.env._(
                    "There are no commissions for %s. They come with posted invoices and commission rules.",
                    format_date(self.env, month, date_format="MMMM yyyy"),
                )
            )
        action = self.env["ir.actions.act_window"]._for_xml_id("clinic_commission.clinic_commission_statement_action")
        return {
            **action,
            "name": self.env._("Commissions of %s", format_date(self.env, month, date_format="MMMM yyyy")),
            "domain": [("id", "in", statements.ids)],
            "context": {},
            "target": "main",
        }

    def action_approve(self):
        """Bring these drafts up to date and settle them: their entries are fixed from now on."""
        self.check_access("write")
        self._check_not_own()
        for month, statements in self.filtered(lambda s: s.state == "draft").grouped("date_from").items():
            self._generate(month, statements.company_id)
        self._move_on("draft", "approved")
        self._freeze_limits()
        own = self.filtered(lambda statement: self.env.user in statement._earners())
        (self - own)._clinic_writing().write({"approved_by_id": self.env.uid, "is_sole_approver": False})
        own._clinic_writing().write({"approved_by_id": self.env.uid, "is_sole_approver": True})

    def action_paid(self):
        """Note that these statements were paid out."""
        self._check_not_own()
        self._move_on("approved", "paid")

    def action_take_back(self):
        """Take back the approval of these statements, so that they follow their entries again."""
        if not self.env.user.has_group("clinic.group_manager"):
            raise AccessError(self.env._("Only a manager takes back the approval of a statement."))
        self._check_not_own()
        self._check_not_booked()
        self._move_on("approved", "draft")
        self._clinic_writing().write({"approved_by_id": False, "is_sole_approver": False, "limit_terms": False})

    def _earners(self):
        """Return the users who earn this statement: at present, and when it was made."""
        self.ensure_one()
        # Anyone who may decide on a statement may know whose it is.
        statement = self.sudo()
        return statement.practitioner_id.user_id | statement.earner_user_id

    def _check_not_own(self):
        """Raise when somebody would decide on what they earn themselves, and somebody else could."""
        for statement in self.filtered(lambda statement: self.env.user in statement._earners()):
            # As above: of those who may do it themselves.
            accountants = self.env.ref("clinic.group_accountant").sudo().all_user_ids.filtered("active")
            others = accountants - statement._earners()
            if others.filtered(lambda user, branch=statement.company_id: branch in user.company_ids):
                raise UserError(
                    self.env._(
                        "Nobody approves their own commissions, books them or marks them as paid. Ask another "
                        "accountant or manager to do it."
                    )
                )

    def _move_on(self, old, new):
        if wrong := self.filtered(lambda statement: statement.state != old):
            first = wrong[0]
            named = f"{first.practitioner_id.name}, {first.month_name}"
            raise UserError(self.env._("%s has passed this step already or has not reached it.", named))
        self._clinic_writing().write({"state": new})

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        if self.filtered(lambda statement: statement.state != "draft"):
            raise UserError(self.env._("Only draft statements can be deleted."))
        # As in ``_generate``.
        self.sudo().entry_ids.statement_id = False
