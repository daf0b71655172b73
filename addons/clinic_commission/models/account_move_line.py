from odoo import models

from ..occasion import Amounts


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _commission_amounts(self):
        """Return what these lines charge, in the branch's currency; below zero on credit notes."""
        return sum((line._commission_amount() for line in self), Amounts())

    def _commission_amount(self):
        """Return what this line charges: after discount, at list price, the tax on it and the units."""
        self.ensure_one()
        net, sign = -self.balance, -1 if self.move_id.move_type == "out_refund" else 1
        tax = net * (self.price_total / self.price_subtotal - 1) if self.price_subtotal else 0.0
        return Amounts(net=net, list=self._commission_list(net, sign), tax=tax, quantity=sign * self.quantity)

    def _commission_list(self, net, sign):
        """Return what this line would charge at the list price; what has none is charged at its price."""
        procedure = self.clinic_procedure_id if self._clinic_is_treatment() else self.env["clinic.procedure"]
        price = self.price_unit * (1 - self.discount / 100)
        listed = procedure.list_price if procedure else self.price_unit
        if price:
            return net * listed / price
        return sign * listed * self.quantity
