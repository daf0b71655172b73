import base64

from odoo import api, fields, models


class ClinicPaymentAsk(models.TransientModel):
    """The payment link of a visit: a code to be scanned at the desk, an address to be copied, a message to be sent."""

    _name = "clinic.payment.ask"
    _description = "Payment Link of a Visit"

    visit_id = fields.Many2one("clinic.visit", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="visit_id.currency_id")
    amount = fields.Monetary(compute="_compute_link")
    expires_at = fields.Datetime(compute="_compute_link", string="Good Until")
    # Never stored: who has it needs no login.
    address = fields.Char(compute="_compute_link", string="Link")
    code = fields.Binary(compute="_compute_link", string="To Be Scanned")
    can_hand_over = fields.Boolean(related="visit_id.can_hand_over")

    @api.depends("visit_id")
    def _compute_link(self):
        for wizard in self:
            visit = wizard.visit_id
            # Also who reads this dialog's fields over RPC acts for the visit.
            visit.check_access("write")
            self.env["account.move"].check_access("create")
            link = visit._payment_link()
            wizard.amount, wizard.expires_at, wizard.address = link.amount, link.expires_at, link._address()
            wizard.code = base64.b64encode(
                self.env["ir.actions.report"].barcode("QR", wizard.address, width=240, height=240)
            )

    def action_send(self):
        """Write a message with the link to the patient and close the dialog."""
        self.ensure_one()
        self.visit_id.check_access("write")
        [message, *_more] = self.visit_id._send_payment_link()
        failed = message.state == "failed"
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "danger" if failed else "success",
                "message": message.reason if failed else self.env._("The link is on its way to the patient."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_whatsapp(self):
        """Open WhatsApp with the text and the link."""
        self.ensure_one()
        return self.visit_id.action_whatsapp()
