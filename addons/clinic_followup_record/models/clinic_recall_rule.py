from odoo import api, fields, models
from odoo.tools import SQL

# Who comes so many days before a follow-up is due has been seen for it.
EARLY = 21


class ClinicRecallRule(models.Model):
    """What the clinical record asks to come back for; the recall says no word of it."""

    _inherit = "clinic.recall.rule"

    cause = fields.Selection(
        selection_add=[("followup", "Protocol's follow-up"), ("checkup", "Check-up of a chronic problem")],
        ondelete={"followup": lambda rules: rules._forget(), "checkup": lambda rules: rules._forget()},
    )

    @api.model
    def _answers(self):
        return {**super()._answers(), "followup": "visit", "checkup": "treatment"}

    def _find_followup(self, scope, window):
        """The protocol of the last session of a treatment asks to see the patient after so many days.

        As on the patient card: until a later session of the treatment, which has follow-ups of its own.
        """
        day = SQL("%s + followup.days", self._local_day(SQL("p.start")))
        self.env["clinic.protocol.followup"].flush_model()
        [[longest]] = self.env.execute_query(SQL("SELECT COALESCE(MAX(days), 0) FROM clinic_protocol_followup"))
        return SQL(
            """
            SELECT p.patient_id, p.company_id, p.treatment_id, %(day)s AS due_on,
                   'f' || p.id || ':' || followup.id AS origin
              FROM clinic_procedure p
              JOIN branch ON branch.id = p.company_id
              JOIN clinic_protocol_followup followup ON followup.protocol_id = p.protocol_id
             WHERE p.state = 'done' AND %(near)s AND %(due)s AND %(scope)s AND NOT %(superseded)s AND NOT %(seen)s
            """,
            day=day,
            near=self._near(SQL("p.start"), window, longest),
            due=self._is_due(day),
            scope=scope(SQL("p.patient_id")),
            superseded=self._later(SQL("p.patient_id"), SQL("p.start"), SQL("p.treatment_id")),
            seen=self._later(
                SQL("p.patient_id"),
                SQL("GREATEST(p.start + interval '1 hour', (%s - %s)::timestamp)", day, EARLY),
            ),
        )

    def _find_checkup(self, scope, window):
        """A chronic problem is active, and the patient was not seen for so many days."""
        self.env["clinic.problem"].flush_model()
        treatment = self.treatment_id
        day = SQL("%s + %s", self._local_day(SQL("seen.at")), self.days)
        return SQL(
            """
            SELECT problem.patient_id, person.branch_id AS company_id, NULL::int AS treatment_id, %(day)s AS due_on,
                   'c' || problem.id || ':' || %(last)s AS origin
              FROM clinic_problem problem
              JOIN clinic_patient person ON person.id = problem.patient_id
              JOIN branch ON branch.id = person.branch_id
        CROSS JOIN LATERAL (SELECT COALESCE(MAX(had.start), problem.create_date) AS at
                              FROM clinic_procedure had
                             WHERE had.patient_id = problem.patient_id AND had.state = 'done' AND %(of)s) AS seen
             WHERE problem.course = 'chronic' AND problem.state = 'active' AND %(due)s AND %(scope)s AND NOT %(later)s
            """,
            day=day,
            last=self._local_day(SQL("seen.at")),
            of=SQL("had.treatment_id = %s", treatment.id) if treatment else SQL("TRUE"),
            due=self._is_due(day),
            scope=scope(SQL("problem.patient_id")),
            later=self._later(
                SQL("problem.patient_id"), SQL("seen.at"), SQL("%s", treatment.id) if treatment else None
            ),
        )
