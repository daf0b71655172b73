from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_time

from ..const import AUTOMATIC, OF_OFFER, OF_VISIT, OFFERED, PLACEHOLDERS
from ..text import MOST_PARTS, fill, placeholders, sms_parts

MOST_TEXT = 5000
# Languages that WhatsApp's templates know by their country, too (Meta: Supported Languages).
WITH_COUNTRY = {"en_US", "en_GB", "pt_BR", "pt_PT", "es_AR", "es_ES", "es_MX", "zh_CN", "zh_HK", "zh_TW"}


class ClinicMessageTemplate(models.Model):
    """The text of a kind of message by one channel in one language."""

    _name = "clinic.message.template"
    _description = "Message Text"
    _order = "kind_id, audience, channel, lang, id"
    _rec_name = "kind_id"

    kind_id = fields.Many2one("clinic.message.kind", required=True, ondelete="cascade", index=True)
    channel = fields.Selection(AUTOMATIC, required=True, default="sms")
    lang = fields.Selection(selection="_languages", string="Language", required=True, default="en_US")
    audience = fields.Selection(
        [("patient", "The patient"), ("staff", "Practitioner and manager")], required=True, default="patient"
    )
    subject = fields.Char(size=200, help="Of emails.")
    body = fields.Text("Text", required=True)
    provider_template = fields.Char(
        "Approved Template",
        help="The name under which WhatsApp has approved this text: without one, WhatsApp takes no message to somebody "
        "who has not written within a day. Its parameters are the placeholders in their order.",
    )
    preview = fields.Text(compute="_compute_preview", help="With the values of an example.")
    sms_count = fields.Integer(compute="_compute_preview", string="SMS")
    warning = fields.Char(compute="_compute_preview")

    _one_text = models.UniqueIndex(
        "(kind_id, audience, channel, lang)", "There is a text for this kind, channel, language and reader already."
    )
    _email_has_a_subject = models.Constraint(
        "CHECK (channel != 'email' OR subject IS NOT NULL)", "An email needs a subject."
    )

    @api.model
    def _languages(self):
        # Those not installed, too: a clinic brings its texts before its screens are translated.
        languages = self.env["res.lang"].with_context(active_test=False).sudo().search([])
        return [(language.code, language.name) for language in languages]

    @api.model
    def _placeholders(self):
        """Return {name: what it stands for} of what may stand in a message; other addons add their links."""
        return PLACEHOLDERS

    def _placeholders_of_kind(self):
        """Return those of ``_placeholders`` that make sense in this kind of message: of a visit, or of an offer."""
        self.ensure_one()
        left_out = OF_VISIT if self.kind_id.trigger == OFFERED else OF_OFFER
        return {name: text for name, text in self._placeholders().items() if name not in left_out}

    @api.constrains("subject", "body", "channel", "kind_id")
    def _check_text(self):
        """A text has known placeholders only, so that nothing of a patient's health gets into a message."""
        for template in self:
            known = template._placeholders_of_kind()
            unknown = (placeholders(template.subject) | placeholders(template.body)) - known.keys()
            if unknown:
                raise ValidationError(
                    self.env._(
                        "There is no placeholder %(unknown)s. Those that there are: %(known)s.",
                        unknown=", ".join(f"{{{name}}}" for name in sorted(unknown)),
                        known=", ".join(f"{{{name}}}" for name in known),
                    )
                )
            if len(template.body) > MOST_TEXT:
                raise ValidationError(self.env._("A message has at most %s characters.", f"{MOST_TEXT:,}"))
            if template.channel == "sms" and sms_parts(template._example()[1]) > MOST_PARTS:
                raise ValidationError(self.env._("This text is too long for an SMS: at most %s parts.", MOST_PARTS))

    @api.depends("subject", "body", "channel", "lang")
    def _compute_preview(self):
        for template in self:
            subject, body = template._example()
            is_sms = template.channel == "sms"
            template.preview = f"{subject}\n\n{body}" if subject else body
            template.sms_count = sms_parts(body) if is_sms else 0
            template.warning = (
                self.env._("This text takes %s SMS, each of which is charged.", template.sms_count)
                if template.sms_count > 1
                else False
            )

    def _example(self):
        """Return (subject, text) with the values of an example."""
        self.ensure_one()
        branch = self.env.company
        moment = datetime(2030, 5, 14, 16, 30)
        values = {
            "patient": "Ayesha Khan",
            "branch": branch.name,
            "phone": branch.phone or "+92 42 111 222 333",
            "address": branch.partner_id._clinic_address_line() or "12 Main Boulevard, Lahore",
            "date": self.env["clinic.message"]._day_text(moment.date(), self.lang),
            "time": format_time(self.env, moment.time(), time_format="short", lang_code=self.lang),
            "practitioner": "Dr Sana Malik",
            "visit": "V/2030/00042",
            "answer_until": format_time(self.env, moment.time(), time_format="short", lang_code=self.lang),
            **self._example_links(),
        }
        subject = self.subject if self.channel == "email" else ""
        return fill(subject, values), fill(self.body, values)

    @api.model
    def _example_links(self):
        """Return {placeholder: a link as long as a real one}; other addons add theirs."""
        return {
            "link": "https://clinic.example/c/Ab3dE5gH7jK9mN1p",
            "offer": "https://clinic.example/c/Qw3rT5yU7iO9pA1s",
            "stop": "https://clinic.example/c/Zy8xW6vU4tS2rQ0p",
        }

    def _provider_language(self):
        """Return the code by which WhatsApp knows this text's language: most without a country."""
        self.ensure_one()
        return self.lang if self.lang in WITH_COUNTRY else self.lang.split("_")[0]

    @api.model
    def _find(self, kind, channel, lang, audience="patient"):
        """Return the text of ``kind`` in ``lang``; else in the same language of another country, else in English."""
        texts = kind.template_ids.filtered(lambda text: text.channel == channel and text.audience == audience)
        language = (lang or "").split("_")[0]
        order = {lang: 0}

        def rank(text):
            own = text.lang.split("_")[0]
            return order.get(text.lang, 1 if own == language else 2 if text.lang == "en_US" else 3)

        return texts.sorted(rank)[:1]
