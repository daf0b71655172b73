from odoo import api, fields, models
from odoo.tools import SQL


class ClinicRecallRule(models.Model):
    """Who has asked to be called; why, reception does not read."""

    _inherit = "clinic.recall.rule"

    cause = fields.Selection(
        selection_add=[("asked", "Asked to be called")], ondelete={"asked": lambda rules: rules._forget()}
    )

    @api.model
    def _ended_by_words(self):
        return {*super()._ended_by_words(), "asked"}

    def _find_asked(self, scope, window):
        """A patient has asked to be called, and nobody has dealt with it yet."""
        self.env["clinic.signal"].flush_model()
        day = self._local_day(SQL("report.reported_at"))
        return SQL(
            """
            SELECT report.patient_id, report.company_id, NULL::int AS treatment_id, %(day)s AS due_on,
                   's' || report.id AS origin
              FROM clinic_signal report
              JOIN branch ON branch.id = report.company_id
             WHERE report.wants_call AND report.state = 'open' AND %(near)s AND %(due)s AND %(scope)s
            """,
            day=day,
            near=self._near(SQL("report.reported_at"), window),
            due=self._is_due(day),
            scope=scope(SQL("report.patient_id")),
        )
