from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..const import KINDS, WITNESSES


class ClinicConsentTemplate(models.Model):
    """A consent that the clinic asks for: for which treatments, how long it holds, and whether they wait for it.

    What the patient reads stands in its texts, one for each language. Without a published text nothing is asked.
    """

    _name = "clinic.consent.template"
    _description = "Consent Form"
    _order = "sequence, id"

    name = fields.Char(required=True)
    kind = fields.Selection(
        KINDS,
        required=True,
        default="treatment",
        help="Photos: each use is asked for, and accepted or refused, by itself.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    mandatory = fields.Boolean(
        default=True, help="A procedure does not start without it. Otherwise it is offered, and may be left out."
    )
    for_all = fields.Boolean(string="For Every Treatment")
    treatment_ids = fields.Many2many(
        "product.template",
        "clinic_consent_template_treatment_rel",
        "template_id",
        "treatment_id",
        string="Treatments",
        domain=[("is_treatment", "=", True)],
    )
    category_ids = fields.Many2many(
        "product.category",
        "clinic_consent_template_category_rel",
        "template_id",
        "category_id",
        string="Categories",
        help="All treatments of these categories and of those below them.",
    )
    validity = fields.Selection(
        [("procedure", "One procedure"), ("months", "Months"), ("open", "Until it is withdrawn")],
        required=True,
        default="months",
        string="Valid For",
        help="Of what is signed from now on; what was signed before holds as it was signed.",
    )
    validity_months = fields.Integer(string="Months", default=12)
    witness = fields.Selection(
        WITNESSES, required=True, default="none", string="Also Signed By", help="Who signs beside the patient."
    )
    version_ids = fields.One2many("clinic.consent.version", "template_id", string="Texts")
    published_count = fields.Integer(compute="_compute_published_count", string="Published Texts")

    _months_positive = models.Constraint(
        "CHECK (validity != 'months' OR validity_months > 0)", "Say for how many months the consent holds."
    )

    _photos_last = models.Constraint(
        "CHECK (kind != 'photo' OR validity IN ('months', 'open'))",
        "The use of photos is permitted for some months, or until it is withdrawn.",
    )

    @api.depends("version_ids.state")
    def _compute_published_count(self):
        for template in self:
            template.published_count = len(template.version_ids.filtered(lambda version: version.state == "published"))

    @api.constrains("treatment_ids")
    def _check_treatments(self):
        """Only treatments need a consent."""
        for template in self:
            if wrong := template.treatment_ids.filtered(lambda product: not product.is_treatment):
                raise ValidationError(self.env._("%s is not a treatment. Choose a treatment.", wrong[0].name))

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        """Refuse to make a form whose text was published one about something else.

        Photos are asked for use by use: what was signed for something else says nothing about them.
        """
        if "kind" in vals and any(
            template.kind != vals["kind"] and set(template.version_ids.mapped("state")) - {"draft"} for template in self
        ):
            raise UserError(self.env._("A text of this form was published: make a new form for something else."))
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    def _is_of_procedure(self):
        """Return whether a signature is for one procedure, treatment or product, and for no other."""
        self.ensure_one()
        published = self.version_ids.filtered(lambda version: version.state == "published")
        named = any(version.names_treatment or version.names_product for version in published)
        return self.validity not in ("months", "open") or named
