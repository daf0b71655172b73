from odoo import api, models
from odoo.fields import Domain

SHOWN = 4
ROW = {
    "id": "id",
    "uuid": "uuid",
    "title": "name",
    "kind": "kind_id.name",
    "date": "date",
    "received_at": "received_at",
}


class ClinicPatientCard(models.AbstractModel):
    """The newest documents on the card, and the way to all of them."""

    _inherit = "clinic.patient.card"

    @api.model
    def _prepare_sections(self, patient):
        return {**super()._prepare_sections(patient), "documents": self._load_documents(patient)}

    @api.model
    def _load_documents(self, patient):
        """Return the newest documents, in one query."""
        domain = Domain("patient_id", "=", patient.id) & Domain("active", "=", True)
        rows = self._rows("clinic.document", domain, ROW, order="date DESC, id DESC", limit=SHOWN + 1)
        return {"rows": rows[:SHOWN], "has_more": len(rows) > SHOWN}
