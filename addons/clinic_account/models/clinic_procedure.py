from odoo import api, fields, models


class ClinicProcedure(models.Model):
    _inherit = "clinic.procedure"

    currency_id = fields.Many2one(related="company_id.currency_id")
    is_checked_out = fields.Boolean(related="visit_id.is_checked_out")
    # As on sales orders: a number of digits that is set for prices, and no currency to be read while people wait.
    price_unit = fields.Float(
        string="Price",
        digits="Product Price",
        compute="_compute_price_unit",
        store=True,
        readonly=False,
        precompute=True,
        help="Of one unit of the quantity, in the branch's currency, before discount and as the taxes say.",
    )
    discount = fields.Float(string="Disc.%", digits="Discount")
    price_subtotal = fields.Monetary(compute="_compute_amounts", string="Untaxed Amount")
    price_total = fields.Monetary(compute="_compute_amounts", string="Amount")
    invoice_line_ids = fields.One2many(
        "account.move.line", "clinic_procedure_id", groups="account.group_account_invoice"
    )

    _discount_in_range = models.Constraint(
        "CHECK (discount IS NULL OR (discount >= 0 AND discount <= 100))", "A discount lies between 0 and 100 %."
    )
    _price_not_negative = models.Constraint(
        "CHECK (price_unit IS NULL OR price_unit >= 0)", "A price cannot be below zero."
    )

    @api.depends("treatment_id", "company_id")
    def _compute_price_unit(self):
        for procedure in self:
            procedure.price_unit = procedure._clinic_price()

    @api.depends("price_unit", "quantity", "discount", "treatment_id", "company_id", "patient_id", "state")
    def _compute_amounts(self):
        for procedure in self:
            amounts = procedure._amounts()
            procedure.price_subtotal = amounts["total_excluded"]
            procedure.price_total = amounts["total_included"]

    def _amounts(self):
        """Return what this procedure alone would cost in the branch's currency; nothing if cancelled."""
        self.ensure_one()
        if self.state == "cancelled" or not self.treatment_id:
            return {"total_excluded": 0.0, "total_included": 0.0}
        # Only the line of the treatment: what else is charged has its own amount.
        lines = self.sudo()._prepare_treatment_lines()
        if not lines:
            return {"total_excluded": 0.0, "total_included": 0.0}
        return self.company_id._clinic_total(lines, self.patient_id.sudo().partner_id)

    def _amount_earned(self):
        """Return what this procedure brings without taxes: what checkout charges; other addons know other money."""
        return self._amounts()["total_excluded"]

    def _taxes(self, product):
        """Return the sales taxes of ``product`` in this branch for this patient."""
        return self.company_id._clinic_taxes(product, self.patient_id.partner_id)

    def _prepare_invoice_lines(self):
        """Return the values of the invoice lines of this procedure; other addons add what else it charges."""
        return self._prepare_treatment_lines()

    def _prepare_treatment_lines(self):
        """Return the values of the invoice line of the treatment; none where something else has paid for it."""
        return [self._prepare_treatment_line()]

    def _prepare_treatment_line(self):
        """Return the values of the invoice line of the treatment itself."""
        self.ensure_one()
        product = self.treatment_id.product_variant_id
        return {
            "product_id": product.id,
            # Invoices are read far beyond the clinic: only what may stand on documents.
            "name": self.treatment_id.with_context(lang=self.patient_id.lang)._document_name(),
            "quantity": self.quantity,
            "price_unit": self.price_unit,
            "discount": self.discount,
            "tax_ids": [fields.Command.set(self._taxes(product).ids)],
            "clinic_procedure_id": self.id,
        }
