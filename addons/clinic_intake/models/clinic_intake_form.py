from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ClinicIntakeForm(models.Model):
    """A questionnaire that patients fill in before a treatment: for which treatments, and how often it is asked.

    Its questions stand in its versions. Without a published one nobody is asked.
    """

    _name = "clinic.intake.form"
    _description = "Intake Form"
    _order = "sequence, id"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    mandatory = fields.Boolean(
        default=True,
        help="A procedure does not start before it was filled in and reviewed. Otherwise patients are only asked.",
    )
    for_all = fields.Boolean(string="For Every Treatment")
    treatment_ids = fields.Many2many(
        "product.template",
        "clinic_intake_form_treatment_rel",
        "form_id",
        "treatment_id",
        string="Treatments",
        domain=[("is_treatment", "=", True)],
    )
    category_ids = fields.Many2many(
        "product.category",
        "clinic_intake_form_category_rel",
        "form_id",
        "category_id",
        string="Categories",
        help="All treatments of these categories and of those below them.",
    )
    months = fields.Integer(
        string="Asked Again After",
        default=6,
        help="In months. The patient is then asked whether anything has changed; 0: never again.",
    )
    version_ids = fields.One2many("clinic.intake.version", "form_id", string="Versions")
    is_published = fields.Boolean(compute="_compute_is_published", string="Published")

    _months_positive = models.Constraint("CHECK (months BETWEEN 0 AND 240)", "Say after how many months, 0 to 240.")

    @api.depends("version_ids.state")
    def _compute_is_published(self):
        for form in self:
            form.is_published = bool(form._published())

    @api.constrains("treatment_ids")
    def _check_treatments(self):
        """Only treatments need an intake."""
        for form in self:
            if wrong := form.treatment_ids.filtered(lambda product: not product.is_treatment):
                raise ValidationError(self.env._("%s is not a treatment. Choose a treatment.", wrong[0].name))

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    def _published(self):
        """Return the version of this form that patients fill in, if there is one."""
        return self.version_ids.filtered(lambda version: version.state == "published")
