from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ClinicLicence(models.Model):
    """A licence or certificate that somebody else has issued to a practitioner; authorizations rest on it."""

    _name = "clinic.licence"
    _description = "Licence"
    _inherit = ["clinic.expiring.mixin"]
    _renewal_fields = ("practitioner_id", "kind_id")
    _order = "practitioner_id, date_to desc, id"
    _rec_names_search = ["number", "kind_id.name"]

    practitioner_id = fields.Many2one("clinic.practitioner", required=True, ondelete="cascade", index=True)
    kind_id = fields.Many2one("clinic.licence.kind", required=True, ondelete="restrict")
    number = fields.Char(required=True, help="As it stands on the licence.")
    issuer = fields.Char(string="Issued By", help="The council, school or maker that issued it.")
    date_from = fields.Date(string="Valid From")
    date_to = fields.Date(
        string="Valid To", index="btree_not_null", help="Last valid day; empty: until further notice."
    )
    evidence = fields.Binary(attachment=True, help="A scan of the licence or certificate.")
    evidence_filename = fields.Char()
    granted_by_id = fields.Many2one(
        "res.users", string="Recorded By", required=True, readonly=True, default=lambda self: self.env.user
    )
    authorization_ids = fields.One2many("clinic.authorization", "licence_id")
    state = fields.Selection(
        [("future", "Not yet valid"), ("valid", "Valid"), ("expired", "Expired")],
        compute="_compute_state",
        search="_search_state",
    )

    _number_uniq = models.UniqueIndex(
        "(practitioner_id, kind_id, number)", "This licence of the practitioner is recorded already."
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_from IS NULL OR date_to >= date_from)",
        "The last valid day of a licence cannot come before its first.",
    )

    @api.depends("date_from", "date_to")
    def _compute_state(self):
        today = self.env.company._clinic_today()
        for licence in self:
            licence.state = self._state_on(licence.date_from, licence.date_to, today)

    @api.depends("kind_id.name", "number")
    def _compute_display_name(self):
        for licence in self:
            licence.display_name = f"{licence.kind_id.name or ''} {licence.number or ''}".strip()

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._regranted(vals) for vals in vals_list])

    def write(self, vals):
        if vals.keys() & {"practitioner_id", "kind_id", "number", "issuer", "date_from", "date_to", "evidence"}:
            vals = self._regranted(vals)
        return super().write(vals)

    @api.constrains("practitioner_id", "granted_by_id")
    def _check_recorded_by_another(self):
        """Nobody records or extends their own licence."""
        for licence in self:
            if licence.granted_by_id == licence.practitioner_id.user_id:
                raise ValidationError(
                    self.env._("Nobody records their own licence. Ask another manager to look at it and record it.")
                )
