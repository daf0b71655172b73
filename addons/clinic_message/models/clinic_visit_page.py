from datetime import timedelta

from odoo import fields, models

from odoo.addons.clinic_visit.exceptions import SlotTaken


class ClinicVisit(models.Model):
    """What a patient does with a visit by the link in a message.

    Called by the page alone, with the rights of the superuser, after the link was found to be good.
    """

    _inherit = "clinic.visit"

    def _patient_may_change(self):
        """Return whether the patient may still move or cancel this visit without calling."""
        self.ensure_one()
        cutoff = timedelta(hours=self.company_id.clinic_cancel_cutoff)
        return self.state == "booked" and fields.Datetime.now() <= self.start - cutoff

    def _patient_confirms(self, start):
        """Note that the patient comes at ``start`` (naive UTC); return whether that is still the time to come."""
        self.ensure_one()
        if self.state != "booked" or self.start != start or start <= fields.Datetime.now():
            return False
        if not self._is_confirmed():
            self._clinic_writing().write({"confirmed_at": fields.Datetime.now(), "confirmed_start": start})
        return True

    def _patient_cancels(self):
        """Cancel for the patient, before the cut-off; return whether that was possible."""
        self.ensure_one()
        if not self._patient_may_change():
            return False
        self.action_cancel(self.env.ref("clinic_visit.cancel_reason_patient"))
        self._tell_now()
        return True

    def _patient_times(self):
        """Return [{"start", "text"}] to which the patient may move this visit, with the same practitioners."""
        self.ensure_one()
        if not self._patient_may_change():
            return []
        notice = fields.Datetime.now() + timedelta(hours=self.company_id.clinic_booking_notice)
        return [
            {"start": time["start"], "text": self._patient_moment_text(fields.Datetime.to_datetime(time["start"]))}
            for time in self._proposed_times()
            if not time["practitioner_id"] and fields.Datetime.to_datetime(time["start"]) >= notice
        ]

    def _patient_moment_text(self, moment):
        """Return day and time of ``moment`` (naive UTC) in the visit's branch, as patients read them."""
        return self.company_id._clinic_patient_moment_text(moment)

    def _patient_moves(self, start):
        """Move to ``start``, one of the times that were offered; return whether that was possible."""
        self.ensure_one()
        offered = {time["start"] for time in self._patient_times()}
        if start not in offered:
            return False
        try:
            with self.env.cr.savepoint():
                self.with_context(allowed_company_ids=self.company_id.ids).reschedule(start)
        except SlotTaken:
            return False
        self._tell_now()
        return True
