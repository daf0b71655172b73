import base64

from odoo import api, fields, models
from odoo.exceptions import UserError


class ClinicPortalInvite(models.TransientModel):
    """The way to the portal: a code to be scanned at the desk, or a message to be sent."""

    _name = "clinic.portal.invite"
    _description = "Invitation to the Portal"

    patient_id = fields.Many2one("clinic.patient", required=True, ondelete="cascade")
    portal_state = fields.Selection(related="patient_id.portal_state")
    login = fields.Char(compute="_compute_link", string="Signs In As")
    # Never stored: who has it chooses the password.
    address = fields.Char(compute="_compute_link", string="Link")
    code = fields.Binary(compute="_compute_link", string="To Be Scanned")

    @api.depends("patient_id")
    def _compute_link(self):
        for wizard in self:
            patient = wizard.patient_id
            # Also who reads this dialog's fields over RPC acts for the patient.
            patient._check_may_invite()
            wizard.login = patient._portal_user().login
            wizard.address = patient._portal_address_at_desk()
            wizard.code = base64.b64encode(
                self.env["ir.actions.report"].barcode("QR", wizard.address, width=640, height=640)
            )

    def action_send(self):
        """Send the patient the way to the portal, and close the dialog."""
        self.ensure_one()
        patient = self.patient_id
        patient._check_may_invite()
        count = self.env["clinic.message"].sudo().search_count([("patient_id", "=", patient.id)])
        message = patient._send_portal_message("portal_invite", f"portal_invite:{patient.id}:{count}")[:1]
        if not message:
            raise UserError(self.env._("The message kind “Invitation to the portal” is switched off."))
        failed = message.state == "failed"
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "danger" if failed else "success",
                "message": message.reason if failed else self.env._("The invitation is on its way to the patient."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
