from odoo import api, fields, models


class StockMove(models.Model):
    """Lots that are entered in one go get no expiry date that nobody has said."""

    _inherit = "stock.move"

    def _clinic_expiry_unknown(self, product):
        """Return whether Odoo would give lots of ``product`` today as their expiry, for want of a shelf life."""
        return product.clinic_item and product.use_expiration_date and not product.expiration_time

    @api.model
    def action_generate_lot_line_vals(self, context_data, mode, first_lot, count, lot_text):
        vals_list = super().action_generate_lot_line_vals(context_data, mode, first_lot, count, lot_text)
        if self._clinic_expiry_unknown(self.env["product.product"].browse(context_data.get("default_product_id"))):
            picking = self.env["stock.picking"].browse(context_data.get("default_picking_id"))
            given = picking.scheduled_date or fields.Datetime.today()
            for vals in vals_list:
                if vals.get("expiration_date") == given:
                    vals["expiration_date"] = False
        return vals_list

    def _generate_serial_move_line_commands(self, field_data, location_dest_id=False, origin_move_line=None):
        commands = super()._generate_serial_move_line_commands(field_data, location_dest_id, origin_move_line)
        if self._clinic_expiry_unknown(self.product_id):
            for command in commands:
                if command[2].get("expiration_date") == fields.Datetime.today():
                    command[2]["expiration_date"] = False
        return commands
