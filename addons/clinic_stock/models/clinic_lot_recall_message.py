import re

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

PLACEHOLDERS = ("patient", "branch", "phone", "date")
PLACEHOLDER = re.compile(r"\{(\w*)\}")


class ClinicLotRecall(models.Model):
    """What the patients are told: whom to call, and nothing of what was used on them."""

    _inherit = "clinic.lot.recall"

    subject = fields.Char(translate=True, required=True, default=lambda self: self._default_subject(), copy=False)
    message = fields.Text(
        translate=True,
        required=True,
        default=lambda self: self._default_message(),
        copy=False,
        help="Each patient gets it in their own language. {patient}, {branch}, {phone} and {date}, the day of the last "
        "visit in question, are filled in.",
    )

    @api.model
    def _default_subject(self):
        return self.env._("Please call %s", "{branch}")

    @api.model
    def _default_message(self):
        return self.env._(
            "Dear %(patient)s,\n\n"
            "Please call %(branch)s at %(phone)s about your visit on %(date)s. We would like to speak with you in "
            "person.\n\n"
            "Kind regards,\n"
            "%(branch)s",
            **{name: f"{{{name}}}" for name in PLACEHOLDERS},
        )

    @api.model_create_multi
    def create(self, vals_list):
        recalls = super().create(vals_list)
        for recall in recalls:
            recall._translate_default("subject")
            recall._translate_default("message")
        return recalls

    def _translate_default(self, name):
        """Give the field ``name`` its default text in every language, unless its author has changed it."""
        self.ensure_one()
        if self[name] != self.default_get([name])[name]:
            return
        languages = [code for code, _label in self.env["res.lang"].get_installed()]
        texts = {code: self.with_context(lang=code).default_get([name])[name] for code in languages}
        if set(texts.values()) != {self[name]}:
            self.update_field_translations(name, texts)

    @api.constrains("subject", "message", "lot_id")
    def _check_message(self):
        """The message has only placeholders that can be filled in, and tells nothing of the lot."""
        for recall in self:
            recall._check_text(f"{recall.subject}\n{recall.message}")

    def _check_text(self, text):
        """Raise ``ValidationError`` when ``text`` cannot be filled in, or names what was used."""
        self.ensure_one()
        unknown = set(PLACEHOLDER.findall(text)) - set(PLACEHOLDERS)
        if unknown:
            raise ValidationError(
                self.env._(
                    "%(unknown)s cannot be filled in. Use %(known)s.",
                    unknown=", ".join(f"{{{name}}}" for name in sorted(unknown)),
                    known=", ".join(f"{{{name}}}" for name in PLACEHOLDERS),
                )
            )
        # Anyone who works on the recall knows its lot; practitioners have no rights in the stock app.
        lot = self.lot_id.sudo()
        product = lot.product_id
        for word in {lot.name, product.name, product.with_context(lang="en_US").name}:
            if word and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE):
                raise ValidationError(
                    self.env._(
                        "Take “%s” out of the message: a mail is read by others than the patient. "
                        "Say it when they call.",
                        word,
                    )
                )

    def _texts(self, lang):
        """Return (subject, message) in the language ``lang``. Raises when they must not be sent."""
        self.ensure_one()
        spoken = self.with_context(lang=lang)
        spoken._check_text(f"{spoken.subject}\n{spoken.message}")
        return spoken.subject, spoken.message

    @api.model
    def _fill_in(self, text, values):
        """Return ``text`` with its placeholders filled in from ``values``."""
        return PLACEHOLDER.sub(lambda found: values[found[1]], text)

    def action_send_all(self):
        """Send everybody whom a message can reach theirs, once; say who is left."""
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: line.state == "to_inform")
        lines.filtered(lambda line: line._can_send()).action_send()
        sent = lines.filtered(lambda line: line.state != "to_inform")
        failed = self.line_ids.filtered(lambda line: line.state == "failed")
        if not (lines or failed):
            raise UserError(self.env._("Everybody has been written to, or called."))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if sent else "info",
                "message": self.env._(
                    "Messages on their way: %(sent)s. To be called: %(to_call)s. Failed before: %(failed)s.",
                    sent=len(sent),
                    to_call=len(lines - sent),
                    failed=len(failed),
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
