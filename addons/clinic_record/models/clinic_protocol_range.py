from itertools import pairwise

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..numbers import plain_number
from .clinic_patient_skin import SKIN_TYPES


class ClinicProtocolRange(models.Model):
    """The allowed range of a parameter for some skin types, in place of the range for all."""

    _name = "clinic.protocol.range"
    _description = "Range by Skin Type"
    _order = "skin_from, id"

    parameter_id = fields.Many2one("clinic.protocol.parameter", required=True, ondelete="cascade", index=True)
    skin_from = fields.Selection(SKIN_TYPES, string="From Skin Type", required=True)
    skin_to = fields.Selection(SKIN_TYPES, string="To Skin Type", required=True)
    minimum = fields.Float(digits=(16, 3), help="The lowest allowed value.")
    maximum = fields.Float(digits=(16, 3), help="The highest allowed value.")

    _range_in_order = models.Constraint(
        "CHECK (maximum >= minimum)", "The highest allowed value of a parameter cannot be below its lowest."
    )
    _skin_in_order = models.Constraint(
        "CHECK (skin_to >= skin_from)", "The skin types of a range go from the lighter to the darker one."
    )

    @api.depends("skin_from", "skin_to", "minimum", "maximum")
    def _compute_display_name(self):
        labels = dict(self._fields["skin_from"]._description_selection(self.env))
        for line in self:
            first, last = ((labels.get(value) or "").split(" ")[0] for value in (line.skin_from, line.skin_to))
            types = first if first == last else f"{first}–{last}"
            line.display_name = f"{types}: {plain_number(line.minimum)}–{plain_number(line.maximum)}"

    @api.constrains("parameter_id", "skin_from", "skin_to")
    def _check_once(self):
        """Each skin type has one range."""
        for parameter in self.parameter_id:
            ranges = parameter.range_ids.sorted("skin_from")
            for one, other in pairwise(ranges):
                if other.skin_from <= one.skin_to:
                    raise ValidationError(
                        self.env._(
                            "Two ranges of %s are for the same skin type. Let each begin after the last one ends.",
                            parameter.name,
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list):
        parameters = self.env["clinic.protocol.parameter"].browse(vals.get("parameter_id") for vals in vals_list)
        parameters.protocol_id._check_draft()
        return super().create(vals_list)

    def write(self, vals):
        parameters = self.parameter_id | self.parameter_id.browse(vals.get("parameter_id") or ())
        parameters.protocol_id._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        """A range leaves only a draft."""
        self.parameter_id.protocol_id._check_draft()

    def _of(self, skin_type):
        """Return the one of these ranges that is for ``skin_type``, if any."""
        return self.filtered(lambda line: skin_type and line.skin_from <= skin_type <= line.skin_to)[:1]
