from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from odoo.addons.clinic.door import a_number, a_record, takes

_lt = LazyTranslate(__name__)

# Of no item more is used in one treatment; what was typed is a barcode rather.
MOST = 10_000_000
ABOVE_ZERO = _lt("The quantity used must be above zero.")
QUANTITY = a_number(above=0, most=MOST, says=ABOVE_ZERO)


class ClinicProcedure(models.Model):
    _inherit = "clinic.procedure"

    consumption_ids = fields.One2many("clinic.consumption", "procedure_id", string="Items Used")
    consumption_count = fields.Integer(compute="_compute_consumption_count")

    @api.depends("consumption_ids.state")
    def _compute_consumption_count(self):
        for procedure in self:
            procedure.consumption_count = len(procedure.consumption_ids.filtered(lambda c: c.state == "used"))

    @takes(
        product=a_record("product.product", exists=True),
        qty=QUANTITY,
        uom=a_record("uom.uom", exists=True),
        lot=a_record("stock.lot", exists=True),
    )
    def consume(self, product, qty, uom=None, lot=None):
        """Log ``qty`` of ``product`` as used and take it from the branch's treatment-room stock at once.

        :param product: a ``product.product`` or its id
        :param qty: in ``uom``, above zero; fractions are rounded half up to the unit's precision
        :param uom: a ``uom.uom`` or its id; the product's own unit by default
        :param lot: a ``stock.lot`` or its id; by default open vials first, then the first to expire that holds enough
        :return: the ``clinic.consumption``; several where what is in open vials of one lot does not suffice
        :raises UserError, ValidationError: wrong unit, quantity not above zero, lot missing or expired, not enough
        """
        self.ensure_one()
        vals = {
            "procedure_id": self.id,
            "product_id": product.id,
            "quantity": qty,
        }
        if uom:
            vals["uom_id"] = uom.id
        if lot:
            vals["lot_id"] = lot.id
        return self.env["clinic.consumption"].create([vals] if lot else self._split_over_lots(vals))

    def _split_over_lots(self, vals):
        """Return the values of one consumption a lot, where open vials are used up before others are opened."""
        draft = self.env["clinic.consumption"].new(vals)
        unit = draft.product_id.uom_id
        if not draft.product_id.sudo().clinic_vial_uom_id or not draft.uom_id._has_common_reference(unit):
            return [vals]
        needed = draft._product_quantity()
        parts = {}
        for lot, usable in draft._usable_in_order():
            take = min(usable, unit.round(needed - sum(parts.values())))
            parts[lot] = unit.round(parts.get(lot, 0) + take)
            if unit.compare(sum(parts.values()), needed) >= 0:
                break
        if len(parts) == 1 or unit.compare(sum(parts.values()), needed) < 0:
            return [vals]
        return [{**vals, "uom_id": unit.id, "lot_id": lot.id, "quantity": take} for lot, take in parts.items()]
