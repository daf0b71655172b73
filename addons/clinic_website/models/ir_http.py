from odoo import api, models
from odoo.http import request

# Of the addons with Odoo's captchas: the method that each one has, and where its public key stands.
CAPTCHAS = {
    "turnstile": ("_verify_turnstile_token", "cf.turnstile_site_key"),
    "recaptcha": ("_verify_recaptcha_token", "recaptcha_public_key"),
}


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _pre_dispatch(cls, rule, args):
        super()._pre_dispatch(rule, args)
        if rule.rule == "/book" or rule.rule.startswith("/book/"):
            cls._clinic_speak()

    @classmethod
    def _clinic_speak(cls):
        """Speak the language that the visitor's browser prefers, also where the clinic has it for another country."""
        if not request.env.user._is_public():
            # Who is signed in has chosen one.
            return
        for wanted in request.httprequest.accept_languages.values():
            if lang := request.env["ir.http"].get_nearest_lang(wanted.replace("-", "_")):
                request.update_context(lang=lang)
                return

    @api.model
    def _clinic_captchas(self):
        """Return {captcha: its public key} of those that are installed and set up: the booking pages need none."""
        # Public keys stand in public pages.
        get = self.env["ir.config_parameter"].sudo().get_param
        keys = {name: get(key) for name, (method, key) in CAPTCHAS.items() if hasattr(self, method)}
        if keys.get("recaptcha") and get("enable_recaptcha", "True") == "False":
            del keys["recaptcha"]
        return {name: key for name, key in keys.items() if key}
