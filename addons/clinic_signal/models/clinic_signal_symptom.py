from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.clinic_consent.words import WORDS


class ClinicSignalSymptom(models.Model):
    """What a patient can tick when reporting a problem; some of it is to be looked at before anything else."""

    _name = "clinic.signal.symptom"
    _description = "What Patients Notice"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(readonly=True, copy=False, help="By which our own words in other languages know it.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_urgent = fields.Boolean("Urgent", help="A report with it stands above the others, and says so.")

    _code_uniq = models.UniqueIndex("(code) WHERE code IS NOT NULL", "There is one with this code already.")

    @api.ondelete(at_uninstall=False)
    def _unlink_unused(self):
        if self._is_used():
            raise UserError(self.env._("Patients have reported this. Archive it instead."))

    def write(self, vals):
        """What a patient has ticked keeps its name."""
        if "name" in vals:
            self.filtered(lambda symptom: symptom.name != vals["name"])._check_name_free()
        return super().write(vals)

    def _update_field_translations(self, field_name, translations, digest=None, source_lang=""):
        """As for writing; where there was no translation yet, one can be added."""
        if field_name == "name":
            stored = self._fields["name"]._get_stored_translations(self) or {}
            if any(lang in stored and stored[lang] != name for lang, name in translations.items()):
                self._check_name_free()
        return super()._update_field_translations(field_name, translations, digest, source_lang)

    def _is_used(self):
        # Who reads the reports is another question.
        return bool(self.env["clinic.signal"].sudo().search_count([("symptom_ids", "in", self.ids)], limit=1))

    def _check_name_free(self):
        """Raise ``UserError`` when patients have reported one of these, whose name says what was ticked."""
        if self and self._is_used():
            raise UserError(
                self.env._("Patients have reported this: its name stays. Archive it, and add another instead.")
            )

    def _said(self, lang):
        """Return the name of this in the language ``lang`` of the patients' pages, installed or not."""
        self.ensure_one()
        stored = self._fields["name"]._get_stored_translations(self) or {}
        codes = [code for code, _name in self.env["res.lang"].get_installed() if code[:2] == lang and code in stored]
        if codes:
            return stored[codes[0]]
        key = f"symptom_{self.code}"
        # Our words say what the clinic may have changed since.
        is_ours = stored.get("en_US") == WORDS["en"].get(key)
        return (is_ours and WORDS.get(lang, {}).get(key)) or self.name
