from odoo import api, models
from odoo.tools.misc import format_date


class ClinicPatientMergeWizard(models.TransientModel):
    _inherit = "clinic.patient.merge.wizard"

    @api.model
    def _count_past(self, patient):
        return super()._count_past(patient) + patient.visit_count

    @api.model
    def _summary(self, patient):
        """Add how often the patient was here, and when last."""
        texts = super()._summary(patient)
        if patient.visit_count:
            last = self.env["clinic.visit"].search([("patient_id", "=", patient.id)], order="start DESC", limit=1)
            day = format_date(self.env, last.company_id._clinic_local(last.start).date())
            texts.append(self.env._("visits: %(count)s, the last on %(day)s", count=patient.visit_count, day=day))
        return texts
