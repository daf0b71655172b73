from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from .clinic_risk_kind import SEVERITIES

OWNED = {"patient_id", "author_id", "reaction_id", "treatment_id", "product_id", "ended_by_id"}


class ClinicRisk(models.Model):
    """A risk of a patient: what must be known before the next treatment, for as long as it lasts."""

    _name = "clinic.risk"
    _description = "Risk"
    _inherit = ["clinic.of.patient.mixin", "clinic.confidential.mixin"]
    _order = "severity_rank, date_from desc, id desc"

    patient_id = fields.Many2one("clinic.patient", required=True, ondelete="restrict", index=True)
    kind_id = fields.Many2one("clinic.risk.kind", string="Risk", required=True, ondelete="restrict", index=True)
    type = fields.Selection(related="kind_id.type", store=True)
    severity = fields.Selection(
        SEVERITIES, compute="_compute_severity", store=True, readonly=False, precompute=True, required=True
    )
    severity_rank = fields.Integer(compute="_compute_severity_rank", store=True)
    date_from = fields.Date(string="Since", help="Empty: for as long as is known.")
    date_to = fields.Date(string="Until", help="Last day; empty: it lasts.")
    description = fields.Text(string="Details", help="Dose, pregnancy week, what happened …")
    author_id = fields.Many2one(
        "res.users", string="Recorded By", required=True, readonly=True, default=lambda self: self.env.user
    )
    ended_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    reaction_id = fields.Many2one(
        "clinic.reaction", readonly=True, copy=False, ondelete="restrict", index="btree_not_null"
    )
    treatment_id = fields.Many2one(
        "product.template", readonly=True, copy=False, ondelete="restrict", help="The treatment that led to it."
    )
    product_id = fields.Many2one(
        "product.product", readonly=True, copy=False, ondelete="restrict", help="The product that led to it."
    )
    current = fields.Boolean(compute="_compute_current", search="_search_current")

    _reaction_uniq = models.UniqueIndex("(reaction_id)", "This reaction has its risk already.")

    @api.depends("kind_id")
    def _compute_severity(self):
        for risk in self:
            risk.severity = risk.kind_id.severity or risk.severity or "moderate"

    @api.depends("severity")
    def _compute_severity_rank(self):
        ranks = {"severe": 1, "moderate": 2, "mild": 3}
        for risk in self:
            risk.severity_rank = ranks.get(risk.severity, 4)

    @api.depends("date_from", "date_to")
    def _compute_current(self):
        today = self.env.company._clinic_today()
        for risk in self:
            risk.current = risk._is_current(today)

    def _is_current(self, day):
        return (not self.date_from or self.date_from <= day) and (not self.date_to or self.date_to >= day)

    def _says_all_of(self, other):
        """Return whether this risk is at least as grave as ``other``, holds at least as long and is told as well."""
        self.ensure_one()
        begins = not self.date_from or (other.date_from and self.date_from <= other.date_from)
        ends = not self.date_to or (other.date_to and self.date_to >= other.date_to)
        described = not other.description or other.description == self.description
        traced = not other.reaction_id and not other.product_id
        same = self.kind_id == other.kind_id and self.severity_rank <= other.severity_rank
        return bool(same and begins and ends and described and traced)

    def _search_current(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self.env.company._clinic_today()
        begun = Domain("date_from", "=", False) | Domain("date_from", "<=", today)
        not_over = Domain("date_to", "=", False) | Domain("date_to", ">=", today)
        domain = begun & not_over
        return domain if True in value else ~domain

    @api.depends("kind_id.name")
    def _compute_display_name(self):
        for risk in self:
            risk.display_name = risk.kind_id.name or ""

    @api.model_create_multi
    def create(self, vals_list):
        # Who recorded it is a fact, not an input; what comes from a reaction is written by the reaction.
        facts = {"ended_by_id": False} if self.env.su else dict.fromkeys(OWNED - {"patient_id"}, False)
        return super().create([{**vals, **facts, "author_id": self.env.uid} for vals in vals_list])

    def write(self, vals):
        """Only a risk that lasts is corrected, by its author; whose it is and where it came from never changes."""
        if not self.env.su:
            if OWNED & vals.keys():
                raise UserError(
                    self.env._("Whose risk it is, and who recorded it, is not changed. Record another one.")
                )
            today = self.env.company._clinic_today()
            if any(risk.date_to and risk.date_to < today for risk in self):
                raise UserError(self.env._("This risk has ended. Record it again if it has come back."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A risk is not deleted: enter its last day instead."))

    def action_end(self):
        """End these risks today: their author, or any practitioner who may read them."""
        self.check_access("read")
        may = self.env.user.has_group("clinic.group_practitioner")
        for risk in self:
            if not may and risk.author_id != self.env.user:
                raise AccessError(self.env._("Ask a practitioner to end a risk that somebody else has recorded."))
        today = self.env.company._clinic_today()
        # Who may was checked above; the rule to write is for corrections by the author.
        self.sudo().filtered("current").write({"date_to": today, "ended_by_id": self.env.uid})
        return True

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        """A risk does not end before it begins."""
        # Not in the database, which would write the refused row, with all its values, into the server's log.
        for risk in self:
            if risk.date_from and risk.date_to and risk.date_to < risk.date_from:
                raise ValidationError(self.env._("The last day of a risk cannot come before its first."))

    @api.constrains("kind_id")
    def _check_kind_in_use(self):
        """What has left the catalogue is not recorded again."""
        for risk in self:
            if not risk.kind_id.active:
                raise UserError(self.env._("This kind of risk is archived. Choose another one."))
