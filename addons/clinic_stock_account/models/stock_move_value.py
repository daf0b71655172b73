from collections import defaultdict

from odoo import models
from odoo.tools import float_round

from odoo.addons.clinic.money import value_taken


class StockMove(models.Model):
    """What items cost when they come, and the books when a patient got them.

    With perpetual valuation, what is used becomes a cost from that moment on, whether it will be invoiced or not.
    """

    _inherit = "stock.move"

    def _get_value_from_std_price(self, quantity, std_price=False, at_date=None):
        """A lot that another branch got first has no cost in this one, where nobody bought it: the item's counts."""
        data = super()._get_value_from_std_price(quantity, std_price, at_date)
        if not data["value"] and self.product_id.clinic_item:
            data["value"] = self.product_id.standard_price * quantity
        return data

    def _set_value(self, correction_quantity=None):
        """What is used of an item bit by bit costs, all in all, what the whole has cost."""
        result = super()._set_value(correction_quantity)
        if not correction_quantity:
            self.filtered(lambda move: move._is_used_in_parts())._set_value_of_parts()
        return result

    def _is_used_in_parts(self):
        """Return whether this move is about to take out an item that has a cost by unit."""
        self.ensure_one()
        item = self.product_id
        return item.clinic_item and self.state != "done" and item.cost_method != "fifo" and self._is_out()

    def _set_value_of_parts(self):
        """Value each of these moves by what is there before it and after it."""
        there = self._quantities_there()
        for move in self:
            item, value, rounding = move.product_id, 0.0, move.company_id.sudo().currency_id.rounding
            for line in move._get_out_move_lines():
                lot = line.lot_id if item.lot_valuated else line.lot_id.browse()
                key = (move.company_id, item, lot)
                before = there.get(key, 0.0)
                there[key] = before - line.quantity_product_uom
                value += value_taken((lot or item).standard_price, before, there[key], rounding)
            move.value = float_round(value, precision_rounding=rounding)

    def _quantities_there(self):
        """Return {(branch, item, lot): quantity} of what these moves take from; without a lot that has no own cost."""
        # Anyone who treats has no rights in the stock.
        held = (
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                [
                    ("product_id", "in", self.product_id.ids),
                    ("company_id", "in", self.company_id.ids),
                    ("location_id.usage", "in", ("internal", "transit")),
                    "|",
                    ("lot_id", "in", self.move_line_ids.lot_id.ids),
                    ("product_id.lot_valuated", "=", False),
                ],
                ["company_id", "product_id", "lot_id"],
                ["quantity:sum"],
            )
        )
        there = defaultdict(float)
        for branch, item, lot, quantity in held:
            there[branch, item, lot if item.lot_valuated else lot.browse()] += quantity
        return there

    def _should_create_account_move(self):
        return super()._should_create_account_move() or self._is_clinic_cost()

    def _get_account_move_line_vals(self):
        if self._is_clinic_use():
            return self._prepare_clinic_cost_lines()
        return super()._get_account_move_line_vals()

    def _is_clinic_use(self):
        """Return whether this move brings an item to a patient, or back."""
        self.ensure_one()
        return self.env.ref("clinic_stock.location_patients") in self.location_id | self.location_dest_id

    def _is_clinic_cost(self):
        """Return whether this use, or its undoing, is booked at once. A missing account never stops who treats."""
        return bool(
            self._is_clinic_use()
            and self.is_valued
            and self.product_id.valuation == "real_time"
            and not self.company_currency_id.is_zero(self.value)
            and all(self._clinic_cost_accounts())
        )

    def _clinic_cost_accounts(self):
        """Return the account of the stock, and that of the cost of what is used: the item's expense account."""
        accounts = self.product_id._get_product_accounts()
        patients = self.env.ref("clinic_stock.location_patients")
        return accounts["stock_valuation"], patients.valuation_account_id or accounts["expense"]

    def _prepare_clinic_cost_lines(self):
        """Return the values of the journal items of this use: cost to stock, or the other way round when undone."""
        stock, cost = self._clinic_cost_accounts()
        debit, credit = (cost, stock) if self.is_out else (stock, cost)
        value = self._get_aml_value()
        # The books are read far beyond the clinic. They have the item, and so not the visit, whose number stands on an
        # invoice beside the patient's name.
        name = self.product_id.product_tmpl_id._document_name()
        line = {"name": name, "product_id": self.product_id.id}
        return [
            {**line, "account_id": credit.id, "debit": 0, "credit": value},
            {**line, "account_id": debit.id, "debit": value, "credit": 0},
        ]
