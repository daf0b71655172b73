from math import isfinite

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_compare, float_repr

DIGITS = 3


class ClinicProcedureParameter(models.Model):
    """What was set or measured in one procedure.

    A value outside the protocol's range is kept as it was used; the procedure cannot be closed until it has a reason.
    """

    _name = "clinic.procedure.parameter"
    _description = "Recorded Parameter"
    _inherit = "clinic.record.line"

    _entered = {"value", "reason"}

    protocol_parameter_id = fields.Many2one(
        "clinic.protocol.parameter", required=True, readonly=True, ondelete="restrict"
    )
    name = fields.Char(related="protocol_parameter_id.name")
    unit = fields.Char(related="protocol_parameter_id.unit")
    minimum = fields.Float(related="protocol_parameter_id.minimum")
    maximum = fields.Float(related="protocol_parameter_id.maximum")
    mandatory = fields.Boolean(related="protocol_parameter_id.mandatory")
    range_text = fields.Char(string="Allowed", compute="_compute_range_text")
    value = fields.Float(digits=(16, DIGITS))
    recorded_at = fields.Datetime(readonly=True, help="Empty until a value, which may be 0, is entered.")
    recorded_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    outside = fields.Boolean(string="Outside the Range", compute="_compute_outside", store=True)
    reason = fields.Char(help="Why the value lies outside the allowed range.")

    _parameter_uniq = models.UniqueIndex(
        "(procedure_id, protocol_parameter_id)", "This parameter belongs to the procedure's record already."
    )

    @api.depends("minimum", "maximum", "unit")
    def _compute_range_text(self):
        for parameter in self:
            parts = [] if parameter._is_free() else [f"{_plain(parameter.minimum)}–{_plain(parameter.maximum)}"]
            parameter.range_text = " ".join([*parts, *filter(None, [parameter.unit])])

    # The range is not among the dependencies: it never changes once the protocol is published.
    @api.depends("value", "recorded_at")
    def _compute_outside(self):
        for parameter in self:
            parameter.outside = bool(parameter.recorded_at) and not parameter._allows(parameter.value)

    def _is_free(self):
        """Return whether any value is allowed."""
        return not self.minimum and not self.maximum

    def _allows(self, value):
        """Return whether ``value`` lies in the allowed range."""
        self.ensure_one()
        return self._is_free() or (
            float_compare(value, self.minimum, DIGITS) >= 0 and float_compare(value, self.maximum, DIGITS) <= 0
        )

    def _prepare_entry(self, vals):
        vals = dict(vals)
        if "reason" in vals:
            vals["reason"] = (vals["reason"] or "").strip() or False
        if "value" not in vals:
            return vals
        value = vals["value"]
        if value is None or value is False:
            return {**vals, "value": 0, "recorded_at": False, "recorded_by_id": False}
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            raise ValidationError(self.env._("Enter a number for the parameter."))
        return {**vals, "recorded_at": fields.Datetime.now(), "recorded_by_id": self.env.uid}

    def _missing_text(self):
        """Return what keeps the procedure from being closed, or None."""
        self.ensure_one()
        if self.mandatory and not self.recorded_at:
            return self.env._("Value: %s", self.name)
        if self.outside and not self.reason:
            return self.env._("Reason: %(name)s outside %(range)s", name=self.name, range=self.range_text)
        return None


def _plain(value):
    """Return ``value`` without trailing zeros."""
    return float_repr(value, DIGITS).rstrip("0").rstrip(".")
