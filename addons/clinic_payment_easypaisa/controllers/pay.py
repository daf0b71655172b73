from odoo.addons.clinic_payment.controllers.pay import PayPages


class PayPagesEasypaisa(PayPages):
    def _clinic_values(self, link, **values):
        """Also return the code with which this is paid in a shop, and until when."""
        values = super()._clinic_values(link, **values)
        tx = link.transaction_ids._clinic_open_codes()[:1]
        if tx:
            until = link.company_id._clinic_moment_text(tx.easypaisa_expires_at)
            values.update(shop_code=tx.easypaisa_token, shop_until=until, is_held=link.visit_id.state == "held")
        return values
