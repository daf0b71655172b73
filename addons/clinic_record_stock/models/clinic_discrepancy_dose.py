from odoo import fields, models
from odoo.tools import SQL

from .clinic_discrepancy import GRACE


class ClinicDiscrepancy(models.Model):
    """Doses that were charted, in a parameter or on the body map, and are not what left the stock."""

    _inherit = "clinic.discrepancy"
    _depends = {
        "clinic.procedure.parameter": ["value", "recorded_at", "protocol_parameter_id"],
        "clinic.protocol.parameter": ["dose_product_ids"],
        "clinic.body.pin": ["procedure_id", "product_id", "quantity", "uom_id", "active"],
    }

    kind = fields.Selection(selection_add=[("dose", "Dose differs from items"), ("map", "Body map differs from items")])

    def _gap_queries(self):
        return [*super()._gap_queries(), self._query_dose(), self._query_map()]

    def _query_dose(self):
        """Recorded doses of procedures that are over, and what was used of their items was something else.

        The gap is about the item that was used, or else the first of which it could have been.
        """
        return SQL(
            """
            SELECT 'dose' AS kind, 'clinic.procedure.parameter' AS source_model, line.id AS source_id,
                   visit.name AS reference, procedure.started_at AS date, procedure.company_id, p.id AS product_id,
                   NULL::integer AS lot_id,
                   (line.value * dose.factor - used.quantity) / unit.factor AS quantity,
                   (line.value * dose.factor - used.quantity) / unit.factor * %(cost)s AS value,
                   employee.user_id, visit.id AS visit_id
              FROM clinic_procedure_parameter line
              JOIN clinic_procedure procedure ON procedure.id = line.procedure_id
              JOIN clinic_visit visit ON visit.id = procedure.visit_id
              JOIN clinic_practitioner practitioner ON practitioner.id = procedure.practitioner_id
              JOIN hr_employee employee ON employee.id = practitioner.employee_id
              JOIN LATERAL (
                       SELECT min(rel.product_id) AS product_id
                         FROM clinic_protocol_parameter_dose_rel rel WHERE rel.parameter_id = line.protocol_parameter_id
                   ) AS first ON first.product_id IS NOT NULL
              JOIN product_product first_product ON first_product.id = first.product_id
              JOIN product_template first_template ON first_template.id = first_product.product_tmpl_id
              JOIN uom_uom dose ON dose.id = first_template.uom_id
              JOIN LATERAL (
                       SELECT COALESCE(sum(c.quantity * given.factor), 0) AS quantity, min(c.product_id) AS product_id
                         FROM clinic_consumption c
                         JOIN clinic_protocol_parameter_dose_rel rel ON rel.product_id = c.product_id
                              AND rel.parameter_id = line.protocol_parameter_id
                         JOIN uom_uom given ON given.id = c.uom_id
                        WHERE c.procedure_id = procedure.id AND c.state = 'used'
                   ) AS used ON TRUE
              JOIN product_product p ON p.id = COALESCE(used.product_id, first.product_id)
              JOIN product_template t ON t.id = p.product_tmpl_id
              JOIN uom_uom unit ON unit.id = t.uom_id
              JOIN res_company gap_company ON gap_company.id = procedure.company_id
             WHERE line.recorded_at IS NOT NULL
               AND (procedure.state = 'done'
                    OR procedure.state = 'in_progress' AND procedure.started_at < %(forgotten)s)
               AND abs(line.value * dose.factor - used.quantity) > %(least)s * unit.factor
            """,
            cost=self._unit_cost("p"),
            forgotten=fields.Datetime.now() - GRACE,
            least=self._least(),
        )

    def _query_map(self):
        """What was injected by the body map, of items of which something else was used; each pin is rounded."""
        return SQL(
            """
            SELECT 'map' AS kind, 'clinic.body.pin' AS source_model, pinned.id AS source_id,
                   visit.name AS reference, procedure.started_at AS date, procedure.company_id, p.id AS product_id,
                   NULL::integer AS lot_id,
                   (pinned.quantity - used.quantity) / unit.factor AS quantity,
                   (pinned.quantity - used.quantity) / unit.factor * %(cost)s AS value,
                   employee.user_id, visit.id AS visit_id
              FROM (
                    SELECT min(pin.id) AS id, pin.procedure_id, pin.product_id,
                           sum(pin.quantity * given.factor) AS quantity, count(*) AS parts
                      FROM clinic_body_pin pin
                      JOIN uom_uom given ON given.id = pin.uom_id
                     WHERE pin.active AND pin.product_id IS NOT NULL
                  GROUP BY pin.procedure_id, pin.product_id
                   ) AS pinned
              JOIN clinic_procedure procedure ON procedure.id = pinned.procedure_id
              JOIN clinic_visit visit ON visit.id = procedure.visit_id
              JOIN clinic_practitioner practitioner ON practitioner.id = procedure.practitioner_id
              JOIN hr_employee employee ON employee.id = practitioner.employee_id
              JOIN product_product p ON p.id = pinned.product_id
              JOIN product_template t ON t.id = p.product_tmpl_id AND t.clinic_item
              JOIN uom_uom unit ON unit.id = t.uom_id
              JOIN res_company gap_company ON gap_company.id = procedure.company_id
              JOIN LATERAL (
                       SELECT COALESCE(sum(c.quantity * given.factor), 0) AS quantity
                         FROM clinic_consumption c
                         JOIN uom_uom given ON given.id = c.uom_id
                        WHERE c.procedure_id = procedure.id AND c.product_id = pinned.product_id AND c.state = 'used'
                   ) AS used ON TRUE
             WHERE (procedure.state = 'done'
                    OR procedure.state = 'in_progress' AND procedure.started_at < %(forgotten)s)
               AND abs(pinned.quantity - used.quantity) > pinned.parts * %(least)s * unit.factor
            """,
            cost=self._unit_cost("p"),
            forgotten=fields.Datetime.now() - GRACE,
            least=self._least(),
        )

    def _mend_dose(self):
        return self._mend_kit()

    def _mend_map(self):
        return self._mend_kit()
