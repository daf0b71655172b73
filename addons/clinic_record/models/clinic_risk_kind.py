from odoo import fields, models

TYPES = [
    ("allergy", "Allergy"),
    ("condition", "Condition"),
    ("medication", "Medication"),
    ("pregnancy", "Pregnancy or nursing"),
    ("reaction", "Past reaction"),
    ("implant", "Implant"),
    ("sensitivity", "Sensitivity"),
    ("other", "Other"),
]
SEVERITIES = [("mild", "Mild"), ("moderate", "Moderate"), ("severe", "Severe")]


class ClinicRiskKind(models.Model):
    """A kind of risk that patients may have: an allergy to a substance, a condition, a medication …"""

    _name = "clinic.risk.kind"
    _description = "Kind of Risk"
    _order = "type, name"

    name = fields.Char(required=True, translate=True)
    type = fields.Selection(TYPES, required=True, default="condition")
    substance_id = fields.Many2one(
        "clinic.substance",
        ondelete="restrict",
        index="btree_not_null",
        help="The substance that the patient is allergic to, or takes.",
    )
    severity = fields.Selection(
        SEVERITIES, required=True, default="moderate", help="Proposed when this risk is recorded for a patient."
    )
    code = fields.Char(help="Its code in a classification, e.g. ICD-10.")
    rule_ids = fields.One2many("clinic.risk.rule", "kind_id", string="Rules")
    active = fields.Boolean(default=True)

    _name_uniq = models.UniqueIndex("(type, (name->>'en_US'))", "This kind of risk is in the catalogue already.")
