from odoo import Command, models


class ClinicGuardian(models.Model):
    _inherit = "clinic.guardian"

    def action_end(self):
        """Who acts for a patient no more sees no new invoices of theirs, either."""
        running = self.filtered(lambda guardian: not guardian.ended_at)
        result = super().action_end()
        for guardian in running:
            # Who ends a guardianship was checked; reception may name the contact again.
            guardian.sudo().patient_id.invoice_reader_ids = [Command.unlink(guardian.partner_id.id)]
        return result
