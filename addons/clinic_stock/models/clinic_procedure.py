from odoo import api, fields, models
from odoo.exceptions import UserError


class ClinicProcedure(models.Model):
    _inherit = "clinic.procedure"

    consumption_ids = fields.One2many("clinic.consumption", "procedure_id", string="Items Used")
    consumption_count = fields.Integer(compute="_compute_consumption_count")

    @api.depends("consumption_ids.state")
    def _compute_consumption_count(self):
        for procedure in self:
            procedure.consumption_count = len(procedure.consumption_ids.filtered(lambda c: c.state == "used"))

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
            "product_id": self._consume_id("product.product", product),
            "quantity": self._consume_quantity(qty),
        }
        if uom:
            vals["uom_id"] = self._consume_id("uom.uom", uom)
        if lot:
            vals["lot_id"] = self._consume_id("stock.lot", lot)
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

    def _consume_quantity(self, qty):
        if isinstance(qty, bool) or not isinstance(qty, int | float) or not qty > 0:
            raise UserError(self.env._("The quantity used must be above zero."))
        return qty

    def _consume_id(self, model, value):
        """Return the id of the existing ``model`` record that ``value``, a record or an id, stands for."""
        record = value if isinstance(value, models.BaseModel) else self.env[model].browse(value)
        # Whether it exists is all that is asked; the consumption's own rights decide about the rest.
        if record._name != model or len(record) != 1 or not record.sudo().exists():
            raise UserError(self.env._("Choose an existing %s.", self.env[model]._description))
        return record.id
