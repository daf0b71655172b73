from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class ProductProduct(models.Model):
    _inherit = "product.product"

    @api.model_create_multi
    def create(self, vals_list):
        products = super().create(vals_list)
        # The template, to which the field belongs, had no variant yet when it was created with this one.
        for product, vals in zip(products, vals_list, strict=True):
            if vals.get("clinic_reorder_min"):
                product._clinic_set_reorder_min(vals["clinic_reorder_min"])
        return products

    def _clinic_check_whole(self, quantity):
        """Raise ``UserError`` when ``quantity``, in this product's unit, is a part of what has a serial number."""
        self.ensure_one()
        if self.tracking == "serial" and self.uom_id.compare(quantity, round(quantity)) != 0:
            raise UserError(
                self.env._(
                    "%(product)s has serial numbers: each is used as a whole, and %(quantity)s %(unit)s is no whole "
                    "number.",
                    product=self.display_name,
                    quantity=f"{self.uom_id.round(quantity):.15g}",
                    unit=self.uom_id.name,
                )
            )

    @api.depends_context("clinic_usable_until")
    def _compute_quantities(self):
        return super()._compute_quantities()

    def _compute_quantities_dict(self, lot_id, owner_id, package_id, from_date=False, to_date=False):
        """With ``clinic_usable_until`` (context), leave blocked lots and those that expire by then out of the forecast.

        Without it, those that expire by ``to_date`` are left out. A reordering rule looks a year ahead for orders that
        are on their way, and a vial that is good for eleven months would count for nothing.
        """
        usable_until = self.env.context.get("clinic_usable_until")
        products = self.with_context(to_date=usable_until) if usable_until else self
        quantities = super(ProductProduct, products)._compute_quantities_dict(
            lot_id, owner_id, package_id, from_date, to_date
        )
        for product, blocked in products._clinic_blocked_quantities(usable_until).items():
            quantities[product.id]["virtual_available"] -= blocked
        return quantities

    def _clinic_blocked_quantities(self, usable_until):
        """Return {product: free quantity} of what lies in blocked lots that have not expired by ``usable_until``."""
        if not usable_until:
            return {}
        quants, _moves_in, _moves_out = self._get_domain_locations()
        groups = self.env["stock.quant"]._read_group(
            Domain(quants)
            & Domain("product_id", "in", self.ids)
            & Domain("lot_id.clinic_blocked", "=", True)
            & (Domain("removal_date", "=", False) | Domain("removal_date", ">", usable_until)),
            ["product_id"],
            ["quantity:sum", "reserved_quantity:sum"],
        )
        return {product: quantity - reserved for product, quantity, reserved in groups}

    def _clinic_store_rules(self):
        """Return the reordering rules of these products in the store of the current branch, archived ones included."""
        warehouse = self.env.company._clinic_warehouse()
        return (
            self.env["stock.warehouse.orderpoint"]
            .with_context(active_test=False)
            .search([("product_id", "in", self.ids), ("location_id", "=", warehouse.lot_stock_id.id)])
        )

    def _clinic_set_reorder_min(self, minimum):
        """Let the current branch reorder this product when it has less than ``minimum``; 0 means never."""
        self.ensure_one()
        rule = self._clinic_store_rules()
        if not rule:
            if minimum:
                vals = self._prepare_clinic_store_rule()
                rule.create({**vals, "product_min_qty": minimum, "product_max_qty": minimum})
            return
        vals = {"product_min_qty": minimum, "active": True}
        # "Order up to" follows as long as nobody has set it to something else.
        if rule.product_max_qty in (rule.product_min_qty, 0) or rule.product_max_qty < minimum:
            vals["product_max_qty"] = minimum
        rule.write(vals)

    def action_clinic_reorder_rule(self):
        """Open the reordering rule: the variant's form has the template's button, too."""
        return self.product_tmpl_id.action_clinic_reorder_rule()

    def _prepare_clinic_store_rule(self):
        """Return the values of a new reordering rule of this product in the store of the current branch."""
        self.ensure_one()
        warehouse = self.env.company._clinic_warehouse()
        if not warehouse:
            raise UserError(
                self.env._("%s has no warehouse yet: create one for this branch first.", self.env.company.name)
            )
        # Bought when a person says so: the buyer is told, and finds the proposal under Replenishment.
        return {
            "product_id": self.id,
            "warehouse_id": warehouse.id,
            "location_id": warehouse.lot_stock_id.id,
            "company_id": self.env.company.id,
            "trigger": "manual",
        }
