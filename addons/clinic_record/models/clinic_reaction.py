from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

# Common Terminology Criteria for Adverse Events (CTCAE) v5.0, U.S. National Cancer Institute, 2017: general grades.
GRADES = [
    ("1", "1 · Mild"),
    ("2", "2 · Moderate"),
    ("3", "3 · Severe"),
    ("4", "4 · Life-threatening"),
    ("5", "5 · Death"),
]
SEVERITY = {"1": "mild", "2": "moderate"}
# Outcomes of ICH E2B(R3), element E.i.7.
OUTCOMES = [
    ("unknown", "Unknown"),
    ("not_recovered", "Not recovered"),
    ("recovering", "Recovering"),
    ("recovered", "Recovered"),
    ("sequelae", "Recovered with sequelae"),
    ("fatal", "Fatal"),
]
OPEN_OUTCOMES = ("unknown", "not_recovered", "recovering")
FIXED = {"patient_id", "procedure_id", "author_id"}


class ClinicReaction(models.Model):
    """An adverse reaction to a treatment or a product. It becomes a risk at once, for all later visits."""

    _name = "clinic.reaction"
    _description = "Adverse Reaction"
    _inherit = ["clinic.of.patient.mixin", "clinic.confidential.mixin"]
    _order = "onset desc, id desc"

    patient_id = fields.Many2one(
        "clinic.patient",
        compute="_compute_patient_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        ondelete="restrict",
        index=True,
    )
    procedure_id = fields.Many2one(
        "clinic.procedure",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('patient_id', '=', patient_id), ('state', 'in', ('in_progress', 'done'))]",
        help="The procedure after which it appeared.",
    )
    treatment_id = fields.Many2one(related="procedure_id.treatment_id", store=True, index="btree_not_null")
    product_id = fields.Many2one(
        "product.product", string="Suspected Product", ondelete="restrict", index="btree_not_null"
    )
    kind_id = fields.Many2one("clinic.risk.kind", string="Reaction", required=True, ondelete="restrict", index=True)
    grade = fields.Selection(GRADES, required=True, default="1", help="Grade by CTCAE v5.0.", index=True)
    onset = fields.Datetime(required=True, default=lambda self: fields.Datetime.now(), help="When it began.")
    description = fields.Text()
    measures = fields.Text(help="What was done about it.")
    outcome = fields.Selection(OUTCOMES, required=True, default="unknown")
    author_id = fields.Many2one(
        "res.users", string="Recorded By", required=True, readonly=True, default=lambda self: self.env.user
    )
    risk_ids = fields.One2many("clinic.risk", "reaction_id")

    @api.depends("procedure_id")
    def _compute_patient_id(self):
        for reaction in self:
            reaction.patient_id = reaction.procedure_id.patient_id or reaction.patient_id

    @api.depends("kind_id.name", "grade")
    def _compute_display_name(self):
        for reaction in self:
            reaction.display_name = self.env._(
                "%(kind)s, grade %(grade)s", kind=reaction.kind_id.name or "", grade=reaction.grade
            )

    @api.constrains("patient_id", "procedure_id")
    def _check_procedure_of_patient(self):
        """The procedure was one of the patient's own, and has begun."""
        for reaction in self.filtered("procedure_id"):
            if reaction.procedure_id.patient_id != reaction.patient_id:
                raise ValidationError(self.env._("That procedure was not performed on this patient."))
            if reaction.procedure_id.state not in ("in_progress", "done"):
                raise ValidationError(
                    self.env._("That procedure has not been performed yet: choose the one before the reaction.")
                )

    @api.constrains("onset", "procedure_id")
    def _check_onset(self):
        """A reaction began in the past, and after its procedure did."""
        now = fields.Datetime.now()
        for reaction in self:
            started_at = reaction.procedure_id.started_at
            if reaction.onset > now:
                raise ValidationError(self.env._("The onset lies in the future. Enter when the reaction began."))
            if started_at and reaction.onset < started_at.replace(second=0, microsecond=0):
                raise ValidationError(self.env._("The onset lies before the procedure was started."))

    @api.constrains("grade", "outcome")
    def _check_fatal(self):
        """Grade 5 is a death, and only that is."""
        for reaction in self:
            if (reaction.grade == "5") != (reaction.outcome == "fatal"):
                raise ValidationError(self.env._("Grade 5 and the outcome “Fatal” belong together."))

    @api.model_create_multi
    def create(self, vals_list):
        # Who recorded it is a fact, not an input.
        reactions = super().create([{**vals, "author_id": self.env.uid} for vals in vals_list])
        # The right to record the reaction was checked on it; the risk carries the facts that nobody enters by hand.
        self.env["clinic.risk"].sudo().create([reaction._prepare_risk() for reaction in reactions])
        return reactions

    def write(self, vals):
        """Reactions are completed by their author until the outcome is known; their risk follows them."""
        if FIXED & vals.keys():
            raise UserError(self.env._("Whose reaction it was, and to which procedure, is not changed."))
        if any(reaction.outcome not in OPEN_OUTCOMES for reaction in self):
            raise UserError(self.env._("The outcome of this reaction is known: the report is closed."))
        result = super().write(vals)
        for reaction in self:
            # As in ``create``. How long the risk lasts has become a matter of its own.
            reaction.sudo().risk_ids.write(
                {name: value for name, value in reaction._prepare_risk().items() if name in RISK_FOLLOWS}
            )
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A reaction is not deleted: correct it instead."))

    def _prepare_risk(self):
        """Return the values of the risk that this reaction is from now on."""
        self.ensure_one()
        branch = self.procedure_id.company_id or self.env.company
        return {
            "patient_id": self.patient_id.id,
            "kind_id": self.kind_id.id,
            "severity": SEVERITY.get(self.grade, "severe"),
            "date_from": branch._clinic_local(self.onset).date(),
            "description": self.description,
            "reaction_id": self.id,
            "treatment_id": self.treatment_id.id,
            "product_id": self.product_id.id,
        }


RISK_FOLLOWS = {"kind_id", "severity", "date_from", "description", "product_id"}
