from odoo import api, models
from odoo.fields import Domain

ITEM = {
    "id": "id",
    "procedure_id": "procedure_id",
    "product_id": "product_id",
    "product": "product_id.product_tmpl_id.name",
    "quantity": "quantity",
    "uom": "uom_id.name",
    "lot": "lot_id.name",
    "expires": "lot_id.expiration_date",
}
EXPECTED = {
    "id": "id",
    "product_id": "product_id",
    "product": "product_id.product_tmpl_id.name",
    "quantity": "quantity",
    "uom_id": "uom_id",
    "uom": "uom_id.name",
}


class ClinicPatientCard(models.AbstractModel):
    _inherit = "clinic.patient.card"

    @api.model
    def _prepare_entries(self, procedure_ids):
        """Add the items used, with their lots."""
        return {
            **super()._prepare_entries(procedure_ids),
            "items": self._load_of_procedures("clinic.consumption", procedure_ids, ITEM, Domain("state", "=", "used")),
        }

    @api.model
    def _prepare_treatment(self, procedure):
        """Add the items used so far, and those that the protocol expects and nobody has logged yet."""
        used = self._load_of_procedures("clinic.consumption", procedure.ids, ITEM, Domain("state", "=", "used"))
        items = used[procedure.id]
        logged = {item["product_id"] for item in items}
        protocol = [("protocol_id", "=", procedure.protocol_id.id)]
        expected = self._rows("clinic.protocol.item", protocol, EXPECTED, order="sequence, id")
        return {
            **super()._prepare_treatment(procedure),
            "items": items,
            "expected": [item for item in expected if item["product_id"] not in logged],
        }
