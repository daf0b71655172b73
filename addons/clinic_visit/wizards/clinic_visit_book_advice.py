from datetime import timedelta

from pytz import utc

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date

from ..exceptions import SlotTaken
from ..models.clinic_availability import ROLES
from ..models.clinic_visit import RELEASED_STATES


class ClinicVisitBook(models.TransientModel):
    """What the person who books should know before: warnings, none of which forbids to book."""

    _inherit = "clinic.visit.book"

    warning = fields.Text(compute="_compute_warning")
    plan_text = fields.Char(compute="_compute_plan", string="Free")
    refusal = fields.Char(compute="_compute_plan", help="Why the chosen time is not possible.")
    next_times = fields.Json(compute="_compute_plan", help="The nearest times that are free, if this one is not.")
    gap_text = fields.Char(compute="_compute_gap", help="What the chosen time leaves that nobody can sell.")
    better_times = fields.Json(compute="_compute_gap", help="The nearest times of the day that leave less.")

    @api.depends(
        "patient_id",
        "patient_phone",
        "patient_birth_date",
        "treatment_ids",
        "room_id",
        "device_id",
        "start",
        "company_id",
    )
    def _compute_warning(self):
        for wizard in self:
            wizard.warning = "\n".join(wizard._warnings()) or False

    def _warnings(self):
        """Return what the person who books should know, a sentence each; nothing of it forbids to book."""
        self.ensure_one()
        if not (self.patient_id and self.start):
            return []
        return [
            *self._warn_patient(),
            *self._warn_same_person(),
            *self._warn_same_day(),
            *self._warn_interval(),
            *self._warn_places(),
        ]

    def _warn_patient(self):
        """Return what should be known of the patient, whatever is booked; other addons add theirs."""
        missed = self.patient_id._origin.no_show_count
        return [self.env._("Missed visits so far: %s.", missed)] if missed else []

    def _warn_same_person(self):
        if not self.ask_details:
            return []
        details = {"name": self.patient_id.name, "phone": self.patient_phone, "birth_date": self.patient_birth_date}
        twins = self.env["clinic.patient"].new(details, origin=self.patient_id._origin).duplicate_ids
        if not twins:
            return []
        names = ", ".join(twins._origin.mapped("display_name"))
        return [self.env._("Perhaps registered already: %s.", names)]

    def _warn_same_day(self):
        """Name the patient's other visits of that day."""
        day = self._local_start().replace(hour=0, minute=0, second=0, microsecond=0)
        first = day.astimezone(utc).replace(tzinfo=None)
        visits = self.env["clinic.visit"].search(
            [
                ("patient_id", "=", self.patient_id._origin.id),
                ("start", ">=", first),
                ("start", "<", first + timedelta(days=1)),
                ("state", "not in", RELEASED_STATES),
            ],
            order="start",
        )
        return [
            self.env._("Another visit is at the same time: %s.", visit.time_range)
            if visit.start < (self.stop or self.start) and visit.stop > self.start
            else self.env._("Comes on that day already: %s.", visit.time_range)
            for visit in visits
        ]

    def _warn_interval(self):
        """Name the treatments whose least interval is not over, looking back and ahead."""
        treatments = self.treatment_ids._origin.filtered("interval_least")
        if not treatments:
            return []
        farthest = timedelta(days=max(treatments.mapped("interval_least")))
        near = [("start", ">", self.start - farthest), ("start", "<", self.start + farthest)]
        procedures = self.env["clinic.procedure"]._sessions(self.patient_id._origin, treatments, near)
        warned = []
        for procedure in procedures:
            days = abs((procedure._local_day() - self._local_start().date()).days)
            if days < procedure.treatment_id.interval_least:
                warned.append(self._interval_text(procedure, days))
        return warned

    def _interval_text(self, procedure, days):
        return self.env._(
            "%(treatment)s is planned or done on %(day)s, too: %(days)s days apart, at least %(least)s are advised.",
            treatment=procedure.treatment_id.name,
            day=format_date(self.env, procedure._local_day()),
            days=days,
            least=procedure.treatment_id.interval_least,
        )

    def _warn_places(self):
        """Name a clicked room or device that none of the treatments needs: another one is taken then."""
        if not self.treatment_ids:
            return []
        pairs = ((self.room_id, self.room_kind_ids), (self.device_id, self.device_kind_ids))
        return [
            self.env._("%s is not of the kind that is needed here and will not be used.", place.name)
            for place, kinds in pairs
            if place and place.kind_id not in kinds._origin
        ]

    # -- is it free? --------------------------------------------------------------------------------------------------

    @api.depends("treatment_order", "treatment_ids", "practitioner_id", "start", "room_id", "device_id", "company_id")
    def _compute_plan(self):
        for wizard in self:
            wizard.plan_text, wizard.refusal, wizard.next_times = wizard._ask_engine()

    @api.depends("plan_text")
    def _compute_gap(self):
        for wizard in self:
            minutes, better = wizard._ask_for_gap() if wizard.plan_text else (0, [])
            text = self.env._("Leaves %s minutes that are too short for a treatment.", minutes)
            wizard.gap_text = text if minutes else False
            wizard.better_times = self._prepare_next_times(better)

    def _ask_for_gap(self):
        """Return (the minutes that the chosen time leaves for nobody, the better times of the day)."""
        self.ensure_one()
        availability = self.env["clinic.availability"].with_company(self.company_id)
        return availability._gap_advice(self._steps(), self.start, self.company_id)

    def _ask_engine(self):
        """Return (who and where it would be, why it is not possible, the nearest free times)."""
        self.ensure_one()
        if not (self.treatment_ids and self.start):
            return False, False, []
        availability = self.env["clinic.availability"].with_company(self.company_id)
        try:
            self.env["clinic.visit"]._check_bookable(self.patient_id._origin, self.treatment_ids._origin)
            if not self.is_back_entry:
                self.env["clinic.procedure"]._check_start(self.start, self.company_id)
            plan = availability._plan(self._steps(), self.start, self.company_id)
        except SlotTaken as taken:
            return False, taken.args[0].split("\n")[0], self._prepare_next_times(taken.context["alternatives"])
        except UserError as error:
            return False, error.args[0], []
        return self._plan_in_words(plan), False, []

    def _prepare_next_times(self, alternatives):
        """Return what the buttons show and set: the start in UTC and the practitioner."""
        practitioners = self.env["clinic.practitioner"]
        return [
            {
                "start": one["start"],
                "practitioner_id": one["practitioner_id"],
                "name": practitioners.browse(one["practitioner_id"]).name,
            }
            for one in alternatives
        ]

    def _plan_in_words(self, plan):
        """Return the names of those whom ``plan`` chooses, each once."""
        names = [
            self.env[f"clinic.{role}"].browse(vals[f"{role}_id"]).name
            for vals in plan
            for role in ROLES
            if vals[f"{role}_id"]
        ]
        return ", ".join(dict.fromkeys(names))
