from odoo import api, models

# Of the addons with Odoo's captchas: the method that each one has, and where its public key stands.
CAPTCHAS = {
    "turnstile": ("_verify_turnstile_token", "cf.turnstile_site_key"),
    "recaptcha": ("_verify_recaptcha_token", "recaptcha_public_key"),
}


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @api.model
    def _clinic_captchas(self):
        """Return {captcha: its public key} of those that are installed and set up: the booking pages need none."""
        # Public keys stand in public pages.
        get = self.env["ir.config_parameter"].sudo().get_param
        keys = {name: get(key) for name, (method, key) in CAPTCHAS.items() if hasattr(self, method)}
        if keys.get("recaptcha") and get("enable_recaptcha", "True") == "False":
            del keys["recaptcha"]
        return {name: key for name, key in keys.items() if key}
