from datetime import timedelta

from odoo import api, models

# Who comes today, or came yesterday, is looked at before and after the visit.
AROUND = timedelta(days=1)


class ClinicAccessAlarm(models.Model):
    """The day's list: of those who treat, their own patients; of everybody else, those of their branches."""

    _inherit = "clinic.access.alarm"

    @api.model
    def _day_list(self, user, since, until):
        listed = super()._day_list(user, since, until)
        # The log is watched on behalf of nobody who could read the schedule.
        procedures = self.env["clinic.procedure"].sudo()
        domain = [("start", ">", since - AROUND), ("start", "<", until + AROUND), ("state", "!=", "cancelled")]
        if self.env["clinic.practitioner"].sudo().search_count([("user_id", "=", user.id)], limit=1):
            domain.append(("practitioner_id.user_id", "=", user.id))
        else:
            domain.append(("company_id", "in", user.company_ids.ids))
        found = procedures._read_group(domain, ["patient_id"])
        return listed | {patient.id for (patient,) in found}
