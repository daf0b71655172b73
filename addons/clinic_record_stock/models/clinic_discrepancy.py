from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

# A treatment that was not finished by then has been forgotten.
GRACE = timedelta(days=1)


class ClinicDiscrepancy(models.Model):
    """Items of a kit of which nobody has said whether they were used."""

    _inherit = "clinic.discrepancy"
    _depends = {
        "clinic.procedure": ["state", "started_at", "practitioner_id"],
        "clinic.procedure.item": ["unused_at", "procedure_id", "product_id"],
    }

    kind = fields.Selection(selection_add=[("kit", "Kit item, not accounted for")])

    def _gap_queries(self):
        return [*super()._gap_queries(), self._query_kit()]

    def _query_kit(self):
        """What the protocol expected of a procedure that is over, and was neither logged nor said not to be used."""
        return SQL(
            """
            SELECT 'kit' AS kind, 'clinic.procedure.item' AS source_model, item.id AS source_id,
                   visit.name AS reference, procedure.started_at AS date, procedure.company_id, item.product_id,
                   NULL::integer AS lot_id,
                   expected.quantity * given.factor / unit.factor AS quantity,
                   expected.quantity * given.factor / unit.factor * %(cost)s AS value,
                   employee.user_id, visit.id AS visit_id
              FROM clinic_procedure_item item
              JOIN clinic_procedure procedure ON procedure.id = item.procedure_id
              JOIN clinic_visit visit ON visit.id = procedure.visit_id
              JOIN clinic_protocol_item expected ON expected.id = item.protocol_item_id
              JOIN clinic_practitioner practitioner ON practitioner.id = procedure.practitioner_id
              JOIN hr_employee employee ON employee.id = practitioner.employee_id
              JOIN product_product p ON p.id = item.product_id
              JOIN product_template t ON t.id = p.product_tmpl_id
              JOIN uom_uom unit ON unit.id = t.uom_id
              JOIN uom_uom given ON given.id = expected.uom_id
              JOIN res_company gap_company ON gap_company.id = procedure.company_id
             WHERE item.unused_at IS NULL
               AND (procedure.state = 'done'
                    OR procedure.state = 'in_progress' AND procedure.started_at < %(forgotten)s)
               AND NOT EXISTS (
                       SELECT FROM clinic_consumption c
                        WHERE c.procedure_id = procedure.id AND c.product_id = item.product_id AND c.state = 'used'
                   )
            """,
            cost=self._unit_cost("p"),
            forgotten=fields.Datetime.now() - GRACE,
        )

    def _mend_kit(self):
        """Open the procedure's record where those who treat say what became of the item."""
        self.check_access("read")
        # Anyone who may see the gap may know in which procedure it is; its own rights decide what is opened.
        procedure = self.env[self.source_model].sudo().browse(self.source_id).procedure_id.sudo(False)
        if not procedure.has_access("write"):
            return self.action_explain()
        return procedure._record_action()
