from odoo import api, models
from odoo.tools import ormcache


class ClinicBookingRuleMixin(models.AbstractModel):
    """A rule that each booking is asked for: of one branch or of all, and known without a query."""

    _name = "clinic.booking.rule.mixin"
    _description = "Rule About Bookings"

    @api.model_create_multi
    def create(self, vals_list):
        # A rule that has just been ended stands in nobody's way.
        self.flush_model()
        rules = super().create(vals_list)
        self.env.registry.clear_cache()
        return rules

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.model
    @ormcache("branch_id")
    def _ids_of(self, branch_id):
        """Return the ids of the rules of a branch in their order, so that clinics without any pay nothing for it."""
        # Which rules there are does not depend on who books.
        branch = self.env["res.company"].sudo().browse(branch_id)
        return tuple(self.sudo().search([("company_id", "in", [*branch.parent_ids.ids, False])]).ids)

    def _matching_treatments(self, treatments):
        """Return those of ``treatments`` for which this rule is: one, those of a category, or all."""
        self.ensure_one()
        if self.treatment_id:
            return treatments.filtered(lambda treatment: treatment == self.treatment_id)
        if self.category_id:
            path = self.category_id.parent_path
            return treatments.filtered(lambda treatment: (treatment.categ_id.parent_path or "").startswith(path))
        return treatments
