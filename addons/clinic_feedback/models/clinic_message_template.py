from odoo import api, models
from odoo.exceptions import ValidationError

from odoo.addons.clinic_message.text import placeholders

from ..const import TRIGGER


class ClinicMessageTemplate(models.Model):
    _inherit = "clinic.message.template"

    @api.model
    def _placeholders(self):
        return {**super()._placeholders(), TRIGGER: self.env._("a link to the one question about the visit")}

    @api.constrains("subject", "body", "audience", "kind_id")
    def _check_who_is_asked(self):
        """Only the patient's own text of a kind that asks for feedback has the link to the question."""
        for template in self:
            asks = TRIGGER in placeholders(template.subject) | placeholders(template.body)
            if asks and (template.audience != "patient" or template.kind_id.trigger != TRIGGER):
                raise ValidationError(
                    self.env._(
                        "{feedback} stands only in what patients get by a kind that asks for feedback after a visit."
                    )
                )
