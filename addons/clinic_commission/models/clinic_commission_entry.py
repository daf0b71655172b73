from odoo import api, fields, models
from odoo.exceptions import UserError

from ..roles import PERFORMER, ROLES

# What an entry says is never changed, not even by SQL; nor is the approved statement that it is on.
LOCK = """
CREATE OR REPLACE FUNCTION clinic_commission_entry_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_ARGV[0] = 'settled' AND NOT EXISTS (
        SELECT FROM clinic_commission_statement WHERE id = OLD.statement_id AND state != 'draft'
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Commission entries are append-only.' USING ERRCODE = 'restrict_violation';
END $$;
CREATE OR REPLACE TRIGGER clinic_commission_entry_stays BEFORE DELETE OR UPDATE OF
    date, month, kind, role, practitioner_id, move_id, procedure_id, product_id, rule_id, company_id, base_amount,
    amount, full_base, full_amount, terms, tiered, posting, origin_key, origin_id, reverses_id
    ON clinic_commission_entry FOR EACH ROW EXECUTE FUNCTION clinic_commission_entry_stays('written');
CREATE OR REPLACE TRIGGER clinic_commission_entry_settled BEFORE UPDATE OF statement_id ON clinic_commission_entry
    FOR EACH ROW WHEN (OLD.statement_id IS NOT NULL) EXECUTE FUNCTION clinic_commission_entry_stays('settled');
"""


class ClinicCommissionEntry(models.Model):
    """One amount earned by one person in one role with one occasion, or a part of it that was taken back.

    Entries are a ledger: never edited or deleted. What is earned with an occasion is one row, which knows what it
    comes to in full; whatever changes it later is a row of its own that names it (``origin_id``). When a document is
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
    month = fields.Date(
        required=True, readonly=True, help="Of which month's figures it is a part: that in which it was earned."
    )
    kind = fields.Selection(
        [
            ("earned", "Earned"),
            ("part", "Changed later"),
            ("tiers", "Tiers of the month"),
            ("limit", "Guarantee or cap"),
        ],
        required=True,
        readonly=True,
        default="earned",
    )
    role = fields.Selection(ROLES, required=True, readonly=True, default=PERFORMER)
    practitioner_id = fields.Many2one("clinic.practitioner", required=True, ondelete="restrict")
    move_id = fields.Many2one("account.move", string="Invoice", ondelete="restrict", index="btree_not_null")
    procedure_id = fields.Many2one(
        "clinic.procedure", ondelete="restrict", index="btree_not_null", groups="clinic.group_staff"
    )
    treatment_id = fields.Many2one(related="procedure_id.treatment_id", store=True, groups="clinic.group_staff")
    product_id = fields.Many2one(
        "product.template", string="Product Sold", readonly=True, ondelete="restrict", groups="clinic.group_staff"
    )
    visit_name = fields.Char(related="procedure_id.visit_id.name", string="Visit", store=True)
    # A rule names its treatment, and the document beside it the patient.
    rule_id = fields.Many2one("clinic.commission.rule", ondelete="restrict", groups="clinic.group_manager")
    company_id = fields.Many2one("res.company", string="Branch", required=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    base_amount = fields.Monetary(string="Base", help="What the rule counts, without taxes unless it says otherwise.")
    amount = fields.Monetary(string="Practitioner's Share")
    clinic_amount = fields.Monetary(string="Clinic's Share", compute="_compute_clinic_amount", store=True)
    full_base = fields.Monetary(readonly=True, help="The base when all is paid and nothing taken back.")
    full_amount = fields.Monetary(readonly=True, help="The share when all is paid and nothing taken back.")
    terms = fields.Json(readonly=True, help="The rule as it was then.")
    tiered = fields.Boolean(readonly=True)
    posting = fields.Integer(default=1, required=True, help="How many times the document had been posted by then.")
    origin_key = fields.Char(required=True, readonly=True, help="Names what it was earned with; it never changes.")
    origin_id = fields.Many2one(
        "clinic.commission.entry",
        string="Changes",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="What was earned, of which this takes back or adds a part.",
    )
    # It has a unique index below.
    reverses_id = fields.Many2one("clinic.commission.entry", ondelete="restrict")
    statement_id = fields.Many2one("clinic.commission.statement", ondelete="restrict", index="btree_not_null")

    _one_per_origin = models.UniqueIndex(
        "(origin_key, practitioner_id, role, posting) WHERE reverses_id IS NULL AND origin_id IS NULL",
        "The commission of this procedure on this document is there already.",
    )
    _one_part = models.UniqueIndex(
        "(origin_id, posting) WHERE origin_id IS NOT NULL AND reverses_id IS NULL",
        "This part of the commission is there already.",
    )
    _one_reversal = models.UniqueIndex(
        "(reverses_id) WHERE reverses_id IS NOT NULL", "This commission entry is reversed already."
    )
    # A statement takes what none has yet, among millions that are settled.
    _open_idx = models.Index("(company_id, practitioner_id, date) WHERE statement_id IS NULL")
    _month_idx = models.Index("(practitioner_id, month)")

    def init(self):
        super().init()
        self.env.cr.execute(LOCK)

    @api.depends("base_amount", "amount", "role", "kind")
    def _compute_clinic_amount(self):
        for entry in self:
            # The price is the clinic's once, however many people share it.
            counts = entry.role == PERFORMER and entry.kind in ("earned", "part")
            entry.clinic_amount = (entry.base_amount if counts else 0.0) - entry.amount

    @api.depends("visit_name", "practitioner_id.name")
    def _compute_display_name(self):
        for entry in self:
            entry.display_name = f"{entry.visit_name or ''}: {entry.practitioner_id.name or ''}"

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_defaults(vals) for vals in vals_list])

    @api.model
    def _with_defaults(self, vals):
        """Return ``vals`` with what follows from the others: the key of a document, its month and what it comes to."""
        key = f"move:{vals.get('move_id')}:{vals.get('procedure_id')}"
        month = fields.Date.to_date(vals["date"]).replace(day=1) if vals.get("date") else False
        earned = {"full_amount": vals.get("amount", 0.0), "full_base": vals.get("base_amount", 0.0)}
        return {"origin_key": key, "month": month, **(earned if vals.get("kind", "earned") == "earned" else {}), **vals}

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
        return bool(self._live())

    def _live(self):
        """Return those of these entries that still count: they neither are reversals nor were reversed."""
        own = self.filtered(lambda entry: not entry.reverses_id)
        return own - self.search([("reverses_id", "in", own.ids)]).reverses_id

    def _prepare_reversal(self, day):
        """Return the values of the entry that takes this one back on ``day``."""
        self.ensure_one()
        return {
            **self._prepare_link(),
            "date": day,
            "kind": "part",
            "move_id": self.move_id.id,
            "base_amount": -self.base_amount,
            "amount": -self.amount,
            "terms": {"why": "draft"},
            "posting": self.posting,
            "origin_id": self.origin_id.id,
            "reverses_id": self.id,
        }

    def _prepare_link(self):
        """Return the values that an entry which changes this one has in common with it."""
        self.ensure_one()
        return {
            "month": self.month,
            "role": self.role,
            "practitioner_id": self.practitioner_id.id,
            "procedure_id": self.procedure_id.id,
            "product_id": self.product_id.id,
            "rule_id": self.rule_id.id,
            "company_id": self.company_id.id,
            "origin_key": self.origin_key,
            "tiered": self.tiered,
        }
