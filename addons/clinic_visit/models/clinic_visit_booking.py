from datetime import timedelta

import psycopg2.errors

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from odoo.addons.clinic.door import a_list, a_moment, a_number, a_record, a_text, one_of, takes
from odoo.addons.clinic.reasons import check_reason

from ..functions import make_function
from .clinic_availability import TREATMENT_FIELDS
from .clinic_procedure import LATE_ENTRY, PLANNED
from .clinic_visit import BACK_ENTRY

_lt = LazyTranslate(__name__)

HOLDS_OVER = "clinic_holds_over"
A_YEAR = 366 * 24 * 60
TREATMENT = a_record("product.template")
TREATMENTS = a_record("product.template", many=True)
BOOKED = {
    "patient": a_record("clinic.patient", missing=_lt("Choose the patient.")),
    "treatments": one_of(
        a_list(one_of(TREATMENT, a_list(TREATMENTS, most=20)), most=50),
        TREATMENTS,
    ),
    "practitioner": a_record("clinic.practitioner"),
}


class ClinicVisit(models.Model):
    """Booking: the one way by which visits come into being, for people and for programs."""

    _inherit = "clinic.visit"

    @takes(
        **BOOKED,
        start=a_moment(),
        hold_minutes=a_number(0.001, A_YEAR, says=_lt("A hold lasts for a number of minutes above zero.")),
        back_entry_reason=a_text(),
    )
    @api.model
    def book(self, patient, treatments, start, practitioner=None, hold_minutes=None, back_entry_reason=None):
        """Book ``treatments`` one after the other for ``patient`` and return the visit.

        Room and device are chosen; the practitioner, too, where none is given. Who loses the race for one of them
        gets another one that is free. All or nothing.

        :param patient: a ``clinic.patient`` or its id
        :param treatments: ``product.template`` treatments or their ids, in the order in which they follow; those of a
            list within the list are performed at the same time
        :param start: datetime or ISO string; naive means UTC, an offset is respected
        :param practitioner: a ``clinic.practitioner`` or its id, or None for anyone authorized who is free
        :param hold_minutes: hold only, for so many minutes; None books for good
        :param back_entry_reason: why a time earlier today is entered only now, by those who may do so
        :raises SlotTaken: when somebody or something is not free, with the three nearest times that are
        :raises UserError, ValidationError: in words for the person who books, when it is not possible
        """
        self._know_companies()
        self.env["clinic.patient"].check_access("read")
        practitioner = practitioner and self._booking_resource(practitioner)
        availability, branch = self.env["clinic.availability"], self.env.company

        def prepare(facts, expired):
            steps = availability._steps(self._booking_treatments(treatments, facts), practitioner)
            return steps, availability._question_of_day(steps, start, branch, facts, expired)

        sequence = self._number_sequence()
        standing, steps, known, number = availability._standing_and_known(
            branch, patient, prepare, sequence._clinic_ask_next()
        )
        visits, entered = self._back_entry(start, branch, back_entry_reason)
        visits.env["clinic.procedure"]._check_start(start, branch)
        values = {**self._prepare_hold(hold_minutes), **entered, "name": sequence._clinic_next(number)}
        return visits._book(patient, steps, start, values, standing, known).with_env(self.env)

    @api.model
    def _is_back_entry(self, start, branch):
        """Return whether ``start`` (naive UTC) is a time earlier today that the user may still enter."""
        now = fields.Datetime.now()
        if not start or start >= now - LATE_ENTRY:
            return False
        is_today = branch._clinic_local(start).date() == branch._clinic_today()
        return is_today and self.env.user.has_group("clinic_visit.group_back_entry")

    @api.model
    def _back_entry(self, start, branch, reason):
        """Return (these visits, ready to take an earlier time of today; the values that say why); else (self, {})."""
        if not self._is_back_entry(start, branch):
            return self, {}
        question = self.env._("Say in a few words why this visit is entered only now.")
        reason = check_reason(self.env, reason, question)
        return self.with_context(clinic_back_entry=BACK_ENTRY), {"back_entry_reason": reason}

    @takes(**BOOKED)
    @api.model
    def book_walk_in(self, patient, treatments, practitioner=None):
        """Book ``treatments`` for a patient who stands at the desk, from this minute on, and note the arrival.

        Takes the same and raises the same as ``book``.
        """
        visit = self.book(patient, treatments, fields.Datetime.now().replace(second=0, microsecond=0), practitioner)
        visit.action_arrive()
        return visit

    @api.model
    def _book(self, patient, steps, start, values, standing=None, known=None):
        """Book ``steps`` at ``start`` (naive UTC) for ``patient``, a visit with ``values``; see ``book``.

        :param standing: that of the branch and ``patient``, where it is known already
        :param known: what ``_known_of_day`` returns, where it is known already
        """
        self.check_access("create")
        availability = self.env["clinic.availability"]
        standing = standing or availability._standing(self.env.company, patient)
        treatments = [step.treatment for step in steps]
        patient = self._check_bookable(patient, treatments, standing.archived_ids)
        known = known or availability._known_of_day(steps, start, self.env.company, standing=standing)
        # What the engine has seen to be free need not be looked for again, but for holds that have to be released.
        visits = self if known.expired else self.with_context(clinic_free=PLANNED)

        def make(plan):
            return visits._create_planned({"patient_id": patient.id, **values}, plan).with_env(self.env)

        try:
            return availability._first_free(steps, start, known, make)
        except psycopg2.errors.ForeignKeyViolation as error:
            gone = next((treatment for treatment in treatments if not treatment.exists()), patient)
            raise UserError(self._missing_record_message(gone)) from error

    @api.model
    def _check_bookable(self, patient, treatments, archived_ids=None):
        """Raise unless ``patient``, if any, and ``treatments`` can be booked, whenever that may be.

        :param archived_ids: see ``clinic.patient._check_bookable``
        :return: the patient who is booked: for one who was merged, the one who is kept
        """
        for treatment in treatments:
            treatment._check_bookable()
        return patient and patient._check_bookable(archived_ids)

    @api.constrains("patient_id")
    def _check_patient(self):
        """Nobody who is archived is expected; the one way to book has looked already."""
        if self.env.context.get("clinic_plan") is not PLANNED:
            self.patient_id._check_bookable()

    @api.model
    def _create_planned(self, values, plan):
        """Create the visit with ``values`` and the procedures of ``plan``, which the slot engine has just made."""
        # Nobody follows a visit by having booked it, and a new one needs no message that says so.
        visits = self.with_context(clinic_plan=PLANNED, tracking_disable=True)._clinic_writing()
        patient = self.env["clinic.patient"].browse(values.get("patient_id") or None)
        return visits.create(
            {
                "company_id": self.env.company.id,
                "start": min(vals["start"] for vals in plan),
                "stop": max(vals["stop"] for vals in plan),
                "procedure_ids": [fields.Command.create(self._prepare_procedure(vals, patient)) for vals in plan],
                **values,
            }
        )

    @api.model
    def _prepare_procedure(self, vals, patient):
        """Return the values of the procedure that ``vals`` of the engine's plan become; other addons add theirs.

        :param patient: for whom it is booked, if that is known
        """
        return vals

    @api.model
    def _know_companies(self):
        """Read what the rules of Odoo's own models compare of companies; left alone, they fetch all their columns."""
        if not self.env.su:
            # Whose companies they are was checked when they were made the user's.
            self.env.companies.sudo().fetch(["parent_path"])

    @api.model
    def _booking_treatments(self, treatments, facts):
        """Return ``treatments``, records and lists of them, as they follow; raise unless they exist and may be read.

        :param facts: of the branch; what is known of the treatments need not be read
        """
        missing = self.env._("Choose at least one treatment.")
        groups = [group if isinstance(group, list) else [group] for group in treatments]
        records = self.env["product.template"].concat(*(records for group in groups for records in group))
        if not all(groups):
            raise UserError(missing)
        if records and facts.treatments.keys() >= set(records.ids):
            for record in records:
                record._update_cache(facts.treatments[record.id], validate=False)
            records.with_env(self.env).check_access("read")
        else:
            self._booking_record(records, missing, TREATMENT_FIELDS)
        known = iter(records)
        groups = [[next(known) for records in group for _record in records] for group in groups]
        return [group if len(group) > 1 else group[0] for group in groups]

    # -- rescheduling -------------------------------------------------------------------------------------------------

    @takes(start=a_moment(), practitioner=a_record("clinic.practitioner"))
    def reschedule(self, start, practitioner=None):
        """Move this visit with all its procedures so that it begins at ``start``; all or nothing.

        Practitioners stay unless ``practitioner`` is given; rooms and devices are chosen again where they are not free.

        :param start: datetime or ISO string; naive means UTC, an offset is respected
        :param practitioner: a ``clinic.practitioner`` or its id who takes over all procedures
        :raises SlotTaken: with the reason and the nearest free times; nothing is changed then
        """
        self.ensure_one()
        self.check_access("write")
        practitioner = practitioner and self._booking_resource(practitioner)
        procedures = self.procedure_ids.filtered(lambda procedure: procedure.state != "cancelled")
        self._move_procedures(procedures, start, practitioner)
        return True

    def _move_procedures(self, procedures, start, practitioner=None):
        """Move ``procedures`` together so that the first of them begins at ``start`` (naive UTC)."""
        procedures._check_plan_open({"start", "stop"})
        self.env["clinic.procedure"]._check_start(start, self.company_id)
        wishes = {"practitioner": practitioner.id} if practitioner else {}
        procedures._replan(start, self._move_steps(procedures, **wishes))

    @api.model
    def _prepare_hold(self, hold_minutes):
        """Return the values that make a visit held for ``hold_minutes``; none for a firm booking."""
        if hold_minutes is None:
            return {"state": "booked"}
        if hold_minutes <= 0:
            raise UserError(self.env._("A hold lasts for a number of minutes above zero."))
        return {"state": "held", "expires_at": fields.Datetime.now() + timedelta(minutes=hold_minutes)}

    @api.model
    def _missing_record_message(self, records):
        return self.env._("That record (%(model)s) no longer exists.", model=records._description)

    @api.model
    def _booking_record(self, records, missing="", names=()):
        """Return ``records``, which all exist and which the user may read.

        :param missing: what to say when there is none
        :param names: the fields that will be read of them
        """
        if not records:
            raise UserError(missing)
        # One query that applies the rules to read; checking them on the records would fetch all their columns.
        known, domain = records.with_env(self.env).with_context(active_test=False), [("id", "in", records.ids)]
        found = len(known.search_fetch(domain, names, order="id")) if names else known.search_count(domain)
        if found != len(set(records.ids)):
            if len(records.exists()) != len(set(records.ids)):
                raise UserError(self._missing_record_message(records))
            records.check_access("read")
        return records

    @api.model
    def _booking_resource(self, record):
        """Return a practitioner, room or device that exists and is not archived."""
        self._booking_record(record, names=["name", "active"])
        if not record.active:
            raise UserError(self.env["clinic.procedure"]._archived_text(record))
        return record

    # -- holds --------------------------------------------------------------------------------------------------------

    @api.model
    def _is_hold_over(self, state, expires_at):
        """Return whether a visit in ``state`` was held until ``expires_at`` (naive UTC) and is no longer."""
        return state == "held" and bool(expires_at) and expires_at <= fields.Datetime.now()

    @api.model
    def _hold_over_domain(self):
        """Return which visits were held and are no longer, although nobody has released them yet: as above."""
        return Domain("state", "=", "held") & Domain("expires_at", "<=", fields.Datetime.now())

    def init(self):
        """Make the function that finds the visits of ``_hold_over_domain`` for those who may not wait for the ORM."""
        super().init()
        query = "SELECT array_agg(id::bigint) FROM clinic_visit WHERE state = 'held' AND expires_at <= moment"
        make_function(self.env.cr, HOLDS_OVER, "moment timestamp", query)

    @api.model
    def _ask_holds_over(self):
        """Return the expression of the ids of the visits whose hold is over."""
        self.flush_model(["state", "expires_at"])
        return SQL("%s(%s)", SQL.identifier(HOLDS_OVER), fields.Datetime.now())

    @api.model
    def _still_there_domain(self):
        """Return which visits are no hold that is over."""
        return Domain("state", "!=", "held") | Domain("expires_at", ">", fields.Datetime.now())

    def _release_expired_holds(self):
        """Cancel those of these visits whose hold has run out and return them.

        A hold that somebody is confirming at this moment is locked and is left alone.
        """
        over = self.sudo().filtered(lambda visit: visit._is_hold_over(visit.state, visit.expires_at))
        expired = over.try_lock_for_update()
        if expired:
            expired.action_cancel(self.env.ref("clinic_visit.cancel_reason_hold_expired"))
        return expired

    @api.model
    def _cron_release_expired_holds(self):
        """Free the times of all holds that have run out, a batch at a time."""
        domain = self._hold_over_domain()
        while expired := self.search(domain, limit=100)._release_expired_holds():
            self.env["ir.cron"]._commit_progress(len(expired), remaining=self.search_count(domain))

    def _done_if_all_are(self):
        """Close the visits in treatment whose procedures are all done or cancelled."""
        for visit in self.filtered(lambda v: v.state == "in_progress"):
            states = set(visit.procedure_ids.mapped("state"))
            if states <= {"done", "cancelled"}:
                visit.write({"state": "done"})
