from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..hours import seconds
from ..slots import Candidate, Need, possible_at
from .clinic_visit import BACK_ENTRY, CLOSED_STATES, RELEASED_STATES

# A walk-in may be entered a little after it began; anything earlier is a mistake.
LATE_ENTRY = timedelta(minutes=30)
HORIZON = timedelta(days=730)
MARGIN = timedelta(days=1)
# What the practitioner's calendar shows.
CALENDAR_FIELDS = {"practitioner_id", "room_id", "start", "stop", "state"}
# Handed over in the context by the slot engine with a plan that it has just made, so that it is not examined twice. An
# object, so that nobody can hand it over from outside.
PLANNED = object()
# What may not change any more once a procedure has been performed or its visit is closed.
PLAN_FIELDS = {"treatment_id", "practitioner_id", "room_id", "device_id", "start", "stop", "visit_id"}


class ClinicProcedure(models.Model):
    """One treatment in a visit, performed by one practitioner in a room, maybe with a device."""

    _name = "clinic.procedure"
    _description = "Procedure"
    _inherit = ["clinic.state.mixin", "clinic.confidential.mixin"]
    _order = "start, id"
    # The schedule.
    _clinic_logs_lists = False
    _check_company_auto = True
    _clinic_locked = ("reservation_ids",)

    _transitions = {
        "planned": {"in_progress", "cancelled"},
        "in_progress": {"done"},
        "done": set(),
        "cancelled": set(),
    }

    visit_id = fields.Many2one("clinic.visit", required=True, ondelete="cascade", index=True)
    patient_id = fields.Many2one(related="visit_id.patient_id", store=True, precompute=True)
    company_id = fields.Many2one(related="visit_id.company_id", store=True, precompute=True, string="Branch")
    visit_state = fields.Selection(related="visit_id.state", string="Visit Status")
    treatment_id = fields.Many2one(
        "product.template", required=True, domain=[("is_treatment", "=", True)], ondelete="restrict", index=True
    )
    practitioner_id = fields.Many2one(
        "clinic.practitioner",
        compute="_compute_practitioner_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        index=True,
        domain="[('id', 'in', allowed_practitioner_ids)]",
    )
    allowed_practitioner_ids = fields.Many2many("clinic.practitioner", compute="_compute_allowed_practitioner_ids")
    room_id = fields.Many2one(
        "clinic.room",
        compute="_compute_room_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        index=True,
        check_company=True,
        domain="[('kind_id', '=', room_kind_id), ('company_id', '=', company_id)]",
    )
    room_kind_id = fields.Many2one(related="treatment_id.room_kind_id")
    device_id = fields.Many2one(
        "clinic.device",
        compute="_compute_device_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        domain="[('kind_id', '=', device_kind_id), ('company_id', '=', company_id)]",
    )
    device_kind_id = fields.Many2one(related="treatment_id.device_kind_id")
    start = fields.Datetime(required=True, index=True, help="When the patient is treated; buffers come on top.")
    stop = fields.Datetime(compute="_compute_stop", store=True, readonly=False, precompute=True, required=True)
    time_range = fields.Char(compute="_compute_time_range", string="Time", help="In the branch's time zone.")
    quantity = fields.Float(
        default=1.0, digits="Product Unit", help="How many times the treatment's price is charged, e.g. areas."
    )
    state = fields.Selection(
        [("planned", "Planned"), ("in_progress", "In treatment"), ("done", "Done"), ("cancelled", "Cancelled")],
        required=True,
        default="planned",
        copy=False,
    )
    started_at = fields.Datetime(copy=False, readonly=True)
    done_at = fields.Datetime(copy=False, readonly=True)
    reservation_ids = fields.One2many("clinic.reservation", "procedure_id")
    color = fields.Integer(related="practitioner_id.color", string="Practitioner's Color")

    _stop_after_start = models.Constraint("CHECK (stop > start)", "A procedure must end after it starts.")
    _no_longer_than_a_day = models.Constraint(
        "CHECK (stop - start <= interval '1 day')", "A procedure lasts no longer than a day."
    )
    _quantity_positive = models.Constraint("CHECK (quantity > 0)", "The quantity of a procedure must be above zero.")
    # A patient's history, the latest first; each further index is paid for by everybody who books.
    _patient_history_idx = models.Index("(patient_id, start DESC, id DESC)")
    _practitioner_known = models.Constraint(
        "CHECK (practitioner_id IS NOT NULL)",
        "A procedure needs a practitioner. Choose one, or another time at which somebody is free.",
    )

    @api.depends("start", "treatment_id")
    def _compute_stop(self):
        for procedure in self:
            if procedure.start and procedure.treatment_id:
                procedure.stop = procedure.start + timedelta(minutes=procedure.treatment_id.treatment_duration)

    @api.depends("start", "stop", "company_id")
    @api.depends_context("lang")
    def _compute_time_range(self):
        for procedure in self:
            procedure.time_range = procedure.company_id._clinic_time_range(procedure.start, procedure.stop)

    @api.depends("treatment_id", "start", "company_id")
    def _compute_allowed_practitioner_ids(self):
        everyone = self.env["clinic.practitioner"].search([])
        for procedure in self:
            procedure.allowed_practitioner_ids = procedure._authorized_among(everyone)

    @api.depends("visit_id.display_name")
    @api.depends_context("show_patient")
    def _compute_display_name(self):
        # As the visit's: never what is done.
        for procedure in self:
            procedure.display_name = procedure.visit_id.display_name or ""

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("state", "planned") != "planned":
                raise UserError(self.env._("A new procedure is planned; its later states come with its life."))
            # Named, because what is left out is taken from the defaults in the caller's context.
            vals["state"] = "planned"
            if vals.get("start"):
                company = self.env["clinic.visit"].browse(vals.get("visit_id")).company_id
                self._check_start(fields.Datetime.to_datetime(vals["start"]), company)
            self._choose_practitioner(vals)
        procedures = super().create(vals_list)
        for visit in procedures.visit_id:
            if visit.state in CLOSED_STATES:
                raise UserError(
                    self.env._("%s is closed: book a new visit for another procedure.", visit._spoken_name())
                )
        self.env["clinic.reservation"]._reserve(
            [vals for procedure in procedures.sudo() for vals in procedure._prepare_reservations()]
        )
        procedures._note_who_adds_a_day()
        return procedures

    @api.model
    def _add_precomputed_values(self, vals_list):
        """Take patient and branch from the visit; Odoo would build a new record to compute them, at each booking."""
        # With all rights, as for every related field.
        visits = self.env["clinic.visit"].sudo()
        for vals in vals_list:
            visit = visits.browse(vals.get("visit_id"))
            vals.update(patient_id=visit.patient_id.id, company_id=visit.company_id.id)
        super()._add_precomputed_values(vals_list)

    def _choose_practitioner(self, vals):
        """Put a free authorized practitioner into ``vals`` where none was named; raise when there is nobody."""
        if vals.get("practitioner_id") or not (vals.get("treatment_id") and vals.get("start")):
            return
        draft = self.new(vals)
        if not draft.practitioner_id:
            raise ValidationError(
                self.env._(
                    "Nobody who may perform %(treatment)s is free on %(moment)s. Choose another time or another "
                    "practitioner.",
                    treatment=draft.treatment_id.name,
                    moment=draft.company_id._clinic_moment_text(draft.start),
                )
            )
        vals["practitioner_id"] = draft.practitioner_id.id

    def write(self, vals):
        planned_anew = PLAN_FIELDS & vals.keys()
        if planned_anew:
            self._check_plan_open(planned_anew)
        start = fields.Datetime.to_datetime(vals.get("start"))
        for procedure in self:
            if start and start != procedure.start:
                self._check_start(start, procedure.company_id)
        if start:
            self._note_mover([start] * len(self))
        if CALENDAR_FIELDS & vals.keys():
            vals = {**vals, "calendar_stale": True}
        result = super().write(vals)
        if planned_anew:
            self._sync_reservations()
        if "visit_id" in vals:
            self._note_who_adds_a_day()
        return result

    def _write_without_reservations(self, vals):
        """Write a plan whose reservations are made afterwards, together with those of other procedures."""
        return super().write({**vals, "calendar_stale": True})

    def _write_facts(self, vals):
        """Write ``vals`` that nobody enters: what they say was checked by who calls this."""
        return super().write(vals)

    def _note_mover(self, starts):
        """Note that the user books the visits of these procedures for another day, where ``starts`` lie on one."""
        moved = self.env["clinic.visit"]
        for procedure, start in zip(self, starts, strict=True):
            local = procedure.company_id._clinic_local
            if procedure.start and local(start).date() != local(procedure.start).date():
                moved |= procedure.visit_id
        if moved:
            moved._note_booker()

    def _note_who_adds_a_day(self):
        """Note that the user books the visits of these procedures, where they had no procedure on that day."""
        for procedure in self:
            # Whose booking it is says nothing about the patient.
            visit = procedure.visit_id.sudo()
            if visit.booked_by_id.id == self.env.uid:
                continue
            days = {other._local_day() for other in visit.procedure_ids - procedure}
            if procedure._local_day() not in days:
                visit._note_booker()

    def _check_plan_open(self, names):
        """Raise when the plan of a performed procedure, or of a closed visit, would change."""
        for procedure in self:
            locked = procedure.visit_id.state in CLOSED_STATES or procedure.state in ("done", "cancelled")
            if procedure.state == "in_progress":
                locked = names & {"treatment_id", "practitioner_id", "start", "visit_id"}
            if locked:
                raise UserError(
                    self.env._(
                        "%s: this procedure has been started or closed, its plan can no longer be changed.",
                        procedure.visit_id._spoken_name(),
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_planned(self):
        """Only what has not begun can be taken off a visit, and a visit keeps at least one procedure."""
        for procedure in self:
            if procedure.state != "planned" or procedure.visit_id.state in CLOSED_STATES:
                raise UserError(self.env._("Only a planned procedure of an open visit can be removed."))
        for visit in self.visit_id:
            if visit.procedure_ids <= self:
                raise UserError(self.env._("%s needs a procedure: cancel the visit instead.", visit._spoken_name()))

    # -- sessions -----------------------------------------------------------------------------------------------------

    @api.model
    def _sessions(self, patient, treatments, domain=()):
        """Return, by time, the sessions of ``treatments`` that ``patient`` had or will have: what intervals count.

        Done or planned, in any branch: two sessions in two branches are as close as two in one. As superuser, since
        how close they are does not depend on who asks; nothing but their time is told.

        :param domain: which of them
        """
        counted = [
            ("patient_id", "=", patient.id),
            ("treatment_id", "in", treatments.ids),
            ("state", "!=", "cancelled"),
            ("visit_state", "not in", RELEASED_STATES),
        ]
        return self.sudo().search([*counted, *domain], order="start, id")

    # -- what must be true of a plan ----------------------------------------------------------------------------------

    @api.model
    def _check_start(self, start, company):
        """Raise when ``start`` (naive UTC) lies in the past or beyond the horizon of two years."""
        now = fields.Datetime.now()
        if abs(start - now) > HORIZON:
            raise ValidationError(
                self.env._("%s is more than two years away. Check the date.", company._clinic_day_text(start))
            )
        if start < now - LATE_ENTRY and self.env.context.get("clinic_back_entry") is not BACK_ENTRY:
            moment = company._clinic_moment_text(start)
            raise ValidationError(self.env._("%s has already passed. Choose a time from now on.", moment))

    @api.constrains("treatment_id")
    def _check_is_treatment(self):
        """Only treatments that the clinic offers are planned."""
        if not self._is_planned():
            self.treatment_id._check_bookable()

    @api.constrains("treatment_id", "practitioner_id", "start")
    def _check_authorized(self):
        """The practitioner works in the branch and is authorized for the treatment on that day."""
        if self._is_planned():
            return
        for procedure in self:
            if not procedure._authorized_among(procedure.practitioner_id):
                raise ValidationError(
                    self._unauthorized_text(
                        procedure.practitioner_id, procedure.treatment_id, procedure.company_id, procedure._local_day()
                    )
                )

    @api.constrains("treatment_id", "room_id", "device_id")
    def _check_resources_fit(self):
        """Room and device are there, and of the kind that the treatment needs."""
        if self._is_planned():
            return
        for procedure in self:
            for place, kind, role in procedure._needed_resources():
                if kind and place.kind_id != kind:
                    raise ValidationError(self._no_place_text(procedure.treatment_id, role, kind))

    @api.constrains("practitioner_id", "room_id", "device_id", "start", "stop")
    def _check_open_hours(self):
        """Practitioner, room and device are at work while they are needed, and nothing else is in the calendar."""
        if self._is_planned():
            return
        for procedure in self.filtered(lambda p: p.state == "planned"):
            procedure._check_at_work()

    def _check_at_work(self):
        availability = self.env["clinic.availability"]
        parts = self._parts_by_resource()
        resources = self.env["resource.resource"].union(*(resource for resource, _work, _hold in parts))
        hours = resources._clinic_work(self.start, self.stop)
        # Whether somebody is busy must not depend on who asks.
        person = self.practitioner_id.sudo()
        user = person.user_id.filtered("active")
        partners = {user.partner_id.id: person.resource_id.id} if user else {}
        appointments = availability._appointments(partners, self.company_id, self.start - MARGIN, self.stop + MARGIN)
        for resource, work, hold in parts:
            if not resource.active:
                raise ValidationError(self._archived_text(resource))
            candidate = Candidate(resource.id, hours[resource.id], appointments.get(resource.id, ()))
            if not possible_at(seconds(self.start), Need([candidate], work, ())):
                raise ValidationError(self._closed_text(resource, self.company_id, self.start, self.stop))
            if not possible_at(seconds(self.start), Need([candidate], (), hold)):
                raise ValidationError(self.env._("%s has an appointment in the calendar at that time.", resource.name))

    def _check_company(self, fnames=None):
        # The slot engine looks for places in the branch alone.
        if not self._is_planned():
            super()._check_company(fnames)

    def _is_planned(self):
        """Return whether the slot engine has just found this place, so that it need not be examined again."""
        return self.env.context.get("clinic_plan") is PLANNED

    def _local_day(self):
        """Return the day of this procedure in its branch's time zone."""
        return self.company_id._clinic_local(self.start).date()

    def _clinic_price(self):
        """Return what one unit of the treatment costs this patient before any discount, in the branch's currency."""
        self.ensure_one()
        return self.treatment_id._clinic_price(self.company_id, self.start, self.patient_id)

    # -- life cycle ---------------------------------------------------------------------------------------------------

    def _gate_reasons(self):
        """Return why this procedure may not start, and what should be known before: the dicts of the gate.

        Other addons add theirs (risks, consent, payment …); see ``clinic_procedure_gate``.
        """
        self.ensure_one()
        if self._authorized_among(self.practitioner_id):
            return []
        text = self.env._(
            "%(practitioner)s is not authorized for %(treatment)s today%(licence)s.",
            practitioner=self.practitioner_id.name,
            licence=self.practitioner_id._lapsed_licence_text(self.treatment_id, self._local_day()),
            treatment=self.treatment_id.name,
        )
        way_out = self.env._("Choose another practitioner, or ask the manager.")
        return [
            {
                "key": "authorization",
                "kind": "authorization",
                "level": "stop",
                "text": text,
                "neutral": text,
                "way_out": way_out,
            }
        ]

    def _check_transition(self, new, vals):
        super()._check_transition(new, vals)
        if new != "in_progress":
            return
        if self.visit_id.state not in ("arrived", "in_progress"):
            raise UserError(self.env._("%s: note the arrival before you start.", self.visit_id._spoken_name()))
        self._check_gate(self._gate_reasons())

    def _prepare_transition(self, new):
        now = fields.Datetime.now()
        values = {"in_progress": {"started_at": now}, "done": {"done_at": now}}
        return {**super()._prepare_transition(new), **values.get(new, {})}

    def _after_transition(self, new):
        super()._after_transition(new)
        if new == "in_progress":
            self.visit_id.filtered(lambda visit: visit.state == "arrived").write({"state": "in_progress"})
        elif new == "done":
            self.visit_id._done_if_all_are()
        elif new == "cancelled":
            self._sync_reservations()
            self.visit_id._done_if_all_are()

    def action_start(self):
        """Start treating. Raises ``GateClosed`` with every reason why it may not start."""
        return self.write({"state": "in_progress"})

    def action_done(self):
        """The procedure has been performed; the last one closes the visit."""
        return self.write({"state": "done"})

    def action_cancel(self):
        """Leave this procedure out; its practitioner, room and device become free."""
        return self.write({"state": "cancelled"})

    def action_open_visit(self):
        """Open the visit to which this procedure belongs."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "clinic.visit",
            "res_id": self.visit_id.id,
            "views": [[False, "form"]],
        }
