from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import float_compare, float_round

from .clinic_discount import ALLOWED

# What the price of a procedure is made of.
PRICED = {"discount", "price_unit", "quantity", "treatment_id"}
# Percentages are compared to two digits.
DIGITS = 2


class ClinicProcedure(models.Model):
    """What a procedure may cost: not below the list's price by more than its giver may give away.

    A price below the list's, a discount and a quantity below one are the same thing, and count together.
    """

    _inherit = "clinic.procedure"

    list_price = fields.Float(
        digits="Product Price",
        compute="_compute_list_price",
        store=True,
        precompute=True,
        help="Of one unit when the treatment was booked, in the branch's currency; discounts are counted from it.",
    )
    discount_ids = fields.One2many("clinic.discount", "procedure_id", groups="clinic.group_reception")
    discount_asked = fields.Boolean(compute="_compute_discount_asked", string="Discount Asked For")

    @api.depends("treatment_id", "company_id")
    def _compute_list_price(self):
        for procedure in self:
            procedure.list_price = procedure._clinic_price()

    @api.model
    def _add_precomputed_values(self, vals_list):
        """A plan of the slot engine has the list price, so that it is not asked for again while people wait."""
        if self._is_planned():
            for vals in vals_list:
                vals["list_price"] = vals["price_unit"]
        super()._add_precomputed_values(vals_list)

    @api.depends("discount_ids.state")
    def _compute_discount_asked(self):
        # That somebody is to decide is no secret of anyone who sees the visit.
        asked = self.env["clinic.discount"].sudo().search([("procedure_id", "in", self.ids), ("state", "=", "asked")])
        for procedure in self:
            procedure.discount_asked = procedure._origin in asked.procedure_id

    @api.model_create_multi
    def create(self, vals_list):
        procedures = super().create(vals_list)
        if not self._is_planned() and not self.env.su:
            for procedure in procedures:
                changed = procedure.discount or float_compare(
                    procedure.price_unit, procedure.list_price, precision_digits=6
                )
                if changed and not procedure._may_change_price():
                    raise AccessError(self._no_right_to_prices_text())
            procedures._check_given({})
        return procedures

    def write(self, vals):
        if not PRICED & vals.keys():
            return super().write(vals)
        if self.visit_id.filtered(lambda visit: visit.state == "done"):
            # Also a checkout at this very moment.
            self.visit_id._hold_off_checkout()
            self.visit_id._check_not_charged()
        if self.env.su or self.env.context.get("clinic_discount") is ALLOWED:
            return super().write(vals)
        if vals.keys() & {"price_unit", "discount"} and not self._may_change_price():
            raise AccessError(self._no_right_to_prices_text())
        before = {procedure: (procedure.treatment_id, procedure._price_left()) for procedure in self}
        result = super().write(vals)
        self._check_given(before)
        return result

    def _may_change_price(self):
        return self.env.su or self.env.user.has_group("clinic.group_reception")

    @api.model
    def _no_right_to_prices_text(self):
        return self.env._("Only reception and managers change prices and discounts.")

    # -- what is given away -------------------------------------------------------------------------------------------

    def _price_left(self, price_unit=None, discount=None):
        """Return what is left of one unit's price, or would be; a quantity below one is taken for a discount."""
        self.ensure_one()
        price_unit = self.price_unit if price_unit is None else price_unit
        discount = self.discount if discount is None else discount
        return price_unit * (1 - discount / 100) * min(self.quantity, 1)

    def _percent_given(self, **price):
        """Return how much of the list price is given away, or would be, in percent; below zero for a higher price."""
        self.ensure_one()
        return float_round(100 * (1 - self._price_left(**price) / self.list_price), DIGITS) if self.list_price else 0.0

    def _check_given(self, before):
        """Raise when the user gives away more than they may; write down what else is given away.

        :param before: {procedure: (its treatment, what was left of its price)} where it is changed
        """
        given = self.browse()
        for procedure in self:
            treatment, left = before.get(procedure, (None, None))
            same = treatment == procedure.treatment_id
            if same and float_compare(procedure._price_left(), left, precision_digits=6) >= 0:
                continue
            if float_compare(procedure._percent_given(), 0, DIGITS) <= 0:
                continue
            procedure._check_limit(moved=treatment and not same)
            if not treatment or same:
                given += procedure
        given._write_down_discount("allowed")

    def _check_limit(self, moved=False):
        """Raise ``UserError`` when this procedure is below the list price by more than the user may give away.

        :param moved: whether only another treatment was chosen, and what reception had given stays
        """
        self.ensure_one()
        branch, percent = self.company_id, self._percent_given()
        limit = self.env.user._clinic_discount_limit(branch)
        if moved:
            limit = max(limit, branch.sudo().clinic_discount_reception)
        if float_compare(percent, limit, DIGITS) <= 0 or self._is_allowed():
            return
        raise UserError(
            self.env._(
                "%(treatment)s would cost %(percent)s %% less than the price list says; you may give %(limit)s %%. "
                "Ask a manager with “Discount…”.",
                treatment=self.treatment_id.name,
                percent=f"{percent:g}",
                limit=f"{limit:g}",
            )
        )

    def _is_allowed(self):
        """Return whether a manager has allowed what is left of the price, or less, for this treatment."""
        # Whether it was allowed does not depend on who asks.
        allowed = self.sudo().discount_ids.filtered(
            lambda row: row.state == "allowed" and row.treatment_id == self.treatment_id
        )
        return any(float_compare(self._percent_given(), row.percent, DIGITS) <= 0 for row in allowed)

    def _write_down_discount(self, state, reason=None, **price):
        """Write down what the user gives away with these procedures, or with ``price`` asks for."""
        rows = [procedure._prepare_discount(state, reason, **price) for procedure in self]
        # What is given away is written down no matter who gives it; nobody has the right to write it by hand.
        self.env["clinic.discount"].sudo().create(rows)

    def _prepare_discount(self, state, reason, **price):
        """Return the values of the row of ``clinic.discount`` that traces the price of this procedure."""
        self.ensure_one()
        decided = {} if state == "asked" else {"decided_by_id": self.env.uid, "decided_at": fields.Datetime.now()}
        given_away = (self.list_price - self._price_left(**price)) * max(self.quantity, 1)
        return {
            "visit_id": self.visit_id.id,
            "procedure_id": self.id,
            "treatment_id": self.treatment_id.id,
            "list_price": self.list_price,
            "quantity": self.quantity,
            "percent": self._percent_given(**price),
            "amount": self.company_id.sudo().currency_id.round(given_away),
            "reason": reason,
            "state": state,
            "asked_by_id": self.env.uid,
            **{"price_unit": self.price_unit, "discount": self.discount, **price},
            **decided,
        }

    def action_ask_discount(self):
        """Open the request for a price below the list's."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask for Discount"),
            "res_model": "clinic.discount.ask",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_procedure_id": self.id},
        }
