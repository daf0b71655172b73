from odoo import api, fields, models


class ClinicAccessAlarm(models.Model):
    """Managers are notified of stored files that are missing, altered or without a key as well."""

    _inherit = "clinic.access.alarm"

    kind = fields.Selection(selection_add=[("vault", "Stored files cannot be opened")], ondelete={"vault": "cascade"})

    @api.model
    def _raise_vault(self, details):
        """Raise the alarm, or add ``details`` to the one that is open."""
        # The user who meets a broken file need not have the right to alarms.
        alarm = self.sudo().search([("kind", "=", "vault"), ("state", "=", "open")], limit=1)
        if alarm:
            if details not in (alarm.details or ""):
                alarm.details = "\n".join([*(alarm.details or "").splitlines()[-200:], details])
            return
        [alarm] = self._raise([{"kind": "vault", "details": details}])
        alarm = alarm.sudo()
        notified = alarm.activity_ids.user_id
        for manager in self.env.ref("clinic.group_manager").sudo().all_user_ids.filtered("active") - notified:
            alarm.with_context(lang=manager.lang, mail_activity_automation_skip=False).activity_schedule(
                "mail.mail_activity_data_todo",
                summary=alarm.with_context(lang=manager.lang).env._("Stored files cannot be opened"),
                user_id=manager.id,
            )
