from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare, float_round


class ClinicConsumption(models.Model):
    _inherit = "clinic.consumption"

    currency_id = fields.Many2one(related="company_id.currency_id")
    price_total = fields.Monetary(
        compute="_compute_price_total",
        compute_sudo=True,
        string="Amount",
        help="What the patient pays for it, taxes included.",
    )
    price_subtotal = fields.Monetary(
        compute="_compute_price_subtotal",
        store=True,
        string="Untaxed Amount",
        help="What the patient pays for it without taxes, as its sales price was when it was used.",
    )
    # Not stored: a later revaluation of the lot changes the move's value, and with it what the visit has cost.
    cost = fields.Monetary(
        compute="_compute_cost",
        compute_sudo=True,
        groups="clinic.group_manager",
        help="What the lot that was taken had cost: the value of the stock move; nothing once taken back.",
    )
    invoice_line_ids = fields.One2many(
        "account.move.line", "clinic_consumption_id", readonly=True, groups="account.group_account_invoice"
    )

    @api.depends("product_id", "quantity", "uom_id", "billable", "state")
    def _compute_price_total(self):
        for consumption in self:
            consumption.price_total = consumption._amounts()["total_included"]

    @api.depends("product_id", "quantity", "uom_id", "billable", "state")
    def _compute_price_subtotal(self):
        for consumption in self:
            consumption.price_subtotal = consumption._amounts()["total_excluded"]

    @api.depends("move_id.value", "state")
    def _compute_cost(self):
        for consumption in self:
            consumption.cost = consumption.move_id.value if consumption.state == "used" else 0.0

    def _amounts(self):
        """Return what this item alone costs the patient; nothing when it is not charged."""
        self.ensure_one()
        if not self._is_charged():
            return {"total_excluded": 0.0, "total_included": 0.0}
        # Its tax and price are no secret of anyone who uses it.
        line = self.sudo()._prepare_invoice_line()
        return self.company_id._clinic_total([line], self.patient_id.sudo().partner_id)

    def _is_charged(self):
        """Return whether this item comes on the patient's invoice."""
        self.ensure_one()
        return self.billable and self.state == "used"

    def _live_invoice_lines(self):
        """Return the lines of invoices, drafts included, that charge this item at present."""
        self.ensure_one()
        # Whether it is charged already is no secret of anyone who checks out.
        lines = self.sudo().invoice_line_ids.filtered(lambda line: line.move_id.move_type == "out_invoice")
        return lines.filtered(lambda line: line.move_id._clinic_is_live())

    def _prepare_invoice_line(self):
        """Return the values of the invoice line that charges this item, at its sales price per unit used.

        A third of a vial is more digits than an invoice has: then the item's own unit is charged.
        """
        self.ensure_one()
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        if float_compare(self.quantity, float_round(self.quantity, digits), digits + 4):
            return self._prepare_invoice_line_of(self._product_quantity())
        return self._prepare_invoice_line_of(self.quantity, self.uom_id)

    def _prepare_invoice_line_of(self, quantity, uom=None):
        """Return the values of an invoice line that charges ``quantity`` of this item, in its own unit by default."""
        product = self.product_id.with_company(self.company_id)
        uom = uom or product.uom_id
        template, branch = product.product_tmpl_id, self.company_id
        price = template._clinic_price(branch, self.date, self.patient_id, product)
        return {
            "product_id": product.id,
            # As for the treatment: only what may stand on documents.
            "name": template.with_context(lang=self.patient_id.lang)._document_name(),
            "product_uom_id": uom.id,
            "quantity": quantity,
            "price_unit": product.uom_id._compute_price(price, uom),
            "tax_ids": [fields.Command.set(self.procedure_id._taxes(product).ids)],
            "clinic_procedure_id": self.procedure_id.id,
            "clinic_consumption_id": self.id,
        }

    @api.model_create_multi
    def create(self, vals_list):
        consumptions = super().create(vals_list)
        consumptions.filtered(lambda c: not c.billable and c.product_id.clinic_billable)._check_may_give_away()
        return consumptions

    def write(self, vals):
        if "billable" in vals and not vals["billable"]:
            self.filtered(lambda c: c.billable and c.product_id.clinic_billable)._check_may_give_away()
        return super().write(vals)

    def _check_may_give_away(self):
        """Raise ``UserError`` when the user may not leave off the invoice what a patient pays for: all of its price."""
        for consumption in self:
            if not self.env.su and self.env.user._clinic_discount_limit(consumption.company_id) < 100:
                raise UserError(
                    self.env._(
                        "%s is charged to the patient. Only a manager gives it away.",
                        consumption.product_id.display_name,
                    )
                )

    def _check_procedure_open(self):
        """While an invoice charges the visit nothing is logged or taken back: stock and invoice would part."""
        super()._check_procedure_open()
        self.visit_id._hold_off_checkout()
        self.visit_id._check_not_charged()
