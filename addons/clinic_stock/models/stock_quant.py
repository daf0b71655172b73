from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from .. import guards


class StockQuant(models.Model):
    """Of a clinic item there is never less than nothing."""

    _inherit = "stock.quant"

    clinic_expiry_day = fields.Date(related="lot_id.clinic_expiry_day", string="Expires On")

    def init(self):
        guards.install(self.env.cr, guards.STOCK)

    @api.model
    def _sql_error_to_message(self, exc):
        if guards.is_violated(exc, guards.STOCK):
            return self.env._("There is not enough of this item: its stock would fall below zero.")
        return super()._sql_error_to_message(exc)

    @api.model
    def _clinic_wait(self, products, locations):
        """Wait for anyone who takes ``products`` out of ``locations`` now; return {lot id: what is free of it}.

        Odoo's own lock skips rows that others hold, and stock would go below zero; after this one, the transaction
        fails to serialize where they have changed something, and Odoo runs it again on what is left. What others own,
        or what lies in packages, is not free.
        """
        self.flush_model(["quantity", "reserved_quantity"])
        rows = self.env.execute_query(
            SQL(
                "SELECT lot_id, CASE WHEN package_id IS NULL AND owner_id IS NULL THEN quantity - reserved_quantity END"
                "  FROM stock_quant WHERE product_id = ANY(%s) AND location_id = ANY(%s) ORDER BY id FOR UPDATE",
                products.ids,
                locations.ids,
            )
        )
        free = defaultdict(float)
        for lot_id, quantity in rows:
            free[lot_id] += float(quantity or 0)
        return free
