from odoo import api, models
from odoo.tools.translate import LazyTranslate

from ..const import PLACEHOLDER

_lt = LazyTranslate(__name__)
REPORT = {PLACEHOLDER: _lt("a link to tell us of a problem after the visit")}


class ClinicMessageTemplate(models.Model):
    _inherit = "clinic.message.template"

    @api.model
    def _placeholders(self):
        return {**super()._placeholders(), **REPORT}

    @api.model
    def _example_links(self):
        return {**super()._example_links(), PLACEHOLDER: "https://clinic.example/clinic/report/" + "0a" * 16}
