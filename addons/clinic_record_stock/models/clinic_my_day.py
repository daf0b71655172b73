from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL


class ClinicMyDay(models.AbstractModel):
    _inherit = "clinic.my.day"

    @api.model
    def _prepare_essentials(self, patient_ids, day):
        """Add what was used on each patient the last time."""
        return {
            **super()._prepare_essentials(patient_ids, day),
            "last_items": self._load_last_items(patient_ids),
        }

    @api.model
    def _load_last_items(self, patient_ids):
        """Return {patient id: the items of the last procedure with any, in one line}."""
        self.env["clinic.consumption"].flush_model()
        query = SQL(
            """
            SELECT patient.id, used.product_id, used.quantity, used.uom_id
              FROM unnest(%s::integer[]) AS patient(id)
        CROSS JOIN LATERAL (
                       SELECT procedure_id
                         FROM clinic_consumption
                        WHERE patient_id = patient.id AND state = 'used'
                     ORDER BY id DESC
                        LIMIT 1
                   ) AS last
              JOIN clinic_consumption used ON used.procedure_id = last.procedure_id AND used.state = 'used'
          ORDER BY used.id
            """,
            patient_ids,
        )
        rows = self.env.execute_query(query)
        # What a colleague used on the same patient is no secret to those who treat.
        products = self.env["product.product"].sudo().browse({row[1] for row in rows})
        uoms = self.env["uom.uom"].sudo().browse({row[3] for row in rows})
        product_names = {product.id: product.name for product in products}
        uom_names = {uom.id: uom.name for uom in uoms}
        words = defaultdict(list)
        for patient_id, product_id, quantity, uom_id in rows:
            words[patient_id].append(f"{product_names[product_id]} {quantity:.15g} {uom_names[uom_id]}")
        return defaultdict(lambda: None, {patient_id: ", ".join(texts) for patient_id, texts in words.items()})
