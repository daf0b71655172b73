from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.clinic.reasons import check_reason

from ..models.clinic_discount import ALLOWED


class ClinicDiscountAsk(models.TransientModel):
    """A price below what the user may give, with the reason: a manager decides on it."""

    _name = "clinic.discount.ask"
    _description = "Ask for a Discount"

    procedure_id = fields.Many2one("clinic.procedure", required=True)
    treatment_id = fields.Many2one(related="procedure_id.treatment_id")
    list_price = fields.Float(related="procedure_id.list_price")
    price_unit = fields.Float(
        string="Price",
        digits="Product Price",
        compute="_compute_price_unit",
        store=True,
        readonly=False,
        help="Of one unit, before discount.",
    )
    discount = fields.Float(string="Disc.%", digits="Discount", compute="_compute_discount", store=True, readonly=False)
    reason = fields.Char(required=True, help="A manager decides by it.")

    # Two methods: with one, what is given for a field would keep the other from being computed.
    @api.depends("procedure_id")
    def _compute_price_unit(self):
        for wizard in self:
            wizard.price_unit = wizard.procedure_id.price_unit

    @api.depends("procedure_id")
    def _compute_discount(self):
        for wizard in self:
            wizard.discount = wizard.procedure_id.discount

    def action_ask(self):
        """Ask the manager; what the user may give without asking is given at once.

        :raises UserError: when nothing is asked for, or the visit has been checked out
        """
        self.ensure_one()
        procedure = self.procedure_id
        procedure.check_access("write")
        if not procedure._may_change_price():
            raise UserError(procedure._no_right_to_prices_text())
        reason = check_reason(self.env, self.reason, self.env._("Say in a few words why this patient pays less."))
        procedure.visit_id._check_not_charged()
        price = {"price_unit": self.price_unit, "discount": self.discount}
        percent = procedure._percent_given(**price)
        if not 0 < percent <= 100 or not self.price_unit >= 0 or not 0 <= self.discount <= 100:
            raise UserError(self.env._("Enter a price below the list's, or a discount of up to 100 %."))
        if percent <= self.env.user._clinic_discount_limit(procedure.company_id):
            procedure.with_context(clinic_discount=ALLOWED).write(price)
            procedure._write_down_discount("allowed", reason)
            return {"type": "ir.actions.act_window_close"}
        procedure._write_down_discount("asked", reason, **price)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("A manager has been asked. The price changes once it is allowed."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
