from odoo import api, fields, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    clinic_procedure_id = fields.Many2one(
        "clinic.procedure",
        string="Procedure",
        copy=False,
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )

    @api.depends("product_id", "product_uom_id")
    def _compute_price_unit(self):
        """Propose what the price list of the patient or branch says, where there is one."""
        super()._compute_price_unit()
        for line in self:
            move, template = line.move_id, line.product_id.product_tmpl_id
            if not template or line.is_imported or not move.is_sale_document(include_receipts=True):
                continue
            if template._clinic_pricelist(move.company_id, move.partner_id):
                line.price_unit = line.product_id._get_tax_included_unit_price(
                    move.company_id,
                    move.currency_id,
                    move.date,
                    "sale",
                    fiscal_position=move.fiscal_position_id,
                    product_uom=line.product_uom_id,
                    product_currency=move.company_id.currency_id,
                    product_price_unit=line._clinic_list_price_of_unit(),
                )

    def _clinic_list_price_of_unit(self):
        """Return what one of the product's own unit costs who is billed, in the branch's currency."""
        self.ensure_one()
        product, move = self.product_id, self.move_id
        return product.product_tmpl_id._clinic_price(move.company_id, None, move.partner_id, product)

    def _clinic_is_treatment(self):
        """Return whether this line charges a treatment itself; the product may stand for any of them."""
        self.ensure_one()
        return bool(self.clinic_procedure_id)

    @api.model
    def _clinic_links(self):
        """Return the fields by which a line knows what it charges; other addons add theirs."""
        return ["clinic_procedure_id"]

    def _copy_data_extend_business_fields(self, values):
        """The lines of a credit note or a renewed invoice belong to the procedures; a mere duplicate's do not."""
        super()._copy_data_extend_business_fields(values)
        if self._clinic_may_write_locked():
            values.update({name: self[name].id for name in self._clinic_links()})
