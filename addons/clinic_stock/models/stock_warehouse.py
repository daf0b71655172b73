from odoo import api, models


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    @api.model_create_multi
    def create(self, vals_list):
        warehouses = super().create(vals_list)
        warehouses._create_treatment_locations()
        return warehouses

    def _create_treatment_locations(self):
        """Give the branch of each of these warehouses a treatment-room location, where it has none yet."""
        for warehouse in self:
            if not warehouse.company_id.treatment_location_id:
                warehouse.company_id.treatment_location_id = self.env["stock.location"].create(
                    warehouse._prepare_treatment_location()
                )

    def _activate_internal_transfers(self):
        """Offer internal transfers, which Odoo hides where a warehouse was made before there were several locations."""
        self.int_type_id.active = True

    def _prepare_treatment_location(self):
        """Return the values of this warehouse's treatment-room location."""
        self.ensure_one()
        return {
            "name": self.env._("Treatment Rooms"),
            "usage": "internal",
            "location_id": self.view_location_id.id,
            "company_id": self.company_id.id,
        }
