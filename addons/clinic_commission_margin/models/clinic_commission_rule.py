from odoo import fields, models


class ClinicCommissionRule(models.Model):
    """Rules that count what a procedure has cost."""

    _inherit = "clinic.commission.rule"

    basis = fields.Selection(
        selection_add=[("margin", "Margin: price after discount, less items, room and device time")],
        ondelete={"margin": lambda rules: rules.write({"basis": "net", "active": False})},
    )
    deduct_items = fields.Boolean(
        string="Items Used Come Off", help="Taken off first: the items used in the procedure, at what their lots cost."
    )

    def _base(self, occasion):
        price, deducted = super()._base(occasion)
        if not occasion.procedure or not (self.deduct_items or self.basis == "margin"):
            return price, deducted
        costs = self._costs_of(occasion.procedure)
        if self.basis == "margin":
            return price, {**deducted, **costs}
        return price, {**deducted, "items": costs["items"]}

    def _costs_of(self, procedure):
        """Return what ``procedure`` has cost: {"items", "time"}; its own commission is none of it."""
        # Whoever checks out does not see what the clinic earns, and yet this is known.
        facts = self.env["clinic.margin"].sudo().search([("procedure_id", "=", procedure.id)])
        return {"items": facts.item_cost, "time": facts.room_cost + facts.device_cost}
