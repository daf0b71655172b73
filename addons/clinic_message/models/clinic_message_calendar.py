import vobject
from pytz import utc

from odoo import models

from .clinic_message_send import CHANGES


class ClinicMessage(models.Model):
    """The calendar file that goes along with what a patient hears of a visit by email."""

    _inherit = "clinic.message"

    def _prepare_email(self, sender):
        values = super()._prepare_email(sender)
        if calendar := self._calendar(sender):
            values["attachments"] = [("visit.ics", calendar.encode(), "text/calendar")]
        return values

    def _calendar(self, sender):
        """Return the visit as an iCalendar file (RFC 5545), by which the patient's calendar has, moves or drops it.

        There is none for messages of another kind. It says no more than the message does.
        """
        self.ensure_one()
        if self.recipient != "patient" or not self.visit_id or self.kind_id.trigger not in CHANGES:
            return None
        is_cancelled = self.kind_id.trigger == "cancelled"
        calendar = vobject.iCalendar()
        calendar.add("method").value = "CANCEL" if is_cancelled else "PUBLISH"
        event = calendar.add("vevent")
        for name, value in self._prepare_event(sender).items():
            event.add(name).value = value
        event.add("status").value = "CANCELLED" if is_cancelled else "CONFIRMED"
        return calendar.serialize()

    def _prepare_event(self, sender):
        """Return {property: value} of the event; its times are UTC, whatever the clocks do that night."""
        visit = self.sudo().visit_id
        texts = self._prepare_values(visit, self.lang, self.visit_start)
        start = self.visit_start or visit.start
        address = sender.rpartition("<")[2].rstrip(">")
        return {
            # Of one visit always the same, in whatever message.
            "uid": f"clinic-visit-{visit.id}@{self._database_uuid()}",
            "sequence": str(self._calendar_sequence()),
            "dtstamp": utc.localize(self.create_date.replace(microsecond=0)),
            "dtstart": utc.localize(start),
            "dtend": utc.localize(start + ((visit.stop or visit.start) - visit.start)),
            "summary": self.with_context(lang=self.lang).env._("Visit at %s", texts["branch"]),
            "location": texts["address"] or texts["branch"],
            "description": " · ".join(filter(None, [texts["visit"], texts["phone"]])),
            "organizer": f"mailto:{address}",
        }

    def _calendar_sequence(self):
        """Return how often the patient was written to about this visit before: each change has a higher number."""
        before = [("visit_id", "=", self.visit_id.id), ("recipient", "=", "patient"), ("id", "<", self.id)]
        # What was said does not depend on who asks.
        return self.sudo().search_count([*before, ("kind_id.trigger", "in", CHANGES)])

    def _database_uuid(self):
        # The name of this database in the world, which is no secret.
        return self.env["ir.config_parameter"].sudo().get_param("database.uuid")
