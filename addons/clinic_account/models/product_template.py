from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def _clinic_price(self, branch, moment):
        """Return this treatment's list price in the currency of ``branch``, converted at the rate of the day.

        :param moment: naive UTC datetime of the procedure; without one it is today's rate
        """
        main_company = self.env["ir.model.data"]._xmlid_to_res_id("base.main_company")
        # As the product's own currency, whose computation reads whole companies while people wait.
        owner = self.company_id or self.env["res.company"].browse(main_company)
        source, target = owner._clinic_currency_id(), branch._clinic_currency_id()
        if not branch or source == target:
            return self.list_price
        currencies = self.env["res.currency"]
        day = branch._clinic_local(fields.Datetime.to_datetime(moment)).date() if moment else branch._clinic_today()
        return currencies.browse(source)._convert(self.list_price, currencies.browse(target), branch, day)

    def _clinic_quote(self, branch, patient, moment):
        """Return what a visit with these treatments will cost ``patient`` in ``branch``, taxes included."""
        partner = patient.sudo().partner_id
        lines = [treatment._prepare_clinic_line(branch, partner, moment) for treatment in self]
        return branch._clinic_total(lines, partner)["total_included"] if lines else 0.0

    def _prepare_clinic_line(self, branch, partner, moment):
        """Return the values of the invoice line of this treatment before it is booked."""
        product = self.product_variant_id
        # What is said on the phone must not depend on who answers it.
        taxes = branch.sudo()._clinic_taxes(product.sudo(), partner)
        return {
            "product_id": product.id,
            "price_unit": self._clinic_price(branch, moment),
            "tax_ids": [fields.Command.set(taxes.ids)],
        }
