from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.translate import LazyTranslate

from odoo.addons.clinic.door import a_count, a_moment, a_record, takes

from ..hours import naive, seconds, wall
from ..slots import DAY, Candidate, Need, grid, search

_lt = LazyTranslate(__name__)

ROLES = ("practitioner", "room", "device")
ALWAYS = ((-(10**12), 10**12),)
# Templates have many columns; these are what planning reads.
TREATMENT_FIELDS = (
    *("name", "active", "is_treatment", "categ_id", "room_kind_id", "device_kind_id", "treatment_duration"),
    *("buffer_before", "buffer_after", "processing_start", "processing_duration", "interval_least"),
    *("list_price", "company_id"),
)


class ClinicAvailability(models.AbstractModel):
    """Free times: what is asked for. What is known about resources is gathered by ``_gather``."""

    _name = "clinic.availability"
    _description = "Availability"

    @takes(
        treatment=a_record("product.template", missing=_lt("Choose the treatment.")),
        start=a_moment(),
        stop=a_moment(),
        practitioner=a_record("clinic.practitioner"),
        branch=a_record("res.company"),
        limit=a_count(1, says=_lt("Ask for at least one slot.")),
        patient=a_record("clinic.patient"),
    )
    @api.model
    def find_slots(self, treatment, start, stop, practitioner=None, branch=None, limit=None, patient=None):
        """Return the times at which ``treatment`` can begin between ``start`` and ``stop``, the earliest first.

        A slot needs an authorized practitioner, a room and a device of the treatment's kinds at once, all at work and
        not reserved, buffers included; it begins on the branch's slot step, after its minimum notice and before its
        horizon.

        :param treatment: a ``product.template`` or its id
        :param start: datetime or ISO string, where the search begins; naive means UTC, an offset is respected
        :param stop: likewise, where it ends; a slot begins and ends in between
        :param practitioner: a ``clinic.practitioner`` or its id; None for anyone
        :param branch: a ``res.company`` or its id; None for the current one
        :param limit: return no more than so many slots
        :param patient: a ``clinic.patient`` or its id: keep the treatment's least interval to this patient's others
        :return: a list of dicts with ``start``, ``stop`` (naive UTC, without buffers), ``practitioner_id``,
            ``room_id`` and ``device_id`` (ids, False where none is needed)
        :raises UserError, ValidationError: in words for the person who asks, when the question makes no sense
        """
        visits = self.env["clinic.visit"]
        visits.check_access("read")
        visits._know_companies()
        visits._booking_record(treatment, names=TREATMENT_FIELDS)
        practitioner = practitioner and visits._booking_resource(practitioner)
        branch = self._policy(self._branch(branch))
        patient = patient and visits._booking_record(patient)
        patient = visits._check_bookable(patient, [treatment])
        first, last = self._window(start, stop, branch)
        if last <= first:
            return []
        known = self._gather(treatment, branch, naive(first), naive(last), practitioner)
        self._check_possible(treatment, known)
        length = treatment.treatment_duration * 60
        starts = grid(first, last - length + 1, branch.clinic_slot_step, branch._clinic_timezone())
        needs = [*self._needs(treatment, length, known), *self._interval_needs(treatment, patient, branch)]
        return self._prepare_slots(search(starts, needs, limit), timedelta(seconds=length), known)

    @api.model
    def _prepare_slots(self, found, length, known):
        """Return what was ``found`` as dicts; its keys are those of practitioner, room and device, 0 for none."""
        chosen = {
            keys: {f"{role}_id": known.owner.get(key, False) for role, key in zip(ROLES, keys[:3], strict=True)}
            for keys in {keys for _start, keys in found}
        }
        moments = [(naive(start), keys) for start, keys in found]
        return [{"start": start, "stop": start + length, **chosen[keys]} for start, keys in moments]

    # -- what is asked ------------------------------------------------------------------------------------------------

    @api.model
    def _branch(self, branch):
        """Return ``branch``, if any, as one of the branches that the user works in."""
        if not branch:
            return self.env.company
        allowed = self.env["res.company"].search([]) if self.env.su else self.env.companies
        if branch.id not in allowed.ids:
            raise UserError(self.env._("You do not work in that branch at the moment."))
        return branch.with_env(self.env)

    @api.model
    def _policy(self, branch):
        """Return ``branch`` with its policies in the cache; companies have many columns."""
        branch.fetch(["name", "active", "clinic_slot_step", "clinic_booking_notice", "clinic_booking_horizon"])
        return branch

    @api.model
    def _window(self, start, stop, branch):
        """Return (first, last) in seconds: what of ``start`` to ``stop`` the branch's notice and horizon leave."""
        if stop <= start:
            raise ValidationError(
                self.env._(
                    "The search ends (%(stop)s) before it begins (%(start)s).",
                    start=branch._clinic_moment_text(start),
                    stop=branch._clinic_moment_text(stop),
                )
            )
        now = fields.Datetime.now()
        horizon = now + timedelta(days=branch.clinic_booking_horizon)
        if start > horizon:
            raise ValidationError(
                self.env._(
                    "%(day)s is too far away: %(branch)s takes bookings up to %(days)s days ahead.",
                    day=branch._clinic_day_text(start),
                    branch=branch.name,
                    days=branch.clinic_booking_horizon,
                )
            )
        earliest = now + timedelta(hours=branch.clinic_booking_notice)
        return seconds(max(start, earliest)), seconds(min(stop, horizon))

    @api.model
    def _check_open(self, branch):
        if not branch.active:
            raise UserError(self.env._("%s is archived: nothing can be booked there.", branch.name))

    @api.model
    def _check_possible(self, treatment, known):
        """Raise when nobody, or no room or device, could ever do ``treatment`` in the branch."""
        self._check_open(known.branch)
        if not known.practitioners[treatment.id]:
            raise UserError(
                self.env._(
                    "Nobody is authorized for %(treatment)s in %(branch)s at that time. Have a manager grant an "
                    "authorization.",
                    treatment=treatment.name,
                    branch=known.branch.name,
                )
            )
        for kind, places, label in (
            (treatment.room_kind_id, known.rooms, self.env._("room")),
            (treatment.device_kind_id, known.devices, self.env._("device")),
        ):
            if kind and not places[kind.id]:
                raise UserError(
                    self.env._(
                        "%(treatment)s needs a %(label)s of the kind “%(kind)s”, and %(branch)s has none.",
                        treatment=treatment.name,
                        label=label,
                        kind=kind.name,
                        branch=known.branch.name,
                    )
                )

    # -- what is needed -----------------------------------------------------------------------------------------------

    @api.model
    def _needs(self, treatment, length, known, offset=0):
        """Return the needs of ``treatment`` for practitioner, room and device, in this order.

        :param length: how long the procedure lasts, in seconds
        :param offset: seconds from the start of the visit to that of the procedure
        """
        nothing = [Candidate(0, ALWAYS, ())]
        whole_work, whole_hold = treatment._place_parts(length, offset)
        person_work, person_hold = treatment._practitioner_parts(length, offset)
        room, device = treatment.room_kind_id, treatment.device_kind_id
        return [
            Need(known.practitioners[treatment.id], person_work, person_hold),
            Need(known.rooms[room.id], whole_work, whole_hold) if room else Need(nothing, (), ()),
            Need(known.devices[device.id], whole_work, whole_hold) if device else Need(nothing, (), ()),
        ]

    @api.model
    def _interval_needs(self, treatment, patient, branch, ignore=None):
        """Return the need to keep days between two sessions of ``treatment`` of one ``patient``, if there is one.

        :param ignore: visits that are about to be moved
        """
        if not patient or not treatment.interval_least:
            return []
        zone = branch._clinic_timezone()
        days = [branch._clinic_local(moment).toordinal() for moment in self._sessions(treatment, patient, ignore)]
        too_close = [
            (wall(day - treatment.interval_least + 1, 0, zone), wall(day + treatment.interval_least, 0, zone))
            for day in days
        ]
        return [Need([Candidate(0, ALWAYS, too_close)], (), ((0, 1),))]

    @api.model
    def _sessions(self, treatment, patient, ignore=None):
        """Return when ``patient`` had or will have ``treatment``, in all branches."""
        sessions = self.env["clinic.procedure"]._sessions(patient, treatment)
        return (sessions.filtered(lambda session: session.visit_id not in ignore) if ignore else sessions).mapped(
            "start"
        )

    # -- for those who show hours -------------------------------------------------------------------------------------

    @api.model
    def _day(self, branch, moment):
        """Return (first, last) as naive UTC datetimes: the branch's day in which ``moment`` lies."""
        zone = branch._clinic_timezone()
        day = branch._clinic_local(moment).toordinal()
        first = wall(day, 0, zone)
        last = max(wall(day + 1, 0, zone), first + DAY // 2)
        return naive(first), naive(last)
