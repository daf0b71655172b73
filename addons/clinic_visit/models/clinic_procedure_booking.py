from datetime import timedelta

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from odoo.addons.clinic.door import a_moment, a_record, takes

from ..exceptions import SlotTaken
from ..hours import naive, seconds
from ..slots import possible_at
from .clinic_availability import ROLES
from .clinic_availability_plan import TRIES, Step
from .clinic_procedure import PLANNED


class ClinicProcedure(models.Model):
    """Who, where and with what: the choice of free resources and their reservation."""

    _inherit = "clinic.procedure"

    @api.depends("treatment_id", "start", "company_id")
    def _compute_practitioner_id(self):
        """Keep the chosen practitioner while authorized; otherwise take an authorized one who is free."""
        for procedure in self:
            if not (procedure.treatment_id and procedure.start and procedure.company_id):
                continue
            if not procedure._authorized_among(procedure.practitioner_id):
                procedure.practitioner_id = procedure._choose("practitioner")

    @api.depends("treatment_id", "start", "stop", "company_id")
    def _compute_room_id(self):
        for procedure in self:
            procedure.room_id = procedure._choose_place("room")

    @api.depends("treatment_id", "start", "stop", "company_id")
    def _compute_device_id(self):
        for procedure in self:
            procedure.device_id = procedure._choose_place("device")

    def _choose_place(self, role):
        """Return the current room or device while it fits and is free, else a free one of the kind that is needed.

        Nothing is chosen where nothing is needed; where nothing is free, the current one stays, so that the message
        can name it.
        """
        current, kind = self[f"{role}_id"], self.treatment_id[f"{role}_kind_id"]
        if not kind or not (self.start and self.stop and self.company_id):
            return current.browse() if not kind else current
        fitting = current.filtered(lambda place: place.kind_id == kind and place.company_id == self.company_id)
        return self._choose(role) or fitting

    def _choose(self, role):
        """Return a practitioner, room or device (``role``) free for this procedure; the current one if it is."""
        self.ensure_one()
        start, stop = self.start, max(self.stop or self.start, self.start + timedelta(minutes=1))
        availability = self.env["clinic.availability"]
        known = availability._gather(self.treatment_id, self.company_id, start, stop, ignore=self._origin)
        need = availability._needs(self.treatment_id, seconds(stop) - seconds(start), known)[ROLES.index(role)]
        free = [known.owner.get(candidate.key) for candidate in possible_at(seconds(start), need)]
        current = self[f"{role}_id"]
        if current.id in free:
            return current
        return current.browse(free[:1])

    def _authorized_among(self, practitioners):
        """Return those of ``practitioners`` who may perform this procedure: branch and authorization."""
        self.ensure_one()
        if not (self.treatment_id and self.start and self.company_id):
            return practitioners.browse()
        in_branch = practitioners.filtered(lambda p: self.company_id in p.sudo().company_ids)
        return in_branch._authorized_for(self.treatment_id, self._local_day())

    def _needed_resources(self):
        """Return (record, needed kind, role) for room and device."""
        self.ensure_one()
        return [(self[f"{role}_id"], self.treatment_id[f"{role}_kind_id"], role) for role in ("room", "device")]

    def _is_blocking(self):
        """Return whether this procedure holds its resources."""
        self.ensure_one()
        return self.state != "cancelled" and self.visit_id.state not in ("cancelled", "no_show")

    # -- reservations -------------------------------------------------------------------------------------------------

    def _parts_by_resource(self):
        """Return [(resource, work, hold)]: of each resource the parts that this procedure needs, from its start on."""
        self.ensure_one()
        length = seconds(self.stop) - seconds(self.start)
        person, place = self.treatment_id._practitioner_parts(length), self.treatment_id._place_parts(length)
        parts = ((self.practitioner_id, person), (self.room_id, place), (self.device_id, place))
        return [(record.resource_id, work, hold) for record, (work, hold) in parts if record]

    def _prepare_reservations(self):
        """Return the values of the reservations that this procedure needs: one for each part of each resource."""
        self.ensure_one()
        start, blocking = seconds(self.start), self._is_blocking()
        return [
            {
                "procedure_id": self.id,
                "company_id": self.company_id.id,
                "resource_id": resource.id,
                "start": naive(start + first),
                "stop": naive(start + last),
                "blocking": blocking,
            }
            for resource, _work, hold in self._parts_by_resource()
            for first, last in hold
        ]

    def _sync_reservations(self):
        """Make the reservations of these procedures what their times, resources and states say.

        Raises ``SlotTaken`` when a resource is taken.
        """
        # The rights to the procedures were checked by the one who wrote them; reservations merely follow.
        procedures = self.sudo()
        if not any(procedure._is_blocking() for procedure in procedures):
            procedures.reservation_ids.blocking = False
            return
        procedures.reservation_ids.unlink()
        self.env["clinic.reservation"]._reserve(
            [vals for procedure in procedures for vals in procedure._prepare_reservations()]
        )

    # -- moving -------------------------------------------------------------------------------------------------------

    @takes(
        start=a_moment(),
        stop=a_moment(),
        practitioner=a_record("clinic.practitioner"),
        room=a_record("clinic.room"),
        device=a_record("clinic.device"),
    )
    def move(self, start=None, stop=None, practitioner=None, room=None, device=None):
        """Move this procedure to another time, practitioner, room or device, or let it last longer or shorter.

        What is not given stays; room and device are chosen again where the present ones are not free.

        :param start: datetime or ISO string; naive means UTC
        :param stop: likewise; without it the procedure lasts as long as before
        :param practitioner: a ``clinic.practitioner`` or its id; likewise ``room`` and ``device``
        :raises SlotTaken: with the reason and the nearest free times; nothing is changed then
        :raises UserError, ValidationError: when the procedure can't be moved at all
        """
        self.ensure_one()
        self.check_access("write")
        visits = self.env["clinic.visit"]
        begin = start or self.start
        end = stop or begin + (self.stop - self.start)
        if end <= begin:
            raise ValidationError(self.env._("A procedure must end after it starts."))
        if end - begin > timedelta(days=1):
            raise ValidationError(self.env._("A procedure lasts no longer than a day."))
        wishes = {
            role: visits._booking_resource(value).id
            for role, value in zip(ROLES, (practitioner, room, device), strict=True)
            if value
        }
        step = self._prepare_step(0, seconds(end) - seconds(begin), **wishes)
        changed = {"start"} if begin != self.start else {"stop"} if end != self.stop else set()
        self._check_plan_open(changed | {f"{role}_id" for role in wishes})
        if begin != self.start:
            self._check_start(begin, self.company_id)
        self._replan(begin, [step])
        return True

    def _prepare_step(self, offset, length, **wishes):
        """Return the step by which this procedure is planned again; ``wishes`` are ids by role.

        Its practitioner stays unless another one is wished for or this one is archived; room and device stay while
        they are free.

        :param offset: seconds from the start of all that is planned together
        :param length: seconds that it lasts
        """
        self.ensure_one()
        preferred = frozenset((self.room_id.resource_id | self.device_id.resource_id).ids)
        stays = self.practitioner_id.id if self.practitioner_id.active else None
        return Step(
            self.treatment_id,
            offset,
            length,
            preferred=preferred,
            **{"practitioner": stays, **wishes},
        )

    def _replan(self, start, steps):
        """Give each of these procedures the place that one of ``steps`` finds when the first begins at ``start``."""
        availability = self.env["clinic.availability"]
        known = availability._known_of_day(steps, start, self.company_id, self)
        taken = []
        for _attempt in range(TRIES):
            plan = availability._plan(steps, start, self.company_id, ignore=self, taken=taken, known=known)
            try:
                with self.env.cr.savepoint():
                    self._write_plan(plan)
                return
            except SlotTaken as error:
                taken += availability._lost(plan, error, known, self)
        raise SlotTaken(self.env._("Others were faster again and again. Try once more."))

    def _write_plan(self, plan):
        """Write the values of ``plan``, one for each of these procedures, and reserve all at once.

        At once, because a procedure may take the time that another one of them leaves.
        """
        # Counting is no change that the user makes: anyone who may move the procedure may be counted.
        for visit in self.sudo().visit_id:
            if any(procedure.start != vals["start"] for procedure, vals in zip(self, plan, strict=True)):
                visit.rescheduled_count += 1
        self._note_mover([vals["start"] for vals in plan])
        for procedure, vals in zip(self.with_context(clinic_plan=PLANNED), plan, strict=True):
            values = {name: value for name, value in vals.items() if name != "treatment_id"}
            procedure._write_without_reservations(values)
        self._sync_reservations()

    # -- the words ----------------------------------------------------------------------------------------------------

    @api.model
    def _unauthorized_text(self, practitioner, treatment, branch, day):
        return self.env._(
            "%(practitioner)s is not authorized for %(treatment)s in %(branch)s on %(day)s%(licence)s. Choose an "
            "authorized practitioner, or have a manager grant the authorization.",
            practitioner=practitioner.name,
            licence=practitioner._lapsed_licence_text(treatment, day),
            treatment=treatment.name,
            branch=branch.name,
            day=format_date(self.env, day),
        )

    @api.model
    def _archived_text(self, record):
        return self.env._("%s is archived and cannot be booked. Choose another one.", record.name)

    @api.model
    def _no_place_text(self, treatment, role, kind):
        labels = {"room": self.env._("room"), "device": self.env._("device")}
        return self.env._(
            "%(treatment)s needs a %(label)s of the kind “%(kind)s”, and none is free at this time. Choose another "
            "time.",
            treatment=treatment.name,
            label=labels[role],
            kind=kind.name,
        )

    @api.model
    def _closed_text(self, resource, branch, start, stop):
        return self.env._(
            "%(resource)s is not available on %(day)s, %(time)s: it lies outside the working hours or "
            "in a leave. Choose another time.",
            resource=resource.name,
            day=branch._clinic_day_text(start),
            time=branch._clinic_time_range(start, stop),
        )
