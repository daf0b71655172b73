from dataclasses import replace
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date

# A visit that begins within so much time from now may be booked and noted as arrived at once.
ABOUT_NOW = timedelta(minutes=20)


class ClinicVisitBook(models.TransientModel):
    """What reception asks on the phone, in the order in which it is asked."""

    _name = "clinic.visit.book"
    _description = "Book a Visit"

    company_id = fields.Many2one("res.company", string="Branch", required=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    patient_id = fields.Many2one("clinic.patient", required=True, ondelete="cascade")
    patient_given = fields.Boolean(default=lambda self: bool(self.env.context.get("default_patient_id")))
    ask_details = fields.Boolean(compute="_compute_ask_details", help="The patient's phone or birth date is missing.")
    patient_phone = fields.Char(compute="_compute_patient_phone", store=True, readonly=False, string="Phone")
    patient_birth_date = fields.Date(
        compute="_compute_patient_birth_date", store=True, readonly=False, string="Birth Date"
    )
    treatment_ids = fields.Many2many(
        "product.template", string="Treatments", required=True, domain=[("is_treatment", "=", True)]
    )
    treatment_order = fields.Char(
        compute="_compute_treatment_order",
        store=True,
        readonly=False,
        help="The numbers of the treatments in the order in which they were chosen.",
    )
    practitioner_id = fields.Many2one("clinic.practitioner", domain="[('id', 'in', allowed_practitioner_ids)]")
    allowed_practitioner_ids = fields.Many2many("clinic.practitioner", compute="_compute_allowed_practitioner_ids")
    start = fields.Datetime(string="When", required=True, default=lambda self: self.env["clinic.visit"]._next_quarter())
    stop = fields.Datetime(compute="_compute_stop", string="Until")
    time_range = fields.Char(compute="_compute_time_range", string="Time")
    room_id = fields.Many2one(
        "clinic.room", domain="[('kind_id', 'in', room_kind_ids), ('company_id', '=', company_id)]"
    )
    room_kind_ids = fields.Many2many("clinic.room.kind", compute="_compute_kinds")
    device_id = fields.Many2one(
        "clinic.device", domain="[('kind_id', 'in', device_kind_ids), ('company_id', '=', company_id)]"
    )
    device_kind_ids = fields.Many2many("clinic.device.kind", compute="_compute_kinds")
    price = fields.Monetary(compute="_compute_price")
    waitlist_id = fields.Many2one("clinic.waitlist", ondelete="cascade", help="The entry that this booking fulfils.")
    hold_minutes = fields.Integer(string="Hold For", default=15)
    is_back_entry = fields.Boolean(
        compute="_compute_is_back_entry", help="A time earlier today that this user may still enter."
    )
    back_entry_reason = fields.Char(string="Why Only Now")
    is_about_now = fields.Boolean(compute="_compute_is_about_now")

    @api.depends("patient_id")
    def _compute_ask_details(self):
        for wizard in self:
            patient = wizard.patient_id
            wizard.ask_details = bool(patient) and not (patient.phone and patient.birth_date)

    @api.depends("patient_id")
    def _compute_patient_phone(self):
        for wizard in self:
            wizard.patient_phone = wizard.patient_id.phone

    @api.depends("patient_id")
    def _compute_patient_birth_date(self):
        for wizard in self:
            wizard.patient_birth_date = wizard.patient_id.birth_date

    @api.depends("treatment_ids")
    def _compute_treatment_order(self):
        # A many-to-many field forgets in which order its records were added.
        for wizard in self:
            wizard.treatment_order = ",".join(str(treatment.id) for treatment in wizard._ordered_treatments())

    def _ordered_treatments(self):
        """Return the treatments in the order in which they were chosen."""
        self.ensure_one()
        known = [int(number) for number in (self.treatment_order or "").split(",") if number.isdecimal()]
        treatments = self.treatment_ids._origin
        return treatments.sorted(lambda t: known.index(t.id) if t.id in known else len(known))

    @api.depends("treatment_ids", "start", "company_id")
    def _compute_allowed_practitioner_ids(self):
        everyone = self.env["clinic.practitioner"].search([])
        for wizard in self:
            allowed = everyone.filtered(lambda p, company=wizard.company_id: company in p.sudo().company_ids)
            for treatment in wizard.treatment_ids._origin:
                allowed = allowed._authorized_for(treatment, wizard._local_start().date())
            wizard.allowed_practitioner_ids = allowed

    def _local_start(self):
        """Return the start, or now where there is none, in the branch's zone."""
        self.ensure_one()
        return self.company_id._clinic_local(self.start or fields.Datetime.now())

    @api.depends("treatment_ids", "treatment_order", "start")
    def _compute_stop(self):
        for wizard in self:
            length = max((step.offset + step.length for step in wizard._steps()), default=0)
            wizard.stop = wizard.start and wizard.start + timedelta(seconds=length)

    def _steps(self):
        """Return the engine's steps for the treatments in their order, in the places that were clicked."""
        self.ensure_one()
        availability = self.env["clinic.availability"].with_company(self.company_id)
        steps = availability._steps(list(self._ordered_treatments()), self.practitioner_id._origin)
        return [replace(step, **self._wished_places(step.treatment)) for step in steps]

    def _wished_places(self, treatment):
        """Return the clicked room and device as far as ``treatment`` needs their kinds."""
        wishes = {}
        if self.room_id and self.room_id.kind_id == treatment.room_kind_id:
            wishes["room"] = self.room_id._origin.id
        if self.device_id and self.device_id.kind_id == treatment.device_kind_id:
            wishes["device"] = self.device_id._origin.id
        return wishes

    @api.depends("start", "stop", "company_id")
    def _compute_time_range(self):
        for wizard in self:
            day = format_date(self.env, wizard._local_start().date(), date_format="EEEE")
            wizard.time_range = f"{day}, {wizard.company_id._clinic_time_range(wizard.start, wizard.stop)}"

    @api.depends("treatment_ids")
    def _compute_kinds(self):
        for wizard in self:
            wizard.room_kind_ids = wizard.treatment_ids.room_kind_id
            wizard.device_kind_ids = wizard.treatment_ids.device_kind_id

    @api.depends("treatment_ids", "company_id", "patient_id", "start")
    def _compute_price(self):
        for wizard in self:
            patient, branch = wizard.patient_id._origin, wizard.company_id
            wizard.price = sum(one._clinic_price(branch, wizard.start, patient) for one in wizard.treatment_ids._origin)

    @api.depends("start")
    def _compute_is_about_now(self):
        now = fields.Datetime.now()
        for wizard in self:
            wizard.is_about_now = bool(wizard.start) and abs(wizard.start - now) <= ABOUT_NOW

    @api.depends("start", "company_id")
    def _compute_is_back_entry(self):
        visits = self.env["clinic.visit"]
        for wizard in self:
            wizard.is_back_entry = visits._is_back_entry(wizard.start, wizard.company_id)

    # -- booking ------------------------------------------------------------------------------------------------------

    def action_book(self):
        """Book the visit and close the dialog."""
        return self._close(self._book())

    def action_book_arrived(self):
        """Book a patient who stands at the desk: from this minute on, and arrived."""
        visit = self._book(start=fields.Datetime.now().replace(second=0, microsecond=0))
        visit.action_arrive()
        return self._close(visit)

    def action_hold(self):
        """Keep the time for some minutes, until the patient has decided."""
        return self._close(self._book(hold_minutes=self.hold_minutes))

    def _book(self, start=None, hold_minutes=None):
        """Book as ``clinic.visit.book`` does, in the places that were clicked."""
        self.ensure_one()
        if not self.treatment_ids:
            raise UserError(self.env._("Choose at least one treatment."))
        self._save_details()
        start = start or self.start
        visits, entered = self._visits_at(start, self.back_entry_reason)
        visits.env["clinic.procedure"]._check_start(start, self.company_id)
        values = {**visits._prepare_hold(hold_minutes), **entered}
        return visits._book(self.patient_id, self._steps(), start, values).with_env(self.env)

    def _visits_at(self, start, reason):
        """Return what ``clinic.visit._back_entry`` does for a visit at ``start`` in this branch."""
        visits = self.env["clinic.visit"].with_company(self.company_id)
        return visits._back_entry(start, self.company_id, reason)

    def _save_details(self):
        """Complete the patient's record by what was asked on the phone."""
        told = {"phone": self.patient_phone, "birth_date": self.patient_birth_date}
        patient = self.patient_id
        if news := {name: value for name, value in told.items() if value and value != patient[name]}:
            patient.write(news)

    def _close(self, visit):
        """Close the dialog and say what was booked; the screen below finds the visit in ``infos``."""
        if self.waitlist_id:
            self.waitlist_id._booked_as(visit)
        told = self.env._(
            "%(when)s: %(who)s", when=self._when(visit), who=", ".join(visit.practitioner_ids.mapped("name"))
        )
        patient = visit.patient_id.name
        return {
            "type": "ir.actions.client",
            "tag": "clinic_visit.notice",
            "params": {
                "type": "success",
                "title": self.env._("%s held", patient) if visit.state == "held" else self.env._("%s booked", patient),
                "message": told,
                "next": {"type": "ir.actions.act_window_close", "infos": {"visit_id": visit.id}},
            },
        }

    def _when(self, visit):
        day = visit.company_id._clinic_local(visit.start).date()
        return f"{format_date(self.env, day)} {visit.time_range}"
