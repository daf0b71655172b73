from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OPEN_STATES = ("waiting", "offered")
# Two offers of the same practitioner, room or device never overlap: each is offered to one patient at a time, unless
# the branch offers it to all at once.
EXCLUDE_OVERLAP = (
    "EXCLUDE USING gist (int4range({column}, {column}, '[]') WITH =,"
    " tsrange(offered_start, offered_stop, '[)') WITH &&)"
    " WHERE (state = 'offered' AND offered_to_all IS NOT TRUE AND {column} IS NOT NULL)"
)


class ClinicWaitlist(models.Model):
    """A patient who would come sooner, or at a time that is taken: treatment and wishes."""

    _name = "clinic.waitlist"
    _description = "Waitlist Entry"
    _inherit = [
        "clinic.of.patient.mixin",
        "clinic.state.mixin",
        "clinic.confidential.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "priority desc, id"
    # The list from which reception books.
    _clinic_logs_lists = False
    _check_company_auto = True

    _transitions = {
        "waiting": {"offered", "booked", "withdrawn", "expired"},
        "offered": {"waiting", "booked", "withdrawn", "expired"},
        "booked": set(),
        "withdrawn": set(),
        "expired": set(),
    }

    name = fields.Char(
        string="Number",
        required=True,
        copy=False,
        readonly=True,
        default=lambda self: self.env._("New"),
        help="Activities and messages name the entry by this number, never the patient or the treatment.",
    )
    patient_id = fields.Many2one("clinic.patient", required=True, ondelete="cascade", index=True)
    patient_phone = fields.Char(related="patient_id.phone", string="Phone")
    treatment_id = fields.Many2one(
        "product.template", required=True, domain=[("is_treatment", "=", True)], ondelete="cascade", index=True
    )
    practitioner_id = fields.Many2one(
        "clinic.practitioner",
        ondelete="cascade",
        index="btree_not_null",
        domain="[('company_ids', 'in', company_id)]",
        help="Empty: anyone who may perform the treatment.",
    )
    company_id = fields.Many2one(
        "res.company", string="Branch", required=True, default=lambda self: self.env.company, index=True
    )
    date_from = fields.Date(
        string="From", required=True, default=lambda self: self._today(), help="The first day that suits the patient."
    )
    date_to = fields.Date(string="To", help="The last day that suits the patient; empty: until further notice.")
    hour_from = fields.Float(string="Between", default=0.0, help="In the branch's time zone.")
    hour_to = fields.Float(string="And", default=24.0, help="When the visit must be over, in the branch's time zone.")
    mon = fields.Boolean(default=True)
    tue = fields.Boolean(default=True)
    wed = fields.Boolean(default=True)
    thu = fields.Boolean(default=True)
    fri = fields.Boolean(default=True)
    sat = fields.Boolean(default=True)
    sun = fields.Boolean(default=True)
    priority = fields.Selection([("0", "Normal"), ("1", "High"), ("2", "Very high")], required=True, default="0")
    note = fields.Text()
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        required=True,
        default=lambda self: self.env.user,
        help="Is asked to call the patient when a time becomes free.",
    )
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("offered", "Offered"),
            ("booked", "Booked"),
            ("withdrawn", "Withdrawn"),
            ("expired", "Expired"),
        ],
        string="Status",
        required=True,
        default="waiting",
        copy=False,
        tracking=True,
    )
    visit_id = fields.Many2one("clinic.visit", copy=False, readonly=True, ondelete="set null", index="btree_not_null")
    offered_start = fields.Datetime(string="Offered", copy=False, readonly=True)
    offered_stop = fields.Datetime(string="Offered End", copy=False, readonly=True)
    offered_practitioner_id = fields.Many2one(
        "clinic.practitioner", string="Offered With", copy=False, readonly=True, ondelete="set null"
    )
    offered_room_id = fields.Many2one("clinic.room", copy=False, readonly=True, ondelete="set null")
    offered_device_id = fields.Many2one("clinic.device", copy=False, readonly=True, ondelete="set null")
    offered_until = fields.Datetime(copy=False, readonly=True, help="Then the time is offered to the next who fits.")
    offered_to_all = fields.Boolean(
        "Offered to Others, Too", copy=False, readonly=True, help="The first one to take it has it."
    )
    freed_start = fields.Datetime(copy=False, readonly=True)
    freed_stop = fields.Datetime(copy=False, readonly=True)
    declined_start = fields.Datetime(copy=False, readonly=True, help="Times from here …")
    declined_stop = fields.Datetime(copy=False, readonly=True, help="… to here are not offered to this patient again.")

    _name_uniq = models.UniqueIndex("(name)", "This waitlist number is taken already.")
    _waits_once = models.UniqueIndex(
        "(patient_id, treatment_id, company_id) WHERE state IN ('waiting', 'offered')",
        "This patient waits for this treatment in this branch already. Change that entry instead.",
    )
    _open_idx = models.Index("(company_id, state) WHERE state IN ('waiting', 'offered')")
    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)", "The last day cannot come before the first one."
    )
    _hours_in_order = models.Constraint(
        "CHECK (hour_from >= 0 AND hour_from < hour_to AND hour_to <= 24)",
        "The hours must lie between 0:00 and 24:00, the first before the last.",
    )
    _some_weekday = models.Constraint(
        "CHECK (mon OR tue OR wed OR thu OR fri OR sat OR sun)", "Choose at least one day of the week."
    )
    _offer_complete = models.Constraint(
        "CHECK (state != 'offered' OR (offered_start < offered_stop AND offered_practitioner_id IS NOT NULL"
        " AND offered_until IS NOT NULL))",
        "An offer needs a time and a practitioner.",
    )
    _practitioner_offered_once = models.Constraint(
        EXCLUDE_OVERLAP.format(column="offered_practitioner_id"), "This time is offered to another patient already."
    )
    _room_offered_once = models.Constraint(
        EXCLUDE_OVERLAP.format(column="offered_room_id"), "This time is offered to another patient already."
    )
    _device_offered_once = models.Constraint(
        EXCLUDE_OVERLAP.format(column="offered_device_id"), "This time is offered to another patient already."
    )

    @api.model
    def _today(self):
        return self.env.company._clinic_today()

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("state", "waiting") != "waiting":
                raise UserError(self.env._("A new entry waits; its later states come with its life."))
            vals["name"] = self.env["ir.sequence"].next_by_code("clinic.waitlist")
        # The database counts who waits: it has to know who does so no longer.
        self.flush_model(["state"])
        return super().create(vals_list)

    @api.constrains("treatment_id", "patient_id", "practitioner_id")
    def _check_bookable(self):
        """Only those who can be booked wait, for what can be booked."""
        self.treatment_id._check_bookable()
        self.patient_id._check_bookable()
        for practitioner in self.practitioner_id.filtered(lambda p: not p.active):
            raise ValidationError(self.env["clinic.procedure"]._archived_text(practitioner))

    @api.constrains("date_to", "company_id")
    def _check_date_to(self):
        """Nobody is put on the list for days that have passed."""
        for entry in self.filtered(lambda e: e.date_to and e.state in OPEN_STATES):
            if entry.date_to < entry.company_id._clinic_today():
                raise ValidationError(
                    self.env._("%s has already passed. Choose a later last day.", format_date(self.env, entry.date_to))
                )

    def _suits(self, slot):
        """Return whether ``slot`` (as found by ``find_slots``) suits this patient's days and hours."""
        self.ensure_one()
        start = self.company_id._clinic_local(slot["start"])
        stop = self.company_id._clinic_local(slot["stop"])
        day = start.date()
        if day < self.date_from or (self.date_to and day > self.date_to) or not self[WEEKDAYS[day.weekday()]]:
            return False
        midnight = start.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
        first, last = ((moment.replace(tzinfo=None) - midnight).total_seconds() / 3600 for moment in (start, stop))
        return self.hour_from <= first and last <= self.hour_to

    # -- life cycle ---------------------------------------------------------------------------------------------------

    def _prepare_transition(self, new):
        """Leaving an offer, forget it; what was freed is kept until the next one."""
        values = super()._prepare_transition(new)
        if new == "offered":
            return values
        offer = dict.fromkeys(name for name in self._fields if name.startswith(("offered_", "freed_")))
        return {**offer, **dict.fromkeys(offer, False), **values}

    def _after_transition(self, new):
        super()._after_transition(new)
        if new != "offered":
            # Anyone who may change the entry may end the reminder that belongs to it, no matter whose it is.
            self.sudo().activity_unlink(["mail.mail_activity_data_call"])

    def action_book(self):
        """Book exactly the time that is offered and open the visit."""
        self.ensure_one()
        if self.state != "offered":
            raise UserError(self.env._("No time is offered to %s at the moment.", self.patient_id.name))
        self.check_access("write")
        visit = self._book_offered()
        return {
            "type": "ir.actions.act_window",
            "res_model": "clinic.visit",
            "res_id": visit.id,
            "views": [[False, "form"]],
        }

    def _book_offered(self):
        """Book exactly the time that is offered and return the visit; what is left of the freed time is offered on.

        :raises SlotTaken: when somebody else has it meanwhile
        """
        self.ensure_one()
        visits = self.env["clinic.visit"].with_company(self.company_id)
        freed = self._freed_time()
        visit = visits.book(self.patient_id, self.treatment_id, self.offered_start, self.offered_practitioner_id)
        # Who only holds it may not pay: the others may still have it then.
        rivals = self._rivals() if visit.state == "booked" else self.sudo().browse()
        self._booked_as(visit)
        rivals._wait_on()
        self._propose_freed(**freed, besides=self)
        return visit

    def _freed_time(self):
        """Return the time of which this entry is offered a part, as ``_propose_freed`` takes it; nothing beside it."""
        return {
            "company": self.company_id,
            "start": self.freed_start,
            "stop": self.freed_stop,
            "practitioners": self.offered_practitioner_id,
            "resources": self.sudo().offered_practitioner_id.resource_id,
        }

    def _rivals(self):
        """Return the entries to which the same time is offered at once, as superuser; those in hand are left out."""
        self.ensure_one()
        entries = self.sudo()
        if not self.offered_to_all:
            return entries.browse()
        offered = [("state", "=", "offered"), ("offered_to_all", "=", True), ("id", "!=", self.id)]
        same = [
            ("offered_practitioner_id", "=", self.offered_practitioner_id.id),
            ("offered_start", "<", self.offered_stop),
            ("offered_stop", ">", self.offered_start),
        ]
        # Who is just taking it finds out that it is taken.
        return entries.search([*offered, *same]).try_lock_for_update()

    def _wait_on(self):
        """Let these entries wait on, who have lost what they were offered, and declined nothing."""
        self._clinic_writing().write({"state": "waiting"})

    def _decline(self):
        """Let these entries wait on: the time that they were offered is not offered to them again.

        Of one freed time it is all from the first to the last that they did not take.
        """
        for entry in self:
            first, last = entry.offered_start, entry.offered_stop
            before = entry.declined_start, entry.declined_stop
            if all(before) and entry.freed_start <= before[0] and before[1] <= entry.freed_stop:
                first, last = min(first, before[0]), max(last, before[1])
            entry._clinic_writing().write({"state": "waiting", "declined_start": first, "declined_stop": last})

    def _booked_as(self, visit):
        """Let ``visit`` be what this patient waited for: once it is booked, and no sooner where it is only held."""
        state = "waiting" if visit.state == "held" else "booked"
        values = {"state": state} if self.state != state else {}
        self._clinic_writing().write({**values, "visit_id": visit.id})

    def action_find_time(self):
        """Open the booking dialog for what this patient waits for."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("clinic_visit.action_visit_book")
        context = {
            "default_patient_id": self.patient_id.id,
            "default_treatment_ids": self.treatment_id.ids,
            "default_practitioner_id": self.practitioner_id.filtered("active").id,
            "default_waitlist_id": self.id,
        }
        return {**action, "context": context}

    def action_offer_next(self):
        """The patient does not take the time: keep waiting, and offer it to the next who fits."""
        for entry in self:
            if entry.state != "offered":
                raise UserError(self.env._("No time is offered to %s at the moment.", entry.patient_id.name))
            start, stop, practitioner = entry.freed_start, entry.freed_stop, entry.offered_practitioner_id
            entry._decline()
            self._propose_freed(entry.company_id, start, stop, practitioner, besides=self)

    def action_withdraw(self):
        """The patient waits no longer; an offer goes to the next who fits."""
        self.filtered(lambda entry: entry.state == "offered").action_offer_next()
        return self.write({"state": "withdrawn"})
