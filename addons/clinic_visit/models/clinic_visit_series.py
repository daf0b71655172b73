from datetime import timedelta

from odoo import fields, models


class ClinicVisit(models.Model):
    _inherit = "clinic.visit"

    def action_book_series(self):
        """Open the dialog that books the sessions that follow this visit."""
        self.ensure_one()
        procedure = self.procedure_ids.filtered(lambda p: p.state != "cancelled").sorted("start")[:1]
        interval = self.env["clinic.series.planner"]._interval(procedure.treatment_id, None)
        today = self.company_id._clinic_today()
        local = self.company_id._clinic_local(procedure.start)
        hour = local.hour + local.minute / 60
        action = self.env["ir.actions.act_window"]._for_xml_id("clinic_visit.action_visit_series")
        context = {
            "default_company_id": self.company_id.id,
            "default_patient_id": self.patient_id.id,
            "default_treatment_id": procedure.treatment_id.id,
            "default_practitioner_id": procedure.practitioner_id.id,
            "default_first_day": fields.Date.to_string(max(local.date() + timedelta(days=interval), today)),
            "default_hour_from": hour,
            "default_hour_to": min(hour + 4, 24),
        }
        return {**action, "context": context}
