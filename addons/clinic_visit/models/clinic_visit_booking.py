from datetime import datetime, timedelta

from pytz import utc

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare


class ClinicVisit(models.Model):
    """Booking: the one way by which visits come into being, for people and for programs."""

    _inherit = "clinic.visit"

    @api.model
    def book(self, patient, treatments, start, practitioner=None, hold_minutes=None):
        """Book ``treatments`` one after the other for ``patient`` and return the visit.

        Room and device are chosen; the practitioner, too, where none is given. All or nothing.

        :param patient: a ``clinic.patient`` or its id
        :param treatments: ``product.template`` treatments or their ids, in the order in which they follow
        :param start: datetime or ISO string; naive means UTC, an offset is respected
        :param practitioner: a ``clinic.practitioner`` or its id, or None for anyone authorized who is free
        :param hold_minutes: hold only, for so many minutes; None books for good
        :raises UserError, ValidationError: in words for the person who books, when it is not possible
        """
        patient = self._booking_record("clinic.patient", patient, self.env._("Choose the patient."))
        treatments = self._booking_record("product.template", treatments, self.env._("Choose at least one treatment."))
        chosen = self.env["clinic.practitioner"]
        if practitioner:
            chosen = self._booking_record("clinic.practitioner", practitioner, "")
        start = self._booking_datetime(start)
        self.env["clinic.procedure"]._check_start(start, self.env.company)
        return self.create(
            {
                "patient_id": patient[:1].id,
                "company_id": self.env.company.id,
                **self._prepare_hold(hold_minutes),
                "procedure_ids": [
                    fields.Command.create(vals) for vals in self._prepare_procedures(treatments, start, chosen[:1])
                ],
            }
        )

    @api.model
    def _prepare_hold(self, hold_minutes):
        """Return the values that make a visit held for ``hold_minutes``; none for a firm booking."""
        if hold_minutes is None:
            return {"state": "booked"}
        if not isinstance(hold_minutes, int | float) or float_compare(hold_minutes, 0, precision_digits=3) <= 0:
            raise UserError(self.env._("A hold lasts for a number of minutes above zero."))
        return {"state": "held", "expires_at": fields.Datetime.now() + timedelta(minutes=hold_minutes)}

    @api.model
    def _prepare_procedures(self, treatments, start, practitioner):
        """Return the values of one procedure a treatment, each beginning when the buffers of the last are over."""
        prepared = []
        for treatment in treatments:
            if not treatment.is_treatment:
                raise UserError(self.env._("%s is not a treatment. Choose a treatment.", treatment.name))
            vals = {"treatment_id": treatment.id, "start": start}
            if practitioner:
                vals["practitioner_id"] = practitioner.id
            prepared.append(vals)
            minutes = treatment.treatment_duration + treatment.buffer_after
            following = treatments[len(prepared) : len(prepared) + 1]
            start += timedelta(minutes=minutes + following.buffer_before)
        return prepared

    @api.model
    def _booking_record(self, model, value, missing):
        """Return ``value`` (records, an id or ids) as existing records of ``model`` that the user may read."""
        records = value if isinstance(value, models.BaseModel) else self.env[model]
        if not isinstance(value, models.BaseModel):
            ids = value if isinstance(value, list | tuple) else [value] if value else []
            if not all(isinstance(id_, int) and not isinstance(id_, bool) for id_ in ids):
                raise UserError(self.env._("Give the record by its number, not as “%s”.", value))
            records = self.env[model].browse(ids)
        if records._name != model or not records:
            raise UserError(missing)
        if len(records.exists()) != len(set(records.ids)):
            raise UserError(self.env._("That record (%(model)s) no longer exists.", model=records._description))
        records.check_access("read")
        return records

    @api.model
    def _booking_datetime(self, value):
        """Return ``value`` as a naive UTC datetime."""
        if isinstance(value, str):
            try:
                value = datetime.fromisoformat(value)
            except ValueError as error:
                raise UserError(
                    self.env._("“%s” is not a date and time. Write it like 2026-03-31 14:30.", value)
                ) from error
        if not isinstance(value, datetime):
            raise UserError(self.env._("Choose the date and time of the visit."))
        try:
            return value.astimezone(utc).replace(tzinfo=None) if value.tzinfo else value
        except OverflowError as error:
            raise UserError(self.env._("%s is more than two years away. Check the date.", value.date())) from error

    # -- holds --------------------------------------------------------------------------------------------------------

    def _release_expired_holds(self):
        """Cancel those of these visits whose hold has run out and return them.

        A hold that somebody is confirming at this moment is locked and is left alone.
        """
        now = fields.Datetime.now()
        expired = self.sudo().filtered(lambda v: v.state == "held" and v.expires_at <= now).try_lock_for_update()
        if expired:
            expired.action_cancel(self.env.ref("clinic_visit.cancel_reason_hold_expired"))
        return expired

    @api.model
    def _cron_release_expired_holds(self):
        """Free the times of all holds that have run out, a batch at a time."""
        domain = [("state", "=", "held"), ("expires_at", "<=", fields.Datetime.now())]
        while expired := self.search(domain, limit=100)._release_expired_holds():
            self.env["ir.cron"]._commit_progress(len(expired), remaining=self.search_count(domain))

    def _done_if_all_are(self):
        """Close the visits in treatment whose procedures are all done or cancelled."""
        for visit in self.filtered(lambda v: v.state == "in_progress"):
            states = set(visit.procedure_ids.mapped("state"))
            if states <= {"done", "cancelled"}:
                visit.write({"state": "done"})
