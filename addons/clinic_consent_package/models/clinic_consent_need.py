from odoo import api, models
from odoo.tools import SQL


class ClinicConsentNeed(models.AbstractModel):
    """What was signed for a course holds for its sessions."""

    _inherit = "clinic.consent.need"

    @api.model
    def _read_models(self):
        return (*super()._read_models(), "clinic.session")

    @api.model
    def _of_occasion(self):
        """A consent for a course holds for a procedure that has used a session of it, or that can use one."""
        return SQL(
            """
            (%(others)s OR consent.validity = 'course' AND EXISTS (
                SELECT 1
                  FROM clinic_session session
                 WHERE session.course_id = consent.course_id
                   AND (session.procedure_id = asked.number
                        OR session.state = 'open'
                           AND (session.treatment_id = asked.treatment_id
                                OR session.category_id::text = ANY (asked.categories))
                           AND NOT EXISTS (SELECT 1 FROM clinic_procedure separate
                                            WHERE separate.id = asked.number AND separate.is_session_declined))))
            """,
            others=super()._of_occasion(),
        )
