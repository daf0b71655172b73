from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# Known from the life of a recall, whatever its writer says.


class ClinicLotRecall(models.Model):
    """A lot that must not be used any more, and everybody on whom it was.

    Opening it blocks the lot, and gives each patient a line; it is closed once everybody was reached, or it is written
    down why not.
    """

    _name = "clinic.lot.recall"
    _description = "Lot Recall"
    _inherit = ["clinic.state.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"

    _transitions = {"draft": {"open"}, "open": {"closed"}, "closed": set()}

    name = fields.Char(
        string="Number",
        required=True,
        copy=False,
        readonly=True,
        default=lambda self: self.env._("New"),
        help="Activities and the stock app name the recall by this number, and nothing else of it.",
    )
    lot_id = fields.Many2one(
        "stock.lot",
        required=True,
        copy=False,
        ondelete="restrict",
        index=True,
        domain=[("product_id.clinic_item", "=", True)],
    )
    product_id = fields.Many2one(related="lot_id.product_id", store=True, string="Item", index=True)
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    expiration_date = fields.Date(related="lot_id.clinic_expiry_day", string="Expires On")
    lot_blocked = fields.Boolean(related="lot_id.clinic_blocked", tracking=False)
    reason = fields.Text(required=True, copy=False, help="Why the lot is recalled; the stock app does not tell it.")
    company_ids = fields.Many2many(
        "res.company",
        string="Branches",
        readonly=True,
        copy=False,
        default=lambda self: self.env.company,
        help="Where the lot was used or is in stock, and who opened the recall.",
    )
    branch_names = fields.Char(compute="_compute_branch_names", compute_sudo=True, string="Concerned Branches")
    state = fields.Selection(
        [("draft", "Draft"), ("open", "Open"), ("closed", "Closed")],
        string="Status",
        required=True,
        default="draft",
        copy=False,
        tracking=True,
    )
    opened_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    opened_at = fields.Datetime(readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    closed_at = fields.Datetime(readonly=True, copy=False)
    refreshed_at = fields.Datetime(string="List Updated", readonly=True, copy=False)
    line_ids = fields.One2many("clinic.lot.recall.line", "recall_id", string="Patients")

    _name_uniq = models.UniqueIndex("(name)", "This recall number is taken already.")
    _lot_once = models.UniqueIndex(
        "(lot_id) WHERE state != 'closed'", "This lot is being recalled already. Go on with that recall."
    )
    _reason_given = models.Constraint("CHECK (btrim(reason) != '')", "Say why the lot is recalled.")
    _opened_by_somebody = models.Constraint(
        "CHECK (state = 'draft' OR (opened_by_id IS NOT NULL AND opened_at IS NOT NULL))",
        "Who opened the recall, and when, is written down.",
    )
    _closed_by_somebody = models.Constraint(
        "CHECK (state != 'closed' OR (closed_by_id IS NOT NULL AND closed_at IS NOT NULL))",
        "Who closed the recall, and when, is written down.",
    )

    @api.depends("company_ids.name")
    def _compute_branch_names(self):
        """Name also the branches that the user does not work in now: their names are no secret."""
        for recall in self:
            recall.branch_names = ", ".join(recall.company_ids.mapped("name"))

    @api.model_create_multi
    def create(self, vals_list):
        sequence = self.env["ir.sequence"]
        for vals in vals_list:
            if vals.get("state", "draft") != "draft":
                raise UserError(self.env._("A new recall is a draft: open it, so that its lot is blocked."))
            # Named, because what is left out is taken from the defaults in the caller's context.
            vals.update(state="draft", company_ids=self.env.company.ids, name=sequence.next_by_code(self._name))
        return super().create(vals_list)

    def write(self, vals):
        """An opened recall stays with its lot, and a closed one stays as it is."""
        for recall in self:
            if recall.state == "closed" and vals.keys() - {"state"}:
                raise UserError(self.env._("Recall %s is closed. Begin a new one for this lot.", recall.name))
            if recall.state == "open" and vals.get("lot_id", recall.lot_id.id) != recall.lot_id.id:
                raise UserError(self.env._("Recall %s is open: its lot is not changed.", recall.name))
        return super().write(vals)

    def _write_facts(self, vals):
        """Write what this recall's life tells, and nobody by hand."""
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        """What was opened stays written down."""
        if self.filtered(lambda recall: recall.state != "draft"):
            raise UserError(self.env._("A recall that was opened is not deleted: close it."))

    # -- life cycle ---------------------------------------------------------------------------------------------------

    def _check_transition(self, new, vals):
        super()._check_transition(new, vals)
        if new == "closed":
            self._check_everybody_informed()

    def _check_everybody_informed(self):
        """Raise ``UserError`` when somebody was neither reached nor marked as not reachable, in whatever branch."""
        self.ensure_one()
        # Anyone who changes a line at this moment makes this transaction fail to serialize, and Odoo runs it again.
        self.env.execute_query(
            SQL("SELECT id FROM clinic_lot_recall_line WHERE recall_id = %s ORDER BY id FOR UPDATE", self.id)
        )
        if self.open_count:
            raise UserError(
                self.env._(
                    "%(count)s of %(all)s patients are neither reached nor marked as not reachable. "
                    "Recall %(recall)s is closed when nobody is left.",
                    count=self.open_count,
                    all=self.patient_count,
                    recall=self.name,
                )
            )

    def _prepare_transition(self, new):
        now = fields.Datetime.now()
        facts = {
            "open": {"opened_by_id": self.env.uid, "opened_at": now, "refreshed_at": now},
            "closed": {"closed_by_id": self.env.uid, "closed_at": now},
        }
        return {**super()._prepare_transition(new), **facts.get(new, {})}

    def _after_transition(self, new):
        super()._after_transition(new)
        if new == "open":
            for recall in self:
                recall._block_lot()
                recall._tell_managers(recall.sudo().company_ids)
            self._find_patients()
        if new == "closed":
            # Anyone who may close the recall may end the reminders that belong to it, no matter whose they are.
            self.sudo().activity_unlink(["mail.mail_activity_data_todo"])

    def _block_lot(self):
        """Block the lot, so that a draw from it is refused from now on, and who has just drawn is in the list.

        A draw holds the lot's row with a share lock and changes its stock. Changing the row makes a later draw fail;
        locking the stock makes this transaction fail to serialize when one was faster, and Odoo runs it again.
        """
        self.ensure_one()
        self.env.execute_query(
            SQL("SELECT id FROM stock_quant WHERE lot_id = %s ORDER BY id FOR UPDATE", self.lot_id.id)
        )
        # Anyone who may open a recall, which was checked on it, may block its lot; practitioners have no rights in the
        # stock app. The number is all that the stock app learns.
        self.lot_id.sudo().clinic_block(self.env._("Recall %s", self.name))

    def action_open(self):
        """Block the lot, and find everybody on whom it was used."""
        return self.write({"state": "open"})

    def action_close(self):
        """Close the recall. Raises ``UserError`` while somebody has not been reached."""
        return self.write({"state": "closed"})

    def _check_open(self):
        """Raise ``UserError`` unless these recalls are open, and keep them so until the transaction ends."""
        # A recall that is closed at this moment makes this transaction fail to serialize, and Odoo runs it again.
        self.env.execute_query(
            SQL("SELECT id FROM clinic_lot_recall WHERE id = ANY(%s) ORDER BY id FOR SHARE", list(self.ids))
        )
        for recall in self:
            if recall.state != "open":
                raise UserError(self.env._("Recall %s is not open.", recall.name))
