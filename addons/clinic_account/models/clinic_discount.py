from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# In the context of a price that somebody has allowed. An object, so that nobody can hand it over from outside.
ALLOWED = object()


class ClinicDiscount(models.Model):
    """A price below the list's, or the request for one: who asked, why, and who allowed it.

    Nobody has the right to write these rows: they are the trace of what was given away. What lies within the limit of
    its giver is written down as it is given, anything else is asked for and allowed or refused by a manager.
    """

    _name = "clinic.discount"
    _description = "Discount"
    _inherit = ["clinic.confidential.mixin"]
    _order = "id desc"
    _rec_name = "visit_id"

    visit_id = fields.Many2one("clinic.visit", required=True, readonly=True, ondelete="restrict", index=True)
    # A planned procedure may still be taken off its visit; what was asked for stays.
    procedure_id = fields.Many2one("clinic.procedure", readonly=True, ondelete="set null", index="btree_not_null")
    patient_id = fields.Many2one(related="visit_id.patient_id", store=True)
    company_id = fields.Many2one(related="visit_id.company_id", store=True, string="Branch")
    currency_id = fields.Many2one(related="company_id.currency_id")
    treatment_id = fields.Many2one("product.template", required=True, readonly=True, ondelete="restrict")
    practitioner_id = fields.Many2one(related="procedure_id.practitioner_id")
    list_price = fields.Float(digits="Product Price", readonly=True, help="When the treatment was booked.")
    price_unit = fields.Float(string="Price", digits="Product Price", readonly=True)
    discount = fields.Float(string="Disc.%", digits="Discount", readonly=True)
    quantity = fields.Float(digits="Product Unit", readonly=True)
    percent = fields.Float(
        string="Below List Price (%)",
        digits=(5, 2),
        aggregator="avg",
        readonly=True,
        help="Price and discount together.",
    )
    amount = fields.Monetary(string="Given Away", readonly=True, help="Of the list price, as the taxes say.")
    reason = fields.Char(readonly=True)
    state = fields.Selection(
        [("asked", "To decide"), ("allowed", "Allowed"), ("refused", "Refused")], required=True, readonly=True
    )
    asked_by_id = fields.Many2one("res.users", string="Asked or Given By", required=True, readonly=True)
    decided_by_id = fields.Many2one("res.users", readonly=True)
    decided_at = fields.Datetime(readonly=True)
    may_decide = fields.Boolean(compute="_compute_may_decide")

    _decided_by_somebody = models.Constraint(
        "CHECK ((state = 'asked') = (decided_by_id IS NULL))", "A discount is allowed or refused by somebody."
    )
    _one_question = models.UniqueIndex(
        "(procedure_id) WHERE state = 'asked'",
        "A discount on this treatment has been asked for already: a manager decides on it first.",
    )

    @api.depends("state", "asked_by_id")
    @api.depends_context("uid")
    def _compute_may_decide(self):
        for discount in self:
            discount.may_decide = discount.state == "asked" and self.env.user._clinic_may_decide_on(discount)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The trace of a discount is not deleted."))

    def action_allow(self):
        """Allow what was asked for: the price is the procedure's from now on.

        :raises UserError: when it was decided before, is one's own, or the visit has been checked out
        """
        for discount in self:
            discount._decide("allowed")
            procedure = discount.procedure_id
            if procedure.treatment_id != discount.treatment_id:
                raise UserError(
                    self.env._("%s has another treatment by now. Refuse this.", discount.visit_id._spoken_name())
                )
            procedure.with_context(clinic_discount=ALLOWED).write(
                {"price_unit": discount.price_unit, "discount": discount.discount}
            )

    def action_refuse(self):
        """Refuse what was asked for: the price stays as it is."""
        for discount in self:
            discount._decide("refused")

    def _decide(self, state):
        """Note that the user has decided; raise when that is not theirs to do."""
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group("clinic.group_manager"):
            raise AccessError(self.env._("Managers decide on discounts."))
        if self.state != "asked":
            raise UserError(self.env._("This has been decided already."))
        if not self.env.user._clinic_may_decide_on(self):
            raise UserError(self.env._("Nobody decides on their own request. Ask another manager."))
        # The right was checked, and nobody writes these rows by hand.
        self.sudo().write({"state": state, "decided_by_id": self.env.uid, "decided_at": fields.Datetime.now()})
