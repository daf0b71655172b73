from odoo import api, fields, models


class ClinicMyDay(models.AbstractModel):
    """Open vials that must go today, before somebody draws from them."""

    _inherit = "clinic.my.day"

    @api.model
    def load(self, day=None):
        """Add today's open vials to discard."""
        loaded = super().load(day)
        return {**loaded, "vials": self._load_vials() if loaded["days"][0] == loaded["today"] else []}

    @api.model
    def _load_vials(self):
        """Return the open vials of the branch's treatment rooms that are past their time, or will be today."""
        branch, now = self.env.company, fields.Datetime.now()
        next_midnight = branch._clinic_days(branch._clinic_local(now).date())[1]
        domain = [
            ("state", "=", "open"),
            ("company_id", "=", branch.id),
            ("location_id", "=", branch.sudo().treatment_location_id.id),
            ("discard_after", "<", next_midnight),
        ]
        return [self._prepare_vial(vial) for vial in self.env["clinic.open.vial"].search(domain)]

    @api.model
    def _prepare_vial(self, vial):
        return {
            "id": vial.id,
            "name": vial.name,
            "product": vial.product_id.name,
            "lot": vial.lot_id.name or None,
            "quantity": vial.remaining,
            "uom": vial.uom_id.name,
            "until": fields.Datetime.to_string(vial.discard_after),
            "is_over": vial.is_over,
            "blocked": vial._blocked_text(),
        }
