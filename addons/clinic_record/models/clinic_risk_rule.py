from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ClinicRiskRule(models.Model):
    """What a kind of risk, or a substance, means for a treatment, a category of treatments, or every treatment.

    Contraindications are absolute (never treated while the risk lasts) or relative (weighed up by who treats).
    """

    _name = "clinic.risk.rule"
    _description = "Risk Rule"
    _order = "level, kind_id, substance_id, id"

    kind_id = fields.Many2one(
        "clinic.risk.kind", string="Risk", ondelete="cascade", index="btree_not_null", help="Patients with this risk."
    )
    substance_id = fields.Many2one(
        "clinic.substance",
        ondelete="cascade",
        index="btree_not_null",
        help="Patients with any risk by this substance: those who are allergic to it, or take it.",
    )
    treatment_id = fields.Many2one(
        "product.template", domain=[("is_treatment", "=", True)], ondelete="cascade", index="btree_not_null"
    )
    category_id = fields.Many2one(
        "product.category",
        string="Treatment Category",
        ondelete="cascade",
        index="btree_not_null",
        help="All treatments of this category and of those below it. Neither treatment nor category: every treatment.",
    )
    level = fields.Selection(
        [("absolute", "Absolute: stop"), ("relative", "Relative: ask for a reason"), ("information", "Information")],
        required=True,
        default="relative",
    )
    after_days = fields.Integer(
        string="Days After", help="The rule holds for so many days after the risk has ended, e.g. after the last dose."
    )
    text = fields.Char(required=True, translate=True, help="What the practitioner should know, in a sentence.")
    active = fields.Boolean(default=True)

    _one_subject = models.Constraint(
        "CHECK (num_nonnulls(kind_id, substance_id) = 1)",
        "A rule is about one kind of risk or about one substance: fill in exactly one of them.",
    )
    _one_scope = models.Constraint(
        "CHECK (num_nonnulls(treatment_id, category_id) <= 1)",
        "A rule is for one treatment, for one category, or for every treatment: fill in at most one of them.",
    )
    _after_days_not_negative = models.Constraint(
        "CHECK (COALESCE(after_days, 0) >= 0)", "The days after a risk has ended cannot be negative."
    )
    _rule_uniq = models.UniqueIndex(
        "(COALESCE(kind_id, 0), COALESCE(substance_id, 0), COALESCE(treatment_id, 0), COALESCE(category_id, 0))"
        " WHERE active",
        "There is a rule for this risk and this treatment already: change that one.",
    )

    @api.constrains("treatment_id")
    def _check_is_treatment(self):
        """Risks are weighed against treatments; what products contain is told by their substances."""
        for rule in self.filtered("treatment_id"):
            if not rule.treatment_id.is_treatment:
                raise ValidationError(self.env._("%s is not a treatment. Choose a treatment.", rule.treatment_id.name))

    @api.depends("kind_id.name", "substance_id.name", "treatment_id.name", "category_id.name")
    def _compute_display_name(self):
        for rule in self:
            scope = rule.treatment_id.name or rule.category_id.name or self.env._("every treatment")
            rule.display_name = f"{rule.kind_id.name or rule.substance_id.name or ''} × {scope}"
