from collections import defaultdict

from odoo import api, fields, models
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
        """Return {patient id: {"date", "text"}}, the items of the last procedure with any, in one line.

        The last is the one that was performed last: an older one may have been entered later.
        """
        self.env["clinic.consumption"].flush_model()
        self.env["clinic.procedure"].flush_model()
        query = SQL(
            """
            SELECT patient.id, last.start, used.product_id, used.quantity, used.uom_id
              FROM unnest(%s::integer[]) AS patient(id)
        CROSS JOIN LATERAL (
                       SELECT procedure.id, procedure.start
                         FROM clinic_procedure procedure
                        WHERE procedure.patient_id = patient.id
                          AND EXISTS (
                                  SELECT FROM clinic_consumption
                                   WHERE procedure_id = procedure.id AND state = 'used'
                              )
                     ORDER BY procedure.start DESC, procedure.id DESC
                        LIMIT 1
                   ) AS last
              JOIN clinic_consumption used ON used.procedure_id = last.id AND used.state = 'used'
          ORDER BY used.id
            """,
            patient_ids,
        )
        rows = self.env.execute_query(query)
        # What a colleague used on the same patient is no secret to those who treat.
        products = self.env["product.product"].sudo().browse({row[2] for row in rows})
        uoms = self.env["uom.uom"].sudo().browse({row[4] for row in rows})
        product_names = {product.id: product.name for product in products}
        uom_names = {uom.id: uom.name for uom in uoms}
        words = defaultdict(list)
        for patient_id, start, product_id, quantity, uom_id in rows:
            words[patient_id, start].append(f"{product_names[product_id]} {quantity:.15g} {uom_names[uom_id]}")
        last = {
            patient_id: {"date": fields.Datetime.to_string(start), "text": ", ".join(texts)}
            for (patient_id, start), texts in words.items()
        }
        return defaultdict(lambda: None, last)
