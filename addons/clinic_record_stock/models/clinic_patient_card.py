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
    "expires": "lot_id.clinic_expiry_day",
}
EXPECTED = {
    "id": "id",
    "product_id": "product_id",
    "product": "product_id.product_tmpl_id.name",
    "quantity": "protocol_item_id.quantity",
    "uom_id": "protocol_item_id.uom_id",
    "uom": "protocol_item_id.uom_id.name",
    "unused_at": "unused_at",
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
        """Add the items used so far, and the kit: what the protocol expects, with where it will be taken from."""
        used = self._load_of_procedures("clinic.consumption", procedure.ids, ITEM, Domain("state", "=", "used"))
        items = used[procedure.id]
        return {
            **super()._prepare_treatment(procedure),
            "items": items,
            "kit": self._prepare_kit(procedure, {item["product_id"] for item in items}),
            "dose": {"differences": procedure.dose_differences, "reason": procedure.dose_reason or ""},
        }

    @api.model
    def _prepare_kit(self, procedure, used_ids):
        """Return the expected items in their order, each "used", "unused" or "expected"."""
        belongs = [("procedure_id", "=", procedure.id)]
        kit = self._rows("clinic.procedure.item", belongs, EXPECTED, order="sequence, id")
        for item in kit:
            unused = "unused" if item.pop("unused_at") else "expected"
            item["state"] = "used" if item["product_id"] in used_ids else unused
        self._add_sources(procedure, [item for item in kit if item["state"] == "expected"])
        return kit

    @api.model
    def _add_sources(self, procedure, items):
        """Add to each expected item where it will be taken from, in the product's own unit."""
        # What is used in the own treatment may be known; practitioners have no rights in the stock app.
        products = self.env["product.product"].sudo().browse(item["product_id"] for item in items)
        sources = procedure._item_sources(products)
        for item, product in zip(items, products, strict=True):
            uom = self.env["uom.uom"].sudo().browse(item["uom_id"])
            item.update(
                sources=sources[product.id],
                stock_uom=product.uom_id.name,
                # So many of the product's unit are one of the item's.
                factor=uom._compute_quantity(1, product.uom_id, round=False, raise_if_failure=False),
                # A dose is drawn from several vials, any other item is taken from one lot.
                is_drawn=bool(product.clinic_vial_uom_id),
                has_lots=product.tracking != "none",
            )
