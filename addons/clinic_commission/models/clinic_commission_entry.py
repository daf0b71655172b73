from odoo import api, fields, models
from odoo.exceptions import UserError


class ClinicCommissionEntry(models.Model):
    """One amount earned by one practitioner with one procedure on one posted document.

    Entries are a ledger: made when an invoice or credit note is posted, never edited or deleted. When a document is
    reset to draft, each of its entries is answered by one of the opposite sign.
    """

    _name = "clinic.commission.entry"
    _description = "Commission Entry"
    _order = "date desc, id desc"
    _clinic_locked = (
        "date",
        "practitioner_id",
        "move_id",
        "procedure_id",
        "rule_id",
        "company_id",
        "base_amount",
        "amount",
        "posting",
        "reverses_id",
        "statement_id",
    )

    date = fields.Date(required=True, index=True, help="The invoice's date.")
    practitioner_id = fields.Many2one("clinic.practitioner", required=True, ondelete="restrict", index=True)
    move_id = fields.Many2one("account.move", string="Invoice", required=True, ondelete="restrict", index=True)
    procedure_id = fields.Many2one(
        "clinic.procedure", required=True, ondelete="restrict", index=True, groups="clinic.group_staff"
    )
    treatment_id = fields.Many2one(related="procedure_id.treatment_id", store=True, groups="clinic.group_staff")
    visit_name = fields.Char(related="procedure_id.visit_id.name", string="Visit", store=True)
    # A rule names its treatment, and the document beside it the patient.
    rule_id = fields.Many2one(
        "clinic.commission.rule", required=True, ondelete="restrict", index=True, groups="clinic.group_manager"
    )
    company_id = fields.Many2one("res.company", string="Branch", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    base_amount = fields.Monetary(string="Base", help="Invoiced without taxes, after discount, as the rule counts it.")
    amount = fields.Monetary(string="Practitioner's Share")
    clinic_amount = fields.Monetary(string="Clinic's Share", compute="_compute_clinic_amount", store=True)
    posting = fields.Integer(default=1, required=True, help="How many times the document had been posted by then.")
    reverses_id = fields.Many2one("clinic.commission.entry", ondelete="restrict", index="btree_not_null")
    statement_id = fields.Many2one("clinic.commission.statement", ondelete="restrict", index="btree_not_null")

    _one_per_origin = models.UniqueIndex(
        "(move_id, procedure_id, posting) WHERE reverses_id IS NULL",
        "The commission of this procedure on this document is there already.",
    )
    _one_reversal = models.UniqueIndex(
        "(reverses_id) WHERE reverses_id IS NOT NULL", "This commission entry is reversed already."
    )

    @api.depends("base_amount", "amount")
    def _compute_clinic_amount(self):
        for entry in self:
            entry.clinic_amount = entry.base_amount - entry.amount

    @api.depends("visit_name", "practitioner_id.name")
    def _compute_display_name(self):
        for entry in self:
            entry.display_name = f"{entry.visit_name or ''}: {entry.practitioner_id.name or ''}"

    def write(self, vals):
        """Nothing of an entry changes but the draft statement that it is on."""
        if vals.keys() - {"statement_id"}:
            raise UserError(self.env._("A commission entry is not edited: it is reversed with its invoice."))
        if settled := self.filtered(lambda entry: entry.statement_id.state not in (False, "draft")):
            raise UserError(
                self.env._("These commissions were settled by an approved statement: %s", settled[0].visit_name)
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A commission entry is not deleted: it is reversed with its invoice."))

    def _is_live(self):
        """Return whether this entry still counts: it neither is a reversal nor was reversed."""
        self.ensure_one()
        return not self.reverses_id and not self.search_count([("reverses_id", "=", self.id)], limit=1)

    def _prepare_reversal(self, day):
        """Return the values of the entry that takes this one back on ``day``."""
        self.ensure_one()
        return {
            "date": day,
            "practitioner_id": self.practitioner_id.id,
            "move_id": self.move_id.id,
            "procedure_id": self.procedure_id.id,
            "rule_id": self.rule_id.id,
            "company_id": self.company_id.id,
            "base_amount": -self.base_amount,
            "amount": -self.amount,
            "posting": self.posting,
            "reverses_id": self.id,
        }
