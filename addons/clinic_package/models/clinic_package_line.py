from odoo import api, fields, models
from odoo.exceptions import ValidationError

MOST_SESSIONS = 60


class ClinicPackageLine(models.Model):
    """So many sessions of one treatment, or of any treatment of a category, in a package."""

    _name = "clinic.package.line"
    _description = "Sessions of a Package"
    _order = "sequence, id"

    package_id = fields.Many2one("product.template", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    treatment_id = fields.Many2one(
        "product.template", domain=[("is_treatment", "=", True)], ondelete="restrict", index="btree_not_null"
    )
    category_id = fields.Many2one(
        "product.category",
        string="Any Treatment Of",
        ondelete="restrict",
        index="btree_not_null",
        help="Any treatment of this category, or of those below it.",
    )
    count = fields.Integer(string="Sessions", required=True, default=6)
    list_price = fields.Float(
        string="Single Price",
        digits="Product Price",
        compute="_compute_list_price",
        store=True,
        readonly=False,
        help="Of one session that is bought alone; the package's price is shared out in proportion to it.",
    )

    _count_range = models.Constraint(
        f"CHECK (count BETWEEN 1 AND {MOST_SESSIONS})",
        f"A package has between 1 and {MOST_SESSIONS} sessions of a kind.",
    )
    _one_of = models.Constraint(
        "CHECK (num_nonnulls(treatment_id, category_id) = 1)", "Choose either a treatment or a category."
    )
    _price_not_negative = models.Constraint("CHECK (COALESCE(list_price, 0) >= 0)", "A price cannot be below zero.")

    @api.depends("treatment_id", "treatment_id.list_price", "category_id")
    def _compute_list_price(self):
        for line in self:
            if line.treatment_id:
                line.list_price = line.treatment_id.list_price

    @api.constrains("category_id", "list_price")
    def _check_category_has_price(self):
        """What any treatment of a category costs alone is said by nobody but the package."""
        for line in self.filtered("category_id"):
            if not line.list_price:
                raise ValidationError(
                    self.env._("Enter what a single session of “%s” costs.", line.category_id.display_name)
                )

    def _single_price(self, branch, patient):
        """Return what one session costs ``patient`` alone in ``branch``, in its currency, as the taxes say."""
        self.ensure_one()
        if self.treatment_id:
            return self.treatment_id._clinic_price(branch, None, patient)
        owner = self.package_id.company_id or self.env.ref("base.main_company")
        # The rate is nobody's secret.
        source, target = owner.sudo().currency_id, branch.sudo().currency_id
        return source._convert(self.list_price, target, branch, branch._clinic_today())
