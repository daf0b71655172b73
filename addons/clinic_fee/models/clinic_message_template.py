from odoo import api, models


class ClinicMessageTemplate(models.Model):
    _inherit = "clinic.message.template"

    @api.model
    def _placeholders(self):
        return {
            **super()._placeholders(),
            "fee": self.env._("what was charged because the patient did not come"),
            "policy": self.env._("what was agreed about not coming"),
        }

    @api.model
    def _example_links(self):
        return {
            **super()._example_links(),
            "fee": "Rs. 2,000",
            "policy": "If you do not come, the deposit is kept.",
        }
