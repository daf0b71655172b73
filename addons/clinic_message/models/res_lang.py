from odoo import api, models

URDU = {
    "name": "Urdu / اردو",
    "code": "ur_PK",
    "iso_code": "ur",
    "url_code": "ur",
    "direction": "rtl",
    "date_format": "%d/%m/%Y",
    "time_format": "%I:%M:%S %p",
    "week_start": "1",
    "active": False,
}


class ResLang(models.Model):
    _inherit = "res.lang"

    @api.model
    def _clinic_add_urdu(self):
        """Let Urdu, which Odoo does not bring along, be among the languages.

        Texts are written in it, and an administrator activates it as any other. One that somebody has added stays as it
        is.
        """
        if not self.with_context(active_test=False).search_count([("code", "=", URDU["code"])], limit=1):
            self.create(URDU)
