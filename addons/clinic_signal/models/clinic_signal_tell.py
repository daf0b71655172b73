from odoo import models
from odoo.tools.misc import clean_context

from odoo.addons.clinic_visit.models.clinic_board_mixin import CHANNEL


class ClinicSignal(models.Model):
    """Who hears of a report, at once and in neutral words: those who treated, else the medical lead."""

    _inherit = "clinic.signal"

    def _after_report(self):
        """Tell those who are to look at these reports; other addons tell others."""
        for signal in self:
            signal._plan_looking()
        self._tell_my_day()

    def _plan_looking(self):
        """Give those who are to look at this report an activity, which says no word of it."""
        self.ensure_one()
        # No caller's context keeps the activity from being planned. Odoo sends no mail in the name of somebody who is
        # not signed in: it is on My Day and among the user's activities at once.
        signal = self.sudo().with_env(self.sudo().env(context=clean_context(self.env.context)))
        for user in signal._who_looks():
            told = signal.with_context(lang=user.lang, mail_activity_quick_update=True)
            told.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=self.company_id.sudo()._clinic_today(),
                summary=told.env._("A patient has written to you: see My Day"),
                user_id=user.id,
            )

    def _who_looks(self):
        """Return who is to look at this report: who treated, and the lead where it is urgent.

        Else, where nobody of them still reads records, the lead, or a practitioner of the branch.
        """
        self.ensure_one()
        branch = self.company_id
        lead = branch._clinic_medical_lead()
        treated = self.procedure_ids.practitioner_id.user_id.filtered(
            lambda user: user.active and user.has_group("clinic.group_cosmetologist")
        )
        if found := (treated | lead) if self.is_urgent else (treated or lead):
            return found
        decides = "clinic.group_practitioner"
        return branch._clinic_working(self.env.ref(decides).all_user_ids, decides)[:1]

    def _tell_my_day(self):
        """Let the open days of who treats be read again; the branch's day is all that is said."""
        for branch in self.sudo().company_id:
            payload = {"company_id": branch.id, "days": [branch._clinic_today().isoformat()]}
            self.env["bus.bus"]._sendone((branch, CHANNEL), CHANNEL, payload)
