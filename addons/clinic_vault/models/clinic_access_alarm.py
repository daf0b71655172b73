from odoo import api, fields, models


class ClinicAccessAlarm(models.Model):
    """Managers are notified of stored files that are missing, altered or without a key as well."""

    _inherit = "clinic.access.alarm"

    kind = fields.Selection(selection_add=[("vault", "Stored files cannot be opened")], ondelete={"vault": "cascade"})

    @api.model
    def _raise_vault(self, details):
        """Raise the alarm of stored files that cannot be opened."""
        self._raise_to_managers("vault", details)

    @api.model
    def _raise_to_managers(self, kind, details):
        """Raise the alarm ``kind`` and notify the managers as well, or add ``details`` to the one that is open."""
        # The user who meets what is broken need not have the right to alarms.
        alarm = self.sudo().search([("kind", "=", kind), ("state", "=", "open")], limit=1)
        if alarm:
            if details not in (alarm.details or ""):
                alarm.details = "\n".join([*(alarm.details or "").splitlines()[-200:], details])
            return
        [alarm] = self._raise([{"kind": kind, "details": details}])
        alarm = alarm.sudo()
        notified = alarm.activity_ids.user_id
        for manager in self.env.ref("clinic.group_manager").sudo().all_user_ids.filtered("active") - notified:
            asked = alarm.with_context(lang=manager.lang, mail_activity_automation_skip=False)
            kinds = dict(asked._fields["kind"]._description_selection(asked.env))
            asked.activity_schedule("mail.mail_activity_data_todo", summary=kinds[kind], user_id=manager.id)
