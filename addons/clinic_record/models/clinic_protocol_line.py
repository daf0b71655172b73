from odoo import api, fields, models


class ClinicProtocolLine(models.AbstractModel):
    """What belongs to a version of a protocol, and is fixed with it when it is published."""

    _name = "clinic.protocol.line"
    _description = "Part of a Protocol"
    _order = "sequence, id"

    protocol_id = fields.Many2one("clinic.protocol", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)

    @api.model_create_multi
    def create(self, vals_list):
        self.env["clinic.protocol"].browse({vals.get("protocol_id") for vals in vals_list} - {None})._check_draft()
        return super().create(vals_list)

    def write(self, vals):
        self.protocol_id._check_draft()
        if vals.get("protocol_id"):
            self.env["clinic.protocol"].browse(vals["protocol_id"])._check_draft()
        return super().write(vals)

    def _update_field_translations(self, field_name, translations, digest=None, source_lang=""):
        self.protocol_id._check_draft()
        return super()._update_field_translations(field_name, translations, digest=digest, source_lang=source_lang)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        """A part leaves only a draft."""
        self.protocol_id._check_draft()
