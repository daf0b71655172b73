from datetime import timedelta

from odoo import api, fields, models


class ClinicStockDay(models.AbstractModel):
    _inherit = "clinic.stock.day"

    @api.model
    def _prepare_sections(self):
        sections = super()._prepare_sections()
        # Between what is short and what is on its way.
        after = [section["key"] for section in sections].index("reorder") + 1
        return [*sections[:after], self._prepare_orders(), *sections[after:]]

    @api.model
    def _prepare_orders(self):
        """What was begun to be ordered of the items, and no vendor has been promised yet."""
        orders = self.env["purchase.order"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("state", "in", ("draft", "sent", "to approve")),
                ("order_line.product_id.clinic_item", "=", True),
            ],
            order="date_order, id",
        )
        return self._section(
            "orders",
            self.env._("Orders to confirm"),
            orders,
            self._order_row,
            "purchase.purchase_rfq",
            {},
            self.env._("No order waits to be confirmed."),
        )

    @api.model
    def _order_row(self, order):
        return {
            "id": order.id,
            "model": order._name,
            "name": order.name,
            "detail": order.partner_id.display_name,
            "moment": fields.Datetime.to_string(order.date_order),
            "urgent": order.date_order < fields.Datetime.now() - timedelta(days=1),
        }
