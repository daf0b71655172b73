from odoo import Command, api, models


class ClinicPatientMerge(models.Model):
    """Posted invoices and payments stay with the contact they were made for; its patient is the one who is kept."""

    _inherit = "clinic.patient.merge"

    def _watched(self):
        """An invoice or payment since the merge may be the one's or the other's."""
        partner = self.kept_id.partner_id.id
        return {
            **super()._watched(),
            "account.move": [("partner_id", "=", partner), ("move_type", "!=", "entry")],
            "account.payment": [("partner_id", "=", partner)],
        }

    def _unite(self, values, login):
        """Let the portal show the merged patient's invoices to the one who is kept, and to those who saw either."""
        super()._unite(values, login)
        readers = self.kept_id.invoice_reader_ids | self.merged_id.invoice_reader_ids
        seen = readers | self.kept_id.partner_id
        self._write(self.kept_id, {"invoice_reader_ids": [Command.set(readers.ids)]})
        self._write(self.merged_id, {"invoice_reader_ids": [Command.set(seen.ids)]})

    @api.model
    def _added_text(self, model):
        texts = {"account.move": self.env._("an invoice"), "account.payment": self.env._("a payment")}
        return texts.get(model._name) or super()._added_text(model)
