from odoo import api, fields, models


class ClinicProcedure(models.Model):
    _name = "clinic.procedure"
    _inherit = ["clinic.procedure", "clinic.margin.mixin"]

    _margin_key = "procedure_id"

    # Floats, because whoever books would read a currency for each amount of money.
    # None is precomputed: that is done with the rights of whoever books, who may not know what the clinic earns.
    room_cost_hour = fields.Float(
        compute="_compute_cost_hours",
        store=True,
        digits=(16, 6),
        groups="clinic.group_manager",
        help="What an hour of the room cost when the procedure was done.",
    )
    device_cost_hour = fields.Float(
        compute="_compute_cost_hours",
        store=True,
        digits=(16, 6),
        groups="clinic.group_manager",
        help="What an hour of the device cost when the procedure was done.",
    )
    price_expected = fields.Float(
        compute="_compute_price_expected",
        store=True,
        digits=(16, 6),
        groups="clinic.group_manager",
        help="What checkout would charge for the treatment, without taxes; known once the procedure is done.",
    )

    @api.depends("state")
    def _compute_cost_hours(self):
        """Later rates say nothing of what was done before, so those of the room and the device are not awaited."""
        for procedure in self:
            done = procedure.state == "done"
            procedure.room_cost_hour = done and procedure.room_id.cost_hour
            procedure.device_cost_hour = done and procedure.device_id.cost_hour

    @api.depends("state", "price_unit", "quantity", "discount", "treatment_id")
    def _compute_price_expected(self):
        for procedure in self:
            procedure.price_expected = procedure.state == "done" and procedure._amounts()["total_excluded"]

    def _prepare_invoice_lines(self):
        lines = super()._prepare_invoice_lines()
        # An item that was forgotten may have been billed later, by an invoice of its own.
        charged = self.consumption_ids.filtered(lambda c: c._is_charged() and not c._live_invoice_lines())
        return lines + [consumption._prepare_invoice_line() for consumption in charged]
