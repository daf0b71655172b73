from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date


class ClinicTillClosing(models.Model):
    """The cash of a branch from one count to the next: what was there, what came, what was found.

    While it is counted it shows what was taken so far, and changes nothing. Closing it settles which payments it has
    counted: from then on they are corrected by new ones.
    """

    _name = "clinic.till.closing"
    _description = "Till Closing"
    _inherit = ["clinic.state.mixin"]
    _order = "closed_at desc, id desc"

    _transitions = {"counting": {"review", "closed"}, "review": {"closed"}, "closed": set()}
    _clinic_fixed = ("company_id", "journal_id")

    company_id = fields.Many2one(
        "res.company", string="Branch", required=True, index=True, default=lambda self: self.env.company
    )
    journal_id = fields.Many2one(
        "account.journal",
        string="Cash",
        required=True,
        ondelete="restrict",
        index=True,
        domain="[('type', '=', 'cash')]",
        default=lambda self: self._default_journal(),
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    kind = fields.Selection(
        [("closing", "Closing"), ("handover", "Hand-Over")],
        required=True,
        default="closing",
        help="A hand-over is a count between two shifts: all of the cash stays in the till.",
    )
    state = fields.Selection(
        [("counting", "Counting"), ("review", "To Decide"), ("closed", "Closed")],
        required=True,
        default="counting",
        readonly=True,
        copy=False,
    )
    date = fields.Date(readonly=True, copy=False)
    opened_at = fields.Datetime(string="Since", readonly=True, copy=False)
    closed_at = fields.Datetime(readonly=True, copy=False)
    user_id = fields.Many2one("res.users", string="Counted By", readonly=True, copy=False, ondelete="restrict")
    handed_to_id = fields.Many2one("res.users", string="Handed Over To", copy=False, ondelete="restrict")
    is_first = fields.Boolean(compute="_compute_is_first")
    float_first = fields.Monetary(
        string="Float at the Beginning", copy=False, help="What lay in the till before the first closing."
    )
    line_ids = fields.One2many(
        "clinic.till.count", "closing_id", compute="_compute_line_ids", store=True, readonly=False
    )
    other = fields.Monetary(string="Other Cash", copy=False, help="Cash that is not counted by notes and coins.")
    is_empty = fields.Boolean(string="The till is empty", copy=False)
    # Stored: the next float is what was left by this count, and stays so.
    counted = fields.Monetary(compute="_compute_counted", store=True)
    note = fields.Char(string="Explanation", copy=False, help="Why there is more or less than there should be.")
    deposit = fields.Monetary(string="To the Bank", copy=False)
    float_left = fields.Monetary(compute="_compute_counted", store=True, string="Left in the Till")
    decided_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")

    _one_open = models.UniqueIndex(
        "(journal_id, company_id) WHERE state = 'counting'", "This till is being counted already. Open that count."
    )
    # Each payment and entry of cash asks for the last closing.
    _last_idx = models.Index("(journal_id, company_id, closed_at DESC, id DESC) WHERE state != 'counting'")
    _not_negative = models.Constraint(
        "CHECK (COALESCE(deposit, 0) >= 0 AND COALESCE(other, 0) >= 0 AND COALESCE(float_first, 0) >= 0)",
        "Amounts in the till are not below zero.",
    )
    _other_person = models.Constraint(
        "CHECK (handed_to_id IS NULL OR user_id IS NULL OR handed_to_id != user_id)",
        "A till is handed over to somebody else.",
    )

    @api.model
    def _default_journal(self):
        return self.env.company._clinic_journal("cash")

    @api.depends("journal_id", "company_id")
    def _compute_currency_id(self):
        for till in self:
            till.currency_id = till.journal_id.sudo().currency_id or till.company_id.sudo().currency_id

    @api.depends("journal_id", "company_id")
    def _compute_line_ids(self):
        """Offer the notes and coins of the till's currency; both fields are fixed once the count is made."""
        notes = self.env["clinic.till.denomination"].search([("currency_id", "in", self.currency_id.ids)])
        for till in self:
            own = notes.filtered(lambda note, currency=till.currency_id: note.currency_id == currency)
            till.line_ids = [
                fields.Command.clear(),
                *(fields.Command.create({"denomination_id": note.id}) for note in own),
            ]

    @api.depends("journal_id", "company_id", "date", "kind")
    def _compute_display_name(self):
        for till in self:
            day = format_date(self.env, till.date) if till.date else self.env._("now")
            till.display_name = f"{till.journal_id.sudo().name or ''} · {day}"

    def _spoken_name(self):
        return self.display_name

    @api.depends("journal_id", "company_id")
    def _compute_is_first(self):
        for till in self:
            till.is_first = not till._previous()

    @api.depends("line_ids.amount", "other", "deposit", "kind")
    def _compute_counted(self):
        for till in self:
            till.counted = sum(till.line_ids.mapped("amount")) + till.other
            till.float_left = till.counted - (till.deposit if till.kind == "closing" else 0.0)

    @api.constrains("journal_id", "company_id")
    def _check_journal(self):
        """The till is a cash journal of its branch or of the branch's company, and what is paid arrives there."""
        for till in self:
            journal = till.journal_id.sudo()
            if journal.type != "cash" or journal.company_id not in till.company_id.sudo().parent_ids:
                raise UserError(self.env._("Choose a cash journal of %s.", till.company_id.name))
            journal._clinic_check_countable()

    def _previous(self):
        """Return the closing before this one."""
        self.ensure_one()
        if self.state != "counting":
            own = [("journal_id", "=", self.journal_id.id), ("company_id", "=", self.company_id.id)]
            earlier = [*own, ("state", "!=", "counting"), ("id", "<", self._origin.id)]
            return self.sudo().search(earlier, order="id desc", limit=1)
        return self.journal_id._clinic_last_closing(self.company_id) if self.journal_id else self.sudo().browse()

    def write(self, vals):
        fixed = {"kind", "handed_to_id", "float_first", "line_ids", "other", "is_empty", "deposit"}
        for till in self:
            if till.state != "counting" and (vals.keys() & fixed or ("note" in vals and till.note)):
                raise UserError(
                    self.env._(
                        "“%s” is closed and not changed any more. Count again at the next closing.", till.display_name
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        """A closing that was made stays; a count that was begun by mistake may go."""
        if any(till.state != "counting" for till in self):
            raise UserError(self.env._("A closed till is not deleted."))

    @api.model
    def action_open_till(self):
        """Open the count of this branch's till, a new one where nobody has begun."""
        self.check_access("read")
        journal = self._default_journal()
        if not journal:
            raise UserError(
                self.env._("%s has no journal for cash. Ask the accountant to set one up.", self.env.company.name)
            )
        own = [("journal_id", "=", journal.id), ("company_id", "=", self.env.company.id), ("state", "=", "counting")]
        till = self.search(own, limit=1)
        if not till and self.has_access("create"):
            till = self.create({"journal_id": journal.id})
        action = self.env["ir.actions.act_window"]._for_xml_id("clinic_till.clinic_till_closing_action")
        return {**action, "res_id": till.id, "views": [(False, "form")], "target": "main"} if till else action

    def _until_text(self):
        """Return the moment up to which a print counts, in the branch's zone: of the closing, or now."""
        return self.company_id._clinic_moment_text(self.closed_at or fields.Datetime.now())

    def action_print(self):
        """Print what was taken: the closing, or so far."""
        return self.env.ref("clinic_till.action_report_till").report_action(self)

    def action_accept(self):
        """Accept the difference of this closing and post it: a manager's decision."""
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group("clinic.group_manager"):
            raise AccessError(self.env._("Managers decide on differences of the till."))
        self._wait_for_others()
        if self.state != "review":
            raise UserError(self.env._("There is nothing to decide on “%s”.", self.display_name))
        # The right was checked; entries and decisions are written by nobody else.
        till = self.sudo()._clinic_writing()
        till._post_difference()
        till.write({"state": "closed", "decided_by_id": self.env.uid})
        return True
