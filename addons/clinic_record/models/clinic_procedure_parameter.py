from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_compare, format_time
from odoo.tools.translate import LazyTranslate

from odoo.addons.clinic.door import a_choice, a_number, a_text, is_number, one_of, takes

from ..exceptions import EditConflict
from ..numbers import DIGITS, plain_number

_lt = LazyTranslate(__name__)


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
    minimum = fields.Float(digits=(16, DIGITS), compute="_compute_range", help="As the patient's skin type allows.")
    maximum = fields.Float(digits=(16, DIGITS), compute="_compute_range", help="As the patient's skin type allows.")
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

    @api.depends("protocol_parameter_id.minimum", "protocol_parameter_id.maximum", "patient_id.noted_skin_type")
    def _compute_range(self):
        for parameter in self:
            limits = parameter.protocol_parameter_id
            # What is allowed does not depend on who asks.
            limits = limits.range_ids._of(parameter.patient_id.sudo().noted_skin_type) or limits
            parameter.minimum, parameter.maximum = limits.minimum, limits.maximum

    @api.depends("minimum", "maximum", "unit")
    def _compute_range_text(self):
        for parameter in self:
            parts = (
                [] if parameter._is_free() else [f"{plain_number(parameter.minimum)}–{plain_number(parameter.maximum)}"]
            )
            parameter.range_text = " ".join([*parts, *filter(None, [parameter.unit])])

    # The range is not among the dependencies: it never changes once the protocol is published, and a closed record
    # stays as it was judged. While it is open, another skin type judges its values again (``set_skin_type``).
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
            vals["reason"] = str(vals["reason"] or "").strip() or False
        if "value" not in vals:
            return vals
        value = vals["value"]
        if value is None or value is False:
            return {**vals, "value": 0, "recorded_at": False, "recorded_by_id": False}
        if not is_number(value):
            raise ValidationError(self.env._("Enter a number for the parameter."))
        return {**vals, "recorded_at": fields.Datetime.now(), "recorded_by_id": self.env.uid}

    def _identity(self):
        """Return what is the same in two versions of a protocol for what is measured alike."""
        self.ensure_one()
        # In whatever language it is read.
        return self.protocol_parameter_id.with_context(lang=None).name, self.unit or ""

    @takes(
        name=a_choice(_entered, says=_lt("Only a value and its reason are entered.")),
        value=one_of(a_number(), a_text(), optional=True),
        seen=one_of(a_number(), a_text(), optional=True),
    )
    def enter(self, name, value, seen):
        """Write ``value`` unless the field has changed since the page that asks was read.

        Of two who save at once the second one's transaction is tried again, and then sees the first one's value.

        :param name: "value" or "reason"
        :param seen: what stood in the field when it was typed over; False for nothing
        :return: what is kept now, to be sent as ``seen`` the next time
        :raises EditConflict: something else was saved meanwhile
        """
        self.ensure_one()
        self.check_access("write")
        kept = self._kept(name)
        if not self._is_same(name, kept, seen) and not self._is_same(name, kept, value):
            raise EditConflict(self._conflict_text(name, kept), kept, kept)
        if not self._is_same(name, kept, value):
            self.write({name: value})
        return self._kept(name)

    def _kept(self, name):
        """Return what is entered, False where nothing is."""
        if name == "value":
            return self.value if self.recorded_at else False
        return self[name] or False

    def _is_same(self, name, one, other):
        if name != "value":
            return (one or "") == (other or "")
        numbers = [value for value in (one, other) if isinstance(value, int | float) and not isinstance(value, bool)]
        return (len(numbers) == 2 and not float_compare(*numbers, DIGITS)) or (not numbers and not one and not other)

    def _conflict_text(self, name, kept):
        if name == "value" and self.recorded_at:
            return self.env._(
                "%(value)s was saved meanwhile by %(user)s at %(time)s.",
                value=f"{plain_number(kept)} {self.unit or ''}".strip(),
                user=self.recorded_by_id.name,
                time=format_time(
                    self.env, self.procedure_id.company_id._clinic_local(self.recorded_at).time(), time_format="short"
                ),
            )
        if kept:
            return self.env._("“%s” was saved meanwhile.", kept)
        return self.env._("It was emptied meanwhile.")

    def _missing_text(self):
        """Return what keeps the procedure from being closed, or None."""
        self.ensure_one()
        if self.mandatory and not self.recorded_at:
            return self.env._("Value: %s", self.name)
        if self.outside and not self.reason:
            return self.env._("Reason: %(name)s outside %(range)s", name=self.name, range=self.range_text)
        return None
