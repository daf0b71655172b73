from odoo import fields, models


class ClinicPatient(models.Model):
    _inherit = "clinic.patient"

    photo_hold_reason = fields.Char(
        string="Legal Hold",
        groups="clinic.group_manager,clinic.group_privacy_officer",
        copy=False,
        help="While there is a reason here, none of the patient's photos and documents is deleted or erased.",
    )

    def action_open_photos(self):
        """Open the photos of this patient; for reception, the documents."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("clinic_photo.clinic_photo_gallery_action")
        return {**action, "params": {"patient_id": self._kept().id}}
