import logging

from odoo import api, fields, models
from odoo.fields import Domain

_logger = logging.getLogger(__name__)

QUIET = {
    "dont_notify": True,
    "no_mail_to_attendees": True,
    "mail_create_nosubscribe": True,
    "tracking_disable": True,
}


class ClinicProcedure(models.Model):
    """Procedures in their practitioners' calendars, and so on their phones.

    Written by a cron within a minute, because a calendar event costs more than the booking itself, and nobody at the
    desk waits for it. Reservations, not events, keep the time.
    """

    _inherit = "clinic.procedure"
    _clinic_locked = ("calendar_event_ids", "calendar_stale")
    _clinic_unlogged_fields = ("calendar_stale",)

    calendar_event_ids = fields.One2many("calendar.event", "clinic_procedure_id", groups="clinic.group_staff")
    calendar_stale = fields.Boolean(default=True, copy=False, help="The calendar does not show the present plan yet.")

    _calendar_stale_idx = models.Index("(id) WHERE calendar_stale")

    @api.model
    def _cron_sync_calendar(self):
        """Bring the calendars up to date, a batch at a time; one that fails keeps none of the others."""
        failed = self.browse()
        domain = Domain("calendar_stale", "=", True)
        while stale := self.search(domain, limit=100, order="id").try_lock_for_update():
            failed |= stale._sync_calendar_each()
            domain &= Domain("id", "not in", failed.ids)
            self.env["ir.cron"]._commit_progress(len(stale), remaining=self.search_count(domain))

    def _sync_calendar_each(self):
        """Sync all of these at once, or one by one where that fails; return those that can't be, which are logged."""
        try:
            with self.env.cr.savepoint():
                self._sync_calendar()
            return self.browse()
        except Exception:  # Whatever another calendar's module raises.
            if len(self) == 1:
                _logger.exception("The calendar event of procedure %s could not be written.", self.id)
                return self
        return self.union(*(procedure._sync_calendar_each() for procedure in self))

    def _sync_calendar(self):
        """Create, change or delete the events of these procedures so that they say what is planned."""
        # Events belong to practitioners; anyone who booked need not be allowed to write them.
        procedures = self.sudo()
        shown = procedures.filtered(lambda p: p._is_blocking() and p.practitioner_id.user_id.active)
        (procedures - shown).calendar_event_ids.unlink()
        events = self.env["calendar.event"].sudo().with_context(**QUIET)
        events.create([procedure._prepare_event() for procedure in shown if not procedure.calendar_event_ids])
        for procedure in shown:
            event, values = procedure.calendar_event_ids.with_context(**QUIET), procedure._prepare_event()
            if event.user_id != procedure.practitioner_id.user_id:
                event.write(values)
            else:
                event.write({name: values[name] for name in ("name", "location", "start", "stop")})
        procedures.calendar_stale = False

    def _prepare_event(self):
        """Return the values of the event: the visit's number and the room, never who is treated or how."""
        self.ensure_one()
        user = self.practitioner_id.user_id
        # The practitioner reads it, no matter who booked.
        translate = self.with_context(lang=user.lang).env._
        return {
            "name": translate("Visit %s", self.visit_id.name),
            "location": self.room_id.name or False,
            "start": self.start,
            "stop": self.stop,
            "allday": False,
            "show_as": "busy",
            "user_id": user.id,
            "partner_ids": [fields.Command.set(user.partner_id.ids)],
            "clinic_procedure_id": self.id,
        }
