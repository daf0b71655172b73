from odoo import api, models
from odoo.tools import SQL


class ClinicUnitSumMixin(models.AbstractModel):
    """Quantities are added up in one unit alone: U and ml have no sum, no matter who groups them by whatever."""

    _name = "clinic.unit.sum.mixin"
    _description = "Sums in One Unit"

    # {quantity: the field that must be the same in all rows that are added up}
    _unit_sums = {"quantity": "uom_id"}

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        """Leave empty what would be the sum, average or extreme of several units."""
        expression = super()._read_group_select(aggregate_spec, query)
        name, _colon, function = aggregate_spec.partition(":")
        if name not in self._unit_sums or function not in ("sum", "avg", "min", "max"):
            return expression
        unit = self._field_to_sql(self._table, self._unit_sums[name], query)
        return SQL("CASE WHEN COUNT(DISTINCT %s) <= 1 THEN %s END", unit, expression)
