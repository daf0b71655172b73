from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.misc import format_date

from odoo.addons.clinic.door import a_record, takes

from .clinic_waitlist import OPEN_STATES

# In these states a visit no longer holds its practitioner, room and device.
RELEASED_STATES = ("cancelled", "no_show")
CLOSED_STATES = ("done", *RELEASED_STATES)
# Handed over in the context by the one way to enter an earlier time of today, which has looked at right and reason; an
# object, so that nobody can hand it over from outside.
BACK_ENTRY = object()
# Known from the life of a visit, whatever its writer says.
FACTS = {"back_entry_reason", "booked_by_id", "arrived_by_id"}


class ClinicVisit(models.Model):
    """One coming of one patient to one branch, with one or more procedures."""

    _name = "clinic.visit"
    _description = "Visit"
    _inherit = [
        "clinic.of.patient.mixin",
        "clinic.state.mixin",
        "clinic.confidential.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "start desc, id desc"
    # The schedule.
    _clinic_logs_lists = False
    _check_company_auto = True
    # Where is said by the one who books; a branch that was changed would open the record there.
    _clinic_fixed = ("company_id",)

    _transitions = {
        "held": {"booked", "cancelled"},
        "booked": {"arrived", "cancelled", "no_show"},
        "arrived": {"booked", "in_progress", "cancelled"},
        "in_progress": {"done"},
        "done": set(),
        "cancelled": set(),
        "no_show": set(),
    }

    name = fields.Char(
        string="Number",
        required=True,
        copy=False,
        readonly=True,
        index="trigram",
        default=lambda self: self.env._("New"),
    )
    patient_id = fields.Many2one("clinic.patient", required=True, ondelete="restrict", index=True)
    patient_phone = fields.Char(related="patient_id.phone", string="Phone")
    company_id = fields.Many2one("res.company", string="Branch", required=True, default=lambda self: self.env.company)
    state = fields.Selection(
        [
            ("held", "Held"),
            ("booked", "Booked"),
            ("arrived", "Arrived"),
            ("in_progress", "In treatment"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
            ("no_show", "No-show"),
        ],
        required=True,
        default="booked",
        copy=False,
        tracking=True,
        group_expand="_group_expand_state",
    )
    procedure_ids = fields.One2many("clinic.procedure", "visit_id", string="Procedures")
    practitioner_ids = fields.Many2many("clinic.practitioner", compute="_compute_practitioner_ids")
    treatment_summary = fields.Char(compute="_compute_treatment_summary", string="Treatments")
    # Two compute methods: a write on one field would keep the other from being computed if they shared one.
    start = fields.Datetime(
        compute="_compute_start", inverse="_inverse_times", store=True, readonly=False, index=True, tracking=True
    )
    stop = fields.Datetime(compute="_compute_stop", inverse="_inverse_times", store=True, readonly=False)
    time_range = fields.Char(compute="_compute_time_range", string="Time", help="In the branch's time zone.")
    expires_at = fields.Datetime(
        copy=False, help="When a hold runs out and its practitioner, room and device are free again."
    )
    can_arrive = fields.Boolean(compute="_compute_can_arrive")
    can_miss = fields.Boolean(compute="_compute_can_miss", string="Can Be Missed")
    booked_by_id = fields.Many2one(
        "res.users",
        copy=False,
        readonly=True,
        ondelete="restrict",
        help="Who said last that this patient comes to this branch on this day: by booking, by confirming a hold or "
        "by moving the visit to another day.",
    )
    arrived_at = fields.Datetime(copy=False, readonly=True)
    arrived_by_id = fields.Many2one(
        "res.users",
        string="Checked In By",
        copy=False,
        readonly=True,
        ondelete="restrict",
        help="Who noted the arrival.",
    )
    started_at = fields.Datetime(copy=False, readonly=True)
    done_at = fields.Datetime(copy=False, readonly=True)
    waiting_minutes = fields.Integer(compute="_compute_waiting_minutes", string="Waiting")
    rescheduled_count = fields.Integer(string="Times Rescheduled", copy=False, readonly=True)
    cancelled_late = fields.Boolean(
        copy=False, readonly=True, help="Cancelled by the patient after the branch's cancellation cut-off."
    )
    back_entry_reason = fields.Char(
        string="Entered Later",
        copy=False,
        readonly=True,
        help="Why a time earlier on that day was entered only afterwards.",
    )
    cancel_reason_id = fields.Many2one("clinic.cancel.reason", copy=False, readonly=True, ondelete="restrict")
    note = fields.Text(string="Note for Reception")
    color = fields.Integer(compute="_compute_color")

    _name_uniq = models.UniqueIndex("(name)", "This visit number is taken already.")
    _hold_has_an_end = models.Constraint(
        "CHECK (state != 'held' OR expires_at IS NOT NULL)", "A held visit needs a time at which the hold runs out."
    )
    _cancelled_has_a_reason = models.Constraint(
        "CHECK (state != 'cancelled' OR cancel_reason_id IS NOT NULL)", "Say why the visit is cancelled."
    )
    _expiry_idx = models.Index("(expires_at) WHERE state = 'held'")
    # Of the visits of years, those that nobody has closed.
    _open_idx = models.Index("(start, company_id) WHERE state IN ('booked', 'arrived', 'in_progress')")

    def _timed_procedures(self):
        """Return the procedures that give this visit its time: those not cancelled, if any."""
        self.ensure_one()
        timed = self.procedure_ids.filtered(lambda p: p.start and p.stop)
        return timed.filtered(lambda p: p.state != "cancelled") or timed

    @api.depends("procedure_ids.start", "procedure_ids.state")
    def _compute_start(self):
        for visit in self:
            # Before the first procedure is chosen, the time that was clicked stays.
            visit.start = min(visit._timed_procedures().mapped("start"), default=visit.start)

    @api.depends("procedure_ids.stop", "procedure_ids.state")
    def _compute_stop(self):
        for visit in self:
            visit.stop = max(visit._timed_procedures().mapped("stop"), default=visit.stop)

    def _inverse_times(self):
        """Move all procedures with the visit; the end of a single procedure may be dragged, too."""
        for visit in self:
            procedures = visit.procedure_ids.filtered(lambda p: p.state != "cancelled")
            if not procedures or not visit.start:
                continue
            start, stop = visit.start, visit.stop
            if start != min(procedures.mapped("start")):
                visit._move_procedures(procedures, start)
            if len(procedures) == 1 and stop and stop > procedures.start and stop != procedures.stop:
                procedures.stop = stop

    @api.depends("start", "stop", "company_id")
    @api.depends_context("lang")
    def _compute_time_range(self):
        for visit in self:
            visit.time_range = visit.company_id._clinic_time_range(visit.start, visit.stop)

    @api.depends("procedure_ids.practitioner_id")
    def _compute_practitioner_ids(self):
        for visit in self:
            visit.practitioner_ids = visit.procedure_ids.practitioner_id

    @api.depends("procedure_ids.treatment_id.name")
    def _compute_treatment_summary(self):
        for visit in self:
            visit.treatment_summary = ", ".join(visit.procedure_ids.treatment_id.mapped("name"))

    @api.depends("arrived_at", "started_at")
    def _compute_waiting_minutes(self):
        now = fields.Datetime.now()
        for visit in self:
            until = visit.started_at or (now if visit.state == "arrived" else visit.arrived_at)
            waited = (until - visit.arrived_at) if visit.arrived_at and until else None
            visit.waiting_minutes = int(waited.total_seconds() // 60) if waited else 0

    @api.depends("state")
    def _compute_color(self):
        colors = {"held": 3, "booked": 4, "arrived": 2, "in_progress": 6, "done": 10, "no_show": 1}
        for visit in self:
            visit.color = colors.get(visit.state, 0)

    @api.model
    def _group_expand_state(self, states, domain):
        return ["booked", "arrived", "in_progress", "done"] + [
            state for state in states if state in ("held", *RELEASED_STATES)
        ]

    @api.depends("name", "patient_id.name")
    @api.depends_context("show_patient")
    def _compute_display_name(self):
        # The number alone, because this name reaches tracking messages, activities and attachments; the calendar
        # asks for the patient's name, never for what is done.
        show_patient = self.env.context.get("show_patient")
        for visit in self:
            visit.display_name = f"{visit.patient_id.name} ({visit.name})" if show_patient else visit.name

    @api.model
    def default_get(self, field_names):
        """Propose the next quarter of an hour where the screen asks for it (context ``propose_start``)."""
        values = super().default_get(field_names)
        if "start" in field_names and not values.get("start") and self.env.context.get("propose_start"):
            values["start"] = self._next_quarter()
        return values

    @api.model
    def _next_quarter(self):
        """Return the beginning (naive UTC) of the quarter of an hour that comes next: the time for a walk-in."""
        now = fields.Datetime.now().replace(second=0)
        return now + timedelta(minutes=-now.minute % 15)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            # Else it is taken from the defaults in the caller's context.
            vals.setdefault("state", "booked")
            vals.update(booked_by_id=self.env.uid, arrived_by_id=False)
            if vals["state"] not in ("held", "booked"):
                raise UserError(self.env._("A new visit is held or booked; its later states come with its life."))
            if not vals.get("name") or vals["name"] == self.env._("New"):
                vals["name"] = self._number_sequence()._clinic_next()
        return super().create(vals_list)

    def write(self, vals):
        vals = {name: value for name, value in vals.items() if name not in FACTS}
        if {"patient_id", "company_id"} & vals.keys():
            vals["booked_by_id"] = self.env.uid
            # That somebody has seen another patient arrive says nothing of this one.
            super(ClinicVisit, self.filtered("arrived_by_id")).write({"arrived_by_id": self.env.uid})
        return super().write(vals)

    def _note_booker(self):
        """Note that the user says that these patients come here on these days."""
        # Who may move a visit may stand for it.
        super(ClinicVisit, self.sudo()).write({"booked_by_id": self.env.uid})

    @api.model
    def _number_sequence(self):
        """Return what numbers visits: one sequence for all branches, since a number stands for one visit."""
        sequence_id = self.env["ir.model.data"]._xmlid_to_res_id("clinic_visit.sequence_visit", raise_if_not_found=True)
        # Who may create a visit gives it a number.
        return self.env["ir.sequence"].sudo().browse(sequence_id)

    @api.constrains("procedure_ids")
    def _check_has_procedure(self):
        """A visit without a procedure would hold no time."""
        for visit in self:
            if not visit.procedure_ids:
                raise ValidationError(self.env._("Choose at least one treatment for this visit."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A visit is not deleted: cancel it with a reason."))

    def _spoken_name(self):
        """Return what messages call this visit: its patient where the reader may know who that is, else its number."""
        self.ensure_one()
        # Who may read patients is asked of the user, and only then the name of this one.
        if self.env["clinic.patient"].sudo(False).has_access("read"):
            return self.env._("The visit of %s", self.sudo().patient_id.name)
        return self.env._("Visit %s", self.name)

    # -- life cycle ---------------------------------------------------------------------------------------------------

    def _check_transition(self, new, vals):
        super()._check_transition(new, vals)
        check = getattr(self, f"_check_becomes_{new}", None)
        if check:
            check(vals)

    @api.model
    def _possible_states(self, state, start, expires_at, branch):
        """Return the states that may follow ``state`` at this moment, for a visit that begins at ``start``.

        What is offered and what is refused are the same: a hold is confirmed only while it lasts, a patient arrives on
        the day of the visit in the branch's zone, and only a visit whose time has come is missed.
        """
        now, possible = fields.Datetime.now(), set(self._transitions[state])
        if self._is_hold_over(state, expires_at):
            possible.discard("booked")
        if start and branch._clinic_local(start).date() != branch._clinic_today():
            possible.discard("arrived")
        if start and start > now:
            possible.discard("no_show")
        return possible

    def _may_become(self, new):
        """Return whether this visit may pass into the state ``new`` now, as far as its time is concerned."""
        self.ensure_one()
        return new in self._possible_states(self.state, self.start, self.expires_at, self.company_id)

    @api.depends("state", "start", "expires_at")
    def _compute_can_arrive(self):
        for visit in self:
            visit.can_arrive = bool(visit._origin) and visit._origin._may_become("arrived")

    @api.depends("state", "start")
    def _compute_can_miss(self):
        for visit in self:
            visit.can_miss = bool(visit._origin) and visit._origin._may_become("no_show")

    def _check_becomes_booked(self, vals):
        """A hold is confirmed only while it lasts."""
        if self.state == "held" and not self._may_become("booked"):
            raise UserError(
                self.env._("%s: the hold has run out and the time is free for others. Book again.", self._spoken_name())
            )

    def _check_becomes_arrived(self, vals):
        """A patient arrives on the day of the visit, in the branch's time zone."""
        if not self._may_become("arrived"):
            day = format_date(self.env, self.company_id._clinic_local(self.start).date())
            raise UserError(
                self.env._(
                    "%(visit)s is on %(day)s, not today. Move it to today first.",
                    visit=self._spoken_name(),
                    day=day,
                )
            )

    def _check_becomes_no_show(self, vals):
        """Only a visit whose time has come can be missed."""
        if not self._may_become("no_show"):
            raise UserError(self.env._("%s has not begun yet: the patient may still come.", self._spoken_name()))

    def _check_becomes_cancelled(self, vals):
        """A cancellation says why."""
        if not (vals.get("cancel_reason_id") or self.cancel_reason_id):
            raise UserError(self.env._("%s: say why it is cancelled.", self._spoken_name()))

    def _check_becomes_done(self, vals):
        """A visit is done when each of its procedures is."""
        if open_ones := self.procedure_ids.filtered(lambda p: p.state not in ("done", "cancelled")):
            raise UserError(
                self.env._(
                    "Finish or cancel these procedures first: %s",
                    ", ".join(open_ones.treatment_id.mapped("name")),
                )
            )

    def _prepare_transition(self, new):
        now = fields.Datetime.now()
        user_id = self.env.uid
        values = {
            "booked": {"arrived_at": False, "arrived_by_id": False},
            "arrived": {"arrived_at": now, "arrived_by_id": user_id},
            "in_progress": {"started_at": now},
            "done": {"done_at": now},
        }
        if any(visit.state == "held" for visit in self):
            values["booked"]["booked_by_id"] = user_id
        return {**super()._prepare_transition(new), **values.get(new, {})}

    def _after_transition(self, new):
        super()._after_transition(new)
        if new == "cancelled":
            self.filtered(lambda visit: visit._is_late_cancellation())._clinic_writing().cancelled_late = True
        if new == "booked":
            # Who waited for what was held waits no longer, no matter who may see the list.
            waiting = self.env["clinic.waitlist"].sudo()
            waiting = waiting.search([("visit_id", "in", self.ids), ("state", "in", OPEN_STATES)])
            waiting._clinic_writing().state = "booked"
        if new in RELEASED_STATES:
            planned = self.procedure_ids.filtered(lambda p: p.state == "planned")
            planned._sync_reservations()
            planned._clinic_writing().calendar_stale = True

    def _is_late_cancellation(self):
        """Return whether the patient cancels this visit after the branch's cut-off."""
        self.ensure_one()
        cutoff = self.start - timedelta(hours=self.company_id.clinic_cancel_cutoff)
        return self.cancel_reason_id.by_patient and fields.Datetime.now() > cutoff

    def _booked_text(self):
        """Return what is said of this visit once it is booked: its moment in the branch. Others add what they ask."""
        self.ensure_one()
        return self.company_id._clinic_moment_text(self.start)

    def action_confirm(self):
        """Book what is held. Raises ``UserError`` when the hold has run out."""
        return self.write({"state": "booked"})

    def action_not_arrived(self):
        """Take back an arrival that was noted by mistake."""
        self.write({"state": "booked"})

    def action_start(self):
        """Start the next planned procedure. Raises ``UserError`` when it may not start."""
        for visit in self:
            planned = visit.procedure_ids.filtered(lambda p: p.state == "planned").sorted("start")
            if not planned:
                raise UserError(self.env._("%s has no procedure left to start.", visit._spoken_name()))
            planned[0].action_start()

    def action_done(self):
        """Finish the procedures in treatment and with them the visit."""
        self.procedure_ids.filtered(lambda p: p.state == "in_progress").action_done()
        return self.filtered(lambda visit: visit.state != "done").write({"state": "done"})

    def action_no_show(self):
        """The patient did not come."""
        return self.write({"state": "no_show"})

    @takes(reason=a_record("clinic.cancel.reason", exists=True))
    def action_cancel(self, reason=None):
        """Cancel for ``reason``, a ``clinic.cancel.reason`` or its id; without one, ask for it."""
        if not reason:
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("Cancel the visit"),
                "res_model": "clinic.visit.cancel",
                "views": [[False, "form"]],
                "target": "new",
                "context": {"default_visit_ids": self.ids},
            }
        return self._clinic_writing().write({"cancel_reason_id": reason.id, "state": "cancelled"})
