from odoo import api, fields, models


class ClinicNoteAmend(models.TransientModel):
    """Asks for the corrected text of a signed note, and why."""

    _name = "clinic.note.amend"
    _description = "Amend a Note"
    _clinic_unlocked_fields = {"note_id": "said by the button that opens the dialog; amending asks who may"}

    note_id = fields.Many2one("clinic.note", required=True, readonly=True, ondelete="cascade")
    patient_id = fields.Many2one(related="note_id.patient_id")
    reason = fields.Char(required=True)
    body = fields.Html(
        string="Corrected Note",
        compute="_compute_body",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        sanitize_overridable=False,
    )

    @api.model_create_multi
    def create(self, vals_list):
        note_ids = {vals.get("note_id") for vals in vals_list} - {None, False}
        # The text is computed with all rights.
        self.env["clinic.note"].browse(note_ids).check_access("read")
        return super().create(vals_list)

    @api.depends("note_id")
    def _compute_body(self):
        for wizard in self:
            wizard.body = wizard.note_id.body

    def action_amend(self):
        """Sign the corrected note in the name of who asks."""
        self.ensure_one()
        self.note_id.amend(self.body, self.reason)
        # The health data has its place now.
        self.unlink()
        return {"type": "ir.actions.client", "tag": "soft_reload"}
