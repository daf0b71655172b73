from odoo import api, models
from odoo.tools.translate import LazyTranslate

from ..const import PLACEHOLDER

_lt = LazyTranslate(__name__)
LINK = {PLACEHOLDER: _lt("a link to the patient's own pages")}


class ClinicMessageTemplate(models.Model):
    _inherit = "clinic.message.template"

    @api.model
    def _placeholders(self):
        return {**super()._placeholders(), **LINK}

    @api.model
    def _example_links(self):
        return {**super()._example_links(), PLACEHOLDER: "https://clinic.example/my/clinic"}
