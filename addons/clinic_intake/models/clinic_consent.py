from odoo import api, models

BATCH = 500


class ClinicConsent(models.Model):
    """Verifying the consents verifies what stands beside them in the clinic's chain as well."""

    _inherit = "clinic.consent"

    @api.model
    def _flaws_of_log(self):
        intakes, flaws = self.env["clinic.intake"].sudo(), []
        ids = intakes.search([], order="id").ids
        for start in range(0, len(ids), BATCH):
            flaws += intakes.browse(ids[start : start + BATCH])._flaws()
        return [*super()._flaws_of_log(), *flaws]
