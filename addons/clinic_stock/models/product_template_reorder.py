from odoo import api, fields, models
from odoo.exceptions import UserError


class ProductTemplate(models.Model):
    """The reordering rule of an item in the current branch, where the item is looked at."""

    _inherit = "product.template"

    clinic_reorder_min = fields.Float(
        string="Reorder Below",
        digits="Product Unit",
        compute="_compute_clinic_reorder_min",
        inverse="_inverse_clinic_reorder_min",
        groups="clinic.group_warehouse",
        help="The buyer is told when the branch, store and treatment rooms together, has less than this and nothing is"
        " on its way. Each branch has its own.",
    )
    clinic_below_threshold = fields.Boolean(
        string="Below Threshold",
        compute="_compute_clinic_below_threshold",
        search="_search_clinic_below_threshold",
        groups="clinic.group_warehouse",
    )

    @api.depends("product_variant_ids.orderpoint_ids.product_min_qty", "product_variant_ids.orderpoint_ids.active")
    @api.depends_context("company")
    def _compute_clinic_reorder_min(self):
        rules = self.product_variant_ids._clinic_store_rules()
        minimum = {rule.product_tmpl_id: rule.product_min_qty for rule in rules if rule.active}
        for template in self:
            template.clinic_reorder_min = minimum.get(template._origin, 0)

    def _inverse_clinic_reorder_min(self):
        # A template that is being created has no variant yet; it gets this value once it has.
        for template in self.filtered("product_variant_ids"):
            if len(template.product_variant_ids) > 1:
                raise UserError(
                    self.env._("%s has variants: set the reordering rule of each of them.", template.display_name)
                )
            template.product_variant_ids._clinic_set_reorder_min(template.clinic_reorder_min)

    def _get_related_fields_variant_template(self):
        return [*super()._get_related_fields_variant_template(), "clinic_reorder_min"]

    @api.depends_context("allowed_company_ids")
    def _compute_clinic_below_threshold(self):
        below = self._clinic_below_threshold([("product_id", "in", self.product_variant_ids.ids)])
        for template in self:
            template.clinic_below_threshold = template._origin in below

    def _search_clinic_below_threshold(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("id", "in" if True in value else "not in", self._clinic_below_threshold([]).ids)]

    def _clinic_below_threshold(self, domain):
        """Return the items below their threshold in one of the branches that the user looks at."""
        rules = self.env["stock.warehouse.orderpoint"].search(
            [
                *domain,
                ("product_id.clinic_item", "=", True),
                ("product_min_qty", ">", 0),
                ("company_id", "in", self.env.companies.ids),
            ]
        )
        return rules.filtered(lambda rule: rule._clinic_is_store_rule() and rule._clinic_is_below()).product_tmpl_id

    def action_clinic_reorder_rule(self):
        """Open the reordering rule of this item in the current branch, or a new one, in a dialog."""
        self.ensure_one()
        if len(self.product_variant_ids) != 1:
            return self.action_view_orderpoints()
        rule = self.product_variant_ids._clinic_store_rules()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reorder %s", self.name),
            "res_model": rule._name,
            "res_id": rule.id,
            "views": [(self.env.ref("clinic_stock.clinic_reorder_rule_view_form").id, "form")],
            "target": "new",
            "context": {
                f"default_{name}": value
                for name, value in self.product_variant_ids._prepare_clinic_store_rule().items()
            },
        }
