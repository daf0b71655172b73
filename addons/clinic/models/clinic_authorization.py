from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ClinicAuthorization(models.Model):
    """The clinic's permission for one practitioner to perform a treatment or a category of them."""

    _name = "clinic.authorization"
    _description = "Authorization"
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
    date_from = fields.Date(string="Valid From", required=True, default=fields.Date.context_today)
    date_to = fields.Date(string="Valid To", help="Last valid day; empty: until further notice.")
    licence = fields.Char(help="Number of the licence or certificate on which this rests.")
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

    @api.depends("date_from", "date_to")
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for authorization in self:
            if authorization.date_to and authorization.date_to < today:
                authorization.state = "expired"
            elif authorization.date_from and authorization.date_from > today:
                authorization.state = "future"
            else:
                authorization.state = "valid"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        domains = {
            "expired": fields.Domain("date_to", "<", today),
            "future": fields.Domain("date_from", ">", today),
            "valid": fields.Domain("date_from", "<=", today)
            & (fields.Domain("date_to", "=", False) | fields.Domain("date_to", ">=", today)),
        }
        return fields.Domain.OR(domains[state] for state in value if state in domains)

    @api.depends("practitioner_id.name", "treatment_id.name", "category_id.name")
    def _compute_display_name(self):
        for authorization in self:
            scope = authorization.treatment_id.name or authorization.category_id.name or ""
            authorization.display_name = f"{authorization.practitioner_id.name or ''}: {scope}"

    @api.model_create_multi
    def create(self, vals_list):
        # Who grants is a fact, not an input: it is never taken from the caller.
        return super().create([{**vals, "granted_by_id": self.env.uid} for vals in vals_list])

    def write(self, vals):
        if vals.keys() & {"practitioner_id", "treatment_id", "category_id", "date_from", "date_to", "licence"}:
            vals = {**vals, "granted_by_id": self.env.uid}
        return super().write(vals)

    @api.constrains("practitioner_id", "granted_by_id")
    def _check_granted_by_another(self):
        """Nobody grants or extends their own authorization."""
        for authorization in self:
            if authorization.granted_by_id == authorization.practitioner_id.user_id:
                raise ValidationError(
                    self.env._("Nobody can authorize themselves. Ask another manager to grant this authorization.")
                )
