from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError


class ClinicVisit(models.Model):
    _inherit = "clinic.visit"

    def action_rebook(self):
        """Open the booking dialog for the next session of the same treatments, at a free time that suits."""
        self.ensure_one()
        procedures = self.procedure_ids.filtered(lambda p: p.state != "cancelled" and p.treatment_id.active)
        action = self.env["ir.actions.act_window"]._for_xml_id("clinic_visit.action_visit_book")
        context = {
            "default_company_id": self.company_id.id,
            "default_patient_id": self.patient_id.id,
            "default_treatment_ids": procedures.sorted("start").treatment_id.ids,
            "default_practitioner_id": procedures.sorted("start").practitioner_id.filtered("active")[:1].id,
        }
        if start := self._next_session(procedures.sorted("start")):
            context["default_start"] = fields.Datetime.to_string(start)
        return {**action, "context": context}

    def _next_session(self, procedures):
        """Return when the next session could be (naive UTC): the recommended interval later at about the same hour."""
        planner = self.env["clinic.series.planner"].with_company(self.company_id)
        if not procedures:
            return None
        longest = max(procedures.treatment_id, key=lambda treatment: planner._interval(treatment, None))
        branch = self.company_id
        since = (branch._clinic_today() - branch._clinic_local(self.start).date()).days
        # Tomorrow at the earliest, however long ago the last session was.
        start = branch._clinic_later(self.start, days=max(planner._interval(longest, None), since + 1))
        practitioner = procedures.practitioner_id.filtered("active")[:1]
        try:
            slots = planner.propose(self.patient_id, longest, 1, start, practitioner or None)
        except UserError:
            # Nobody can perform it for the time being, or the day is too far away: the dialog says so.
            return start
        return slots[0]["start"] if slots else start

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
            "default_practitioner_id": procedure.practitioner_id.filtered("active").id,
            "default_first_day": fields.Date.to_string(max(local.date() + timedelta(days=interval), today)),
            "default_hour_from": hour,
            "default_hour_to": min(hour + 4, 24),
        }
        return {**action, "context": context}
