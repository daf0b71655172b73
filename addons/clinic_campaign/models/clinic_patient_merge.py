from odoo import models


class ClinicPatientMerge(models.Model):
    _inherit = "clinic.patient.merge"

    def _unite(self, values, login):
        self._unite_recipients()
        super()._unite(values, login)

    def _unite_recipients(self):
        """Of two rows of one campaign, the one that was written to stands for the person; else who is kept."""
        rows = self.env["clinic.campaign.recipient"]
        kept = {row.campaign_id: row for row in rows.search([("patient_id", "=", self.kept_id.id)])}
        merged = rows
        for row in rows.search([("patient_id", "=", self.merged_id.id)]):
            if row.campaign_id not in kept:
                continue
            if row.state != "sent":
                merged |= row
            elif kept[row.campaign_id].state != "sent":
                merged |= kept[row.campaign_id]
        merged = merged.filtered(lambda row: row.state != "left_out")
        # What is left out has a reason, at each step.
        self._set(merged, "reason", "merged")
        self._set(merged, "state", "left_out")
