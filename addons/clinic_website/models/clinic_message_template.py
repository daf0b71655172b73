from odoo import api, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)


class ClinicMessageTemplate(models.Model):
    _inherit = "clinic.message.template"

    @api.model
    def _placeholders(self):
        return {
            **super()._placeholders(),
            "code": _lt("the code by which patients book online as themselves"),
            "again": _lt("a link to book the same online"),
        }

    @api.model
    def _example_links(self):
        return {**super()._example_links(), "code": "123456", "again": "https://clinic.example/book/2"}
