from odoo import fields, models

# What the price of a procedure is made of.
PRICED = {"price_unit", "quantity", "discount", "treatment_id"}


class ClinicProcedure(models.Model):
    _name = "clinic.procedure"
    _inherit = ["clinic.procedure", "clinic.margin.mixin"]

    _margin_key = "procedure_id"

    # Floats, because anyone who books would read a currency for each amount of money.
    # None is computed by the ORM: each booking would pay for a second update of a row whose margin is far away.
    room_cost_hour = fields.Float(
        readonly=True,
        copy=False,
        digits=(16, 6),
        groups="clinic.group_manager",
        help="What an hour of the room cost when the procedure was done.",
    )
    device_cost_hour = fields.Float(
        readonly=True,
        copy=False,
        digits=(16, 6),
        groups="clinic.group_manager",
        help="What an hour of the device cost when the procedure was done.",
    )
    price_expected = fields.Float(
        readonly=True,
        copy=False,
        digits=(16, 6),
        groups="clinic.group_manager",
        help="What checkout would charge for the treatment, without taxes; known once the procedure is done.",
    )

    def _after_transition(self, new):
        super()._after_transition(new)
        if new == "done":
            # Anyone who treats may not know what the clinic earns, and yet this is kept.
            self.sudo()._keep_cost_hours()
            self.sudo()._keep_price_expected()

    def write(self, vals):
        result = super().write(vals)
        if PRICED & vals.keys():
            # As above.
            self.filtered(lambda procedure: procedure.state == "done").sudo()._keep_price_expected()
        return result

    def _keep_cost_hours(self):
        """Keep the rates of this moment: later ones say nothing of what was done before."""
        for procedure in self:
            rates = {
                "room_cost_hour": procedure.room_id.cost_hour,
                "device_cost_hour": procedure.device_id.cost_hour,
            }
            super(ClinicProcedure, procedure).write(rates)

    def _keep_price_expected(self):
        """Keep what checkout would charge for these procedures."""
        for procedure in self:
            super(ClinicProcedure, procedure).write({"price_expected": procedure._amount_earned()})

    def _prepare_invoice_lines(self):
        lines = super()._prepare_invoice_lines()
        # An item that was forgotten may have been billed later, by an invoice of its own.
        charged = self.consumption_ids.filtered(lambda c: c._is_charged() and not c._live_invoice_lines())
        return lines + [consumption._prepare_invoice_line() for consumption in charged]
