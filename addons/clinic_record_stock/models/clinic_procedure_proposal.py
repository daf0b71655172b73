from odoo import models


class ClinicProcedure(models.Model):
    """What is known today comes before what was done the last time: the dose of the items, the dilution of the vial."""

    _inherit = "clinic.procedure"

    def _propose_values(self):
        proposed = super()._propose_values()
        empty = self.parameter_ids.filtered(lambda parameter: not parameter.recorded_at)
        for parameter in empty:
            known = self._known_value(parameter.protocol_parameter_id)
            if known and parameter._allows(known[0]):
                proposed[parameter] = known
            elif known:
                # Another value than is known would be wrong, and this one needs a reason.
                proposed.pop(parameter, None)
        return proposed

    def _known_value(self, limits):
        """Return (value, where it comes from) of a protocol's parameter as the items say, None where they do not."""
        if limits.dose_product_ids:
            used = self._used_quantities()
            dose = limits._dose_of(used)
            if dose:
                return dose, self.env._("as used")
            dose = limits._dose_of(self._expected_quantities())
            return (dose, self.env._("as the kit has it")) if dose else None
        if limits.dilution_product_id:
            dilution = self._dilution_of(limits.dilution_product_id)
            return (dilution, self.env._("as the vial is diluted")) if dilution else None
        return None

    def _expected_quantities(self):
        """Return {product: quantity in its unit} of what the kit still expects."""
        return {
            item.product_id: item.uom_id._compute_quantity(item.quantity, item.product_id.uom_id, round=False)
            for item in self._expected_items()
        }

    def _dilution_of(self, product):
        """Return in how many ml a vial of ``product`` is dissolved: the one drawn from last, else the next one."""
        # What was drawn in this very procedure, whatever rights in the stock app its practitioner has.
        drawn = self.sudo().consumption_ids.filtered(lambda use: use.state == "used" and use.product_id == product)
        vials = drawn.vial_line_ids.sorted("id").vial_id
        if vials:
            return vials[-1:].dilution
        sources = self._item_sources(product.sudo())[product.id]
        return next((source["dilution"] for source in sources if not source.get("is_over")), 0)

    def _propose_map(self):
        """Say whether the last map's doses are those of today's items."""
        proposed = super()._propose_map()
        if not proposed:
            return proposed
        known = {**self._expected_quantities(), **self._used_quantities()}
        pinned = self.previous_map_id.sudo()._injections()
        return {
            **proposed,
            "fits": not any(
                self._map_difference(product, pins, known.get(product, 0)) for product, pins in pinned.items()
            ),
        }
