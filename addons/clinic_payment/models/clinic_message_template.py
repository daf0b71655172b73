from odoo import api, models


class ClinicMessageTemplate(models.Model):
    _inherit = "clinic.message.template"

    @api.model
    def _placeholders(self):
        return {
            **super()._placeholders(),
            "amount": self.env._("what is to be paid for the visit now"),
            "until": self.env._("until when the deposit is to be paid"),
            "pay": self.env._("a link to pay it"),
            "refund": self.env._("what was paid back of the visit's payments"),
        }

    @api.model
    def _example_links(self):
        return {
            **super()._example_links(),
            "amount": "Rs. 2,000",
            "refund": "Rs. 2,000",
            "until": "Tue 14 May 2030, 12:00 PM",
            "pay": f"https://clinic.example/clinic/pay/{'0a1b2c3d' * 4}",
        }
