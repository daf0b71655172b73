from odoo import api, models
from odoo.tools import SQL

from odoo.addons.clinic_visit.models.clinic_visit import RELEASED_STATES

from ..allocation import UseFact, allocate

# A session is proposed for what is planned or was just performed, not for what was checked out.
WAITING = ("planned", "in_progress", "done")


class ClinicProcedure(models.Model):
    """What is known of the procedures for which sessions may be used, in one statement."""

    _inherit = "clinic.procedure"

    @api.model
    def _load_use_facts(self, condition):
        """Return the facts of the procedures for which the SQL ``condition`` holds, in the order of time.

        The tables are ``procedure`` and ``visit``.
        """
        for model in ("clinic.procedure", "clinic.visit", "clinic.session", "product.template", "product.category"):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT procedure.id, procedure.patient_id, procedure.company_id, procedure.treatment_id,
                       category.parent_path, procedure.practitioner_id, procedure.start, procedure.visit_id,
                       procedure.session_id, procedure.state
                  FROM clinic_procedure procedure
                  JOIN clinic_visit visit ON visit.id = procedure.visit_id
                  JOIN product_template treatment ON treatment.id = procedure.treatment_id
             LEFT JOIN product_category category ON category.id = treatment.categ_id
                 WHERE %s
              ORDER BY procedure.start, procedure.id
                """,
                condition,
            )
        )
        branches = self.env["res.company"].sudo()
        return [UseFact(*row[:6], branches.browse(row[2])._clinic_local(row[6]).date(), *row[7:]) for row in rows]

    @api.model
    def _waiting_facts(self, patient_ids):
        """Return the facts of what is booked or was just performed for patients, and that no session has paid for."""
        return self._load_use_facts(
            SQL(
                """
                procedure.patient_id = ANY(%s) AND procedure.state = ANY(%s) AND visit.state != ALL(%s)
                AND procedure.is_session_declined IS NOT TRUE AND visit.is_checked_out IS NOT TRUE
                AND NOT EXISTS (SELECT 1 FROM clinic_session used WHERE used.procedure_id = procedure.id)
                """,
                list(patient_ids),
                list(WAITING),
                list(RELEASED_STATES),
            )
        )

    def _own_use_facts(self):
        """Return the facts of these procedures."""
        return self._load_use_facts(SQL("procedure.id = ANY(%s)", self.ids))

    @api.model
    def _allocation(self, patients):
        """Return {procedure: session} of what is booked or was just performed for ``patients``.

        One statement where they have nothing left, two otherwise. Which session pays does not depend on who looks, so
        that the caller decides who sees it.
        """
        sessions = self.env["clinic.session"]._left_facts(patients)
        if not sessions:
            return {}
        uses = self._waiting_facts({session.patient_id for session in sessions})
        found = allocate(sessions, uses)
        prefetch = self.browse(found)
        known = self.env["clinic.session"].browse(found.values())
        return dict(zip(prefetch, known, strict=True))
