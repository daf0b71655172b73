from odoo import api, models
from odoo.tools import SQL

# A follow-up that was missed stays on the card for so many days.
OVERDUE_SHOWN = 30


class ClinicPatientCard(models.AbstractModel):
    """What the protocols of past treatments ask to come back for, until a later session of the treatment does."""

    _inherit = "clinic.patient.card"

    @api.model
    def _prepare_head(self, patient):
        return {**super()._prepare_head(patient), "followups": self._load_followups(patient)}

    @api.model
    def _load_followups(self, patient):
        """Return the next follow-up of each treatment by its last session: its ``name``, ``due`` day and treatment."""
        self.env["clinic.procedure"].flush_model()
        query = SQL(
            """
            SELECT next.id, next.name, next.due, next.due < %(today)s, %(treatment)s
              FROM (
                       SELECT DISTINCT ON (treatment_id) treatment_id, protocol_id,
                              (start AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date AS day
                         FROM clinic_procedure
                        WHERE patient_id = %(patient_id)s AND state = 'done'
                     ORDER BY treatment_id, start DESC, id DESC
                   ) AS last
              JOIN product_template treatment ON treatment.id = last.treatment_id
        CROSS JOIN LATERAL (
                       SELECT followup.id, %(name)s AS name, last.day + followup.days AS due
                         FROM clinic_protocol_followup followup
                        WHERE followup.protocol_id = last.protocol_id
                          AND last.day + followup.days >= %(today)s - %(overdue)s
                     ORDER BY followup.days, followup.id
                        LIMIT 1
                   ) AS next
          ORDER BY next.due, next.id
            """,
            today=self._today(),
            overdue=OVERDUE_SHOWN,
            zone=self.env.company._clinic_timezone().zone,
            patient_id=patient.id,
            # Names, as anyone who reads the procedures sees them.
            treatment=self.env["product.template"].sudo()._field_to_sql("treatment", "name"),
            name=self.env["clinic.protocol.followup"].sudo()._field_to_sql("followup", "name"),
        )
        names = ("id", "name", "due", "overdue", "treatment")
        return [dict(zip(names, map(self._to_json, row), strict=True)) for row in self.env.execute_query(query)]
