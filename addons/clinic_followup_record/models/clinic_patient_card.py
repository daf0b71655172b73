from odoo import api, models


class ClinicPatientCard(models.AbstractModel):
    """That reception is to call the patient, and whether it has: on the card of who treats."""

    _inherit = "clinic.patient.card"

    @api.model
    def _prepare_sections(self, patient):
        return {**super()._prepare_sections(patient), "recalls": self._load_recalls(patient)}

    @api.model
    def _load_recalls(self, patient):
        """Return what ``patient`` is to be called about, the most urgent first."""
        paths = {
            "id": "id",
            "reason": "rule_id.reason",
            "due_on": "due_on",
            "next_on": "next_on",
            "tries": "tries",
            "result": "result",
        }
        due = [("patient_id", "=", patient.id), ("state", "=", "open"), ("due_on", "<=", self._today())]
        rows = self._rows("clinic.recall", due, paths, order="priority, due_on, id")
        labels = self._labels("clinic.recall", "result")
        return [{**row, "result": labels.get(row["result"], "")} for row in rows]
