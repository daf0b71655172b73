from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL


class ClinicAuthorization(models.Model):
    """The clinic's permission for one practitioner to perform a treatment or a category of them."""

    _name = "clinic.authorization"
    _description = "Authorization"
    _inherit = ["clinic.expiring.mixin"]
    _last_day_field = "valid_to"
    _renewal_fields = ("practitioner_id", "treatment_id", "category_id")
    _order = "practitioner_id, date_from desc, id"

    practitioner_id = fields.Many2one("clinic.practitioner", required=True, ondelete="cascade", index=True)
    treatment_id = fields.Many2one(
        "product.template", domain=[("is_treatment", "=", True)], ondelete="cascade", index="btree_not_null"
    )
    category_id = fields.Many2one(
        "product.category",
        string="Treatment Category",
        ondelete="cascade",
        index="btree_not_null",
        help="Covers all treatments of this category and of those below it.",
    )
    date_from = fields.Date(string="Valid From", required=True, default=lambda self: self.env.company._clinic_today())
    date_to = fields.Date(string="Valid To", help="Last valid day; empty: until further notice.")
    licence_id = fields.Many2one(
        "clinic.licence",
        domain="[('practitioner_id', '=', practitioner_id)]",
        ondelete="restrict",
        index="btree_not_null",
        help="The licence or certificate on which this rests; without it, the authorization ends.",
    )
    valid_to = fields.Date(
        string="Last Day",
        compute="_compute_valid_to",
        store=True,
        help="The earlier of the authorization's own last day and its licence's; empty: until further notice.",
    )
    evidence = fields.Binary(attachment=True, help="A scan of the licence or certificate.")
    evidence_filename = fields.Char()
    granted_by_id = fields.Many2one("res.users", required=True, readonly=True, default=lambda self: self.env.user)
    state = fields.Selection(
        [("future", "Not yet valid"), ("valid", "Valid"), ("expired", "Expired")],
        compute="_compute_state",
        search="_search_state",
    )

    _one_scope = models.Constraint(
        "CHECK (num_nonnulls(treatment_id, category_id) = 1)",
        "An authorization is for one treatment or for one category: fill in exactly one of them.",
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "The last valid day of an authorization cannot come before its first.",
    )

    @api.depends("date_to", "licence_id.date_to")
    def _compute_valid_to(self):
        for authorization in self:
            days = [day for day in (authorization.date_to, authorization.licence_id.date_to) if day]
            authorization.valid_to = min(days, default=False)

    @api.depends("date_from", "valid_to")
    def _compute_state(self):
        today = self.env.company._clinic_today()
        for authorization in self:
            authorization.state = self._state_on(authorization.date_from, authorization.valid_to, today)

    @api.depends("practitioner_id.name", "treatment_id.name", "category_id.name")
    def _compute_display_name(self):
        for authorization in self:
            scope = authorization.treatment_id.name or authorization.category_id.name or ""
            authorization.display_name = f"{authorization.practitioner_id.name or ''}: {scope}"

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._regranted(vals) for vals in vals_list])

    def write(self, vals):
        if vals.keys() & {"practitioner_id", "treatment_id", "category_id", "date_from", "date_to", "licence_id"}:
            vals = self._regranted(vals)
        return super().write(vals)

    @api.constrains("practitioner_id", "licence_id")
    def _check_licence(self):
        """The licence is the practitioner's own."""
        for authorization in self:
            licence = authorization.licence_id
            if licence and licence.practitioner_id != authorization.practitioner_id:
                raise ValidationError(
                    self.env._(
                        "%(licence)s is a licence of %(owner)s, not of %(practitioner)s. Choose one of the "
                        "practitioner's own.",
                        licence=licence.display_name,
                        owner=licence.practitioner_id.name,
                        practitioner=authorization.practitioner_id.name,
                    )
                )

    @api.constrains("practitioner_id", "granted_by_id")
    def _check_granted_by_another(self):
        """Nobody grants or extends their own authorization."""
        for authorization in self:
            if authorization.granted_by_id == authorization.practitioner_id.user_id:
                raise ValidationError(
                    self.env._("Nobody can authorize themselves. Ask another manager to grant this authorization.")
                )

    def _told_of(self):
        # Where the licence ends first, its own activity tells it: once, instead of once for each treatment.
        return self.filtered(lambda authorization: authorization.valid_to == authorization.date_to)

    @api.model
    def _told_domain(self):
        self.flush_model(["date_to", "valid_to"])
        return Domain.custom(
            to_sql=lambda _model, alias, _query: SQL(
                "%s = %s", SQL.identifier(alias, "valid_to"), SQL.identifier(alias, "date_to")
            )
        )
