import json

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.clinic.door import a_text, takes
from odoo.addons.clinic_record.exceptions import EditConflict
from odoo.addons.clinic_record.models.clinic_procedure_record import CLINICAL


class ClinicProcedure(models.Model):
    """The dose stands in the protocol's parameter, in the items used and on the body map: one fact, or a reason.

    What was logged as used is compared with each of the others, as soon as nothing more of it is expected.
    """

    _inherit = "clinic.procedure"

    dose_differences = fields.Json(compute="_compute_dose_differences", groups=CLINICAL)
    dose_reason = fields.Char(
        string="Why Doses Differ",
        copy=False,
        groups=CLINICAL,
        help="Why the recorded dose, the items used and the body map do not agree.",
    )
    # The differences that the reason was given for; others need another one.
    dose_reason_for = fields.Char(readonly=True, copy=False, groups=CLINICAL)

    @api.model_create_multi
    def create(self, vals_list):
        facts = {"dose_reason", "dose_reason_for"}
        return super().create([{name: vals[name] for name in vals.keys() - facts} for vals in vals_list])

    def write(self, vals):
        if "dose_reason_for" in vals:
            raise UserError(self.env._("What a reason was given for is kept by itself and cannot be entered."))
        if "dose_reason" not in vals:
            return super().write(vals)
        rest = {name: value for name, value in vals.items() if name != "dose_reason"}
        if rest:
            super().write(rest)
        return self._write_dose_reason(vals["dose_reason"])

    def _write_dose_reason(self, reason):
        reason = reason.strip() if isinstance(reason, str) else ""
        for procedure in self:
            if procedure.state != "in_progress":
                raise UserError(
                    self.env._(
                        "The record of visit %s is closed. Correct it by amending its note.", procedure.visit_id.name
                    )
                )
            about = procedure._dose_key() if reason else False
            super().write({"dose_reason": reason or False, "dose_reason_for": about})
        return True

    @takes(value=a_text(optional=True), seen=a_text(optional=True))
    def enter_dose_reason(self, value, seen):
        """Write why doses differ, unless another reason was saved since the page that asks was read.

        :param seen: what stood in the field when it was typed over; False for nothing
        :return: what is kept now, to be sent as ``seen`` the next time
        :raises EditConflict: something else was saved meanwhile
        """
        self.ensure_one()
        self.check_access("write")
        kept, value = self.dose_reason or False, (value or "").strip()
        if kept != (seen or False) and kept != (value or False):
            raise EditConflict(self.env._("Another reason was saved meanwhile."), kept, kept)
        if kept != (value or False):
            self.dose_reason = value
        return self.dose_reason or False

    # -- the difference -----------------------------------------------------------------------------------------------

    @api.depends("consumption_ids.state", "item_ids.state", "pin_ids.quantity", "pin_ids.product_id", "pin_ids.active")
    @api.depends("parameter_ids.value", "parameter_ids.recorded_at")
    def _compute_dose_differences(self):
        for procedure in self:
            procedure.dose_differences = [
                {"key": difference["key"], "text": difference["text"]} for difference in procedure._find_differences()
            ]

    def _used_quantities(self):
        """Return {product: quantity in its unit} of what was used in this procedure and not taken back."""
        self.ensure_one()
        used = {}
        # Of the same record, whatever branch it was logged in.
        groups = (
            self.env["clinic.consumption"]
            .sudo()
            ._read_group(
                [("procedure_id", "=", self._origin.id), ("state", "=", "used")],
                ["product_id", "uom_id"],
                ["quantity:sum"],
            )
        )
        for product, unit, quantity in groups:
            quantity = unit._compute_quantity(quantity, product.uom_id, round=False, raise_if_failure=False)
            used[product] = used.get(product, 0) + quantity
        return used

    def _find_differences(self):
        """Return where the recorded dose or the body map differs from the items used, each with key, text and facts."""
        self.ensure_one()
        procedure = self.sudo()
        waiting = procedure._expected_items().product_id
        doses = procedure.parameter_ids.filtered(
            lambda line: line.recorded_at and line.protocol_parameter_id.dose_product_ids - waiting
        )
        pinned = {product: pins for product, pins in procedure._injections().items() if product not in waiting}
        if not doses and not pinned:
            return []
        used = procedure._used_quantities()
        found = [self._dose_difference(line, used) for line in doses]
        found += [self._map_difference(product, pins, used.get(product, 0)) for product, pins in pinned.items()]
        return [difference for difference in found if difference]

    def _injections(self):
        """Return {product: its pins} of the items that were injected by the body map; others nobody logs as used."""
        return self.pin_ids.filtered("product_id.clinic_item").grouped("product_id")

    def _dose_difference(self, line, used):
        parameter = line.protocol_parameter_id
        return self._difference(
            f"parameter-{line.id}", parameter.name, parameter.dose_uom_id, line.value, parameter._dose_of(used)
        )

    def _map_difference(self, product, pins, used):
        name = self.env._("Body map, %s", product.name)
        pinned = sum(pin.uom_id._compute_quantity(pin.quantity, product.uom_id, round=False) for pin in pins)
        return self._difference(f"map-{product.id}", name, product.uom_id, pinned, used, parts=len(pins))

    @api.model
    def _difference(self, key, name, unit, charted, used, parts=1):
        """Return the difference of what was charted, in so many rounded ``parts``, from what was used, or None."""
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        if abs(charted - used) <= parts * 0.5 * 10**-digits + 10 ** (-digits - 4):
            return None
        text = self.env._(
            "%(name)s: %(charted)s %(unit)s; items used: %(used)s %(unit)s",
            name=name,
            charted=f"{round(charted, digits):.15g}",
            used=f"{round(used, digits):.15g}",
            unit=unit.name,
        )
        return {"key": key, "name": name, "text": text, "facts": [key, round(charted, digits), round(used, digits)]}

    def _dose_key(self):
        """Return what the differences are, for comparison; empty where there are none."""
        facts = sorted(difference["facts"] for difference in self._find_differences())
        return json.dumps(facts) if facts else ""

    # -- the reason ---------------------------------------------------------------------------------------------------

    def _unexplained_doses(self):
        """Return the differences for which no reason was given, or another one was."""
        found = self._find_differences()
        explained = self.sudo().dose_reason and self.sudo().dose_reason_for
        if not found or explained == json.dumps(sorted(difference["facts"] for difference in found)):
            return []
        return found

    def _missing_texts(self):
        # Names only: these texts reach the log.
        doses = [
            ("dose", self.env._("Reason: %s differs from the items used", difference["name"]))
            for difference in self._unexplained_doses()
        ]
        return super()._missing_texts() + doses

    @api.depends("dose_reason", "pin_ids.quantity", "pin_ids.active", "parameter_ids.value")
    def _compute_missing(self):
        super()._compute_missing()

    def _check_doses_explained(self):
        """Raise ``UserError`` where a note would be signed while doses differ without a reason."""
        for procedure in self:
            found = procedure._unexplained_doses() if procedure.state == "in_progress" else []
            if found:
                # Names only, as above.
                names = ", ".join(difference["name"] for difference in found)
                raise UserError(
                    self.env._(
                        "%s differs from the items used. Correct it, or say why under the items, before you sign.",
                        names,
                    )
                )
