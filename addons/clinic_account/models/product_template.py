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
