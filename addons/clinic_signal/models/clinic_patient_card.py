from odoo import api, models
from odoo.fields import Domain

# What was closed longer ago is in the list of the patient's reports.
CLOSED_SHOWN = 5


class ClinicPatientCard(models.AbstractModel):
    """What the patient has reported: what is to be looked at above all else, and what came of the earlier ones."""

    _inherit = "clinic.patient.card"

    @api.model
    def _prepare_sections(self, patient):
        return {
            **super()._prepare_sections(patient),
            "signals": self._load_signals(Domain("patient_id", "=", patient.id) & Domain("state", "=", "open")),
            "signals_closed": self._load_signals(
                Domain("patient_id", "=", patient.id) & Domain("state", "=", "closed"), limit=CLOSED_SHOWN
            ),
        }

    @api.model
    def _load_signals(self, domain, limit=None):
        """Return the reports of ``domain``, of patients whose record the user may open, ready for JSON."""
        # The caller has checked that: it is all of the record, whatever branch it was written in.
        signals = self.env["clinic.signal"].sudo().search(domain, limit=limit)
        return signals._prepare_rows() if signals else []
