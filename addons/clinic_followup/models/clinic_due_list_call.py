from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime
from odoo.tools.translate import LazyTranslate

from odoo.addons.clinic.door import a_choice, a_day, a_moment, a_record, takes

from .clinic_recall import RESULTS

_lt = LazyTranslate(__name__)

PATIENT = a_record("clinic.patient", missing=_lt("Choose the patient."), exists=True)
RECALL = a_record("clinic.recall", exists=True)
# So far ahead times are proposed.
AHEAD = timedelta(days=21)
CONTACTS = 5
FURTHEST = timedelta(days=730)


class ClinicDueList(models.AbstractModel):
    """One call: opened and so locked for others, then booked, or noted with its outcome and the next try."""

    _inherit = "clinic.due.list"

    # -- opening ------------------------------------------------------------------------------------------------------

    @takes(patient=PATIENT)
    @api.model
    def open_call(self, patient):
        """Open the call to ``patient`` for this user and return what is on its screen, ready for JSON.

        :raises UserError: when a colleague is calling the patient
        """
        patient = self._check_patient(patient)
        self._take(self._open_recalls(patient))
        # What is not true any more is not said on the phone.
        self.env["clinic.recall"]._refresh(patient)
        recalls = self._open_recalls(patient)
        self._take(recalls)
        return self._prepare_call(patient, recalls)

    @api.model
    def next_call(self):
        """Open the most urgent call that no colleague is in, as ``open_call``; False when there is none.

        So the list is shared out: each colleague who asks gets another patient.
        """
        self._check_may_call()
        for row in self._due_rows(0):
            if row["caller_id"] and row["caller_id"] != self.env.uid:
                continue
            patient = self.env["clinic.patient"].browse(row["patient_id"])
            recalls = self._open_recalls(patient)
            # A colleague is opening this one at this moment.
            if len(recalls.sudo().try_lock_for_update()) != len(recalls):
                continue
            call = self.open_call(patient)
            if call["recalls"]:
                return call
        return False

    @takes(patient=PATIENT)
    @api.model
    def close_call(self, patient):
        """Leave the call to ``patient`` without an outcome: it is anybody's again."""
        patient = self._check_patient(patient)
        self._mine(patient)._change({"caller_id": False, "called_at": False})
        return True

    @api.model
    def _check_patient(self, patient):
        self._check_may_call()
        patient.check_access("read")
        return patient._kept()

    @api.model
    def _open_recalls(self, patient):
        """Return what ``patient`` can be called about today, the most urgent first."""
        recalls = self.env["clinic.recall"]
        return recalls.search(recalls._due_domain() & Domain("patient_id", "=", patient.id))

    @api.model
    def _mine(self, patient):
        """Return the open recalls of ``patient`` that this user is calling about."""
        return self._open_recalls(patient).filtered(lambda recall: recall.caller_id == self.env.user)

    @api.model
    def _take(self, recalls):
        """Lock ``recalls`` for this user; raise when a colleague has, or is about to."""
        # The rows are locked until the end of the transaction: of two who press at once one finds them taken, and who
        # began before the other's end fails to serialize and is tried again.
        if len(recalls.sudo().try_lock_for_update()) != len(recalls):
            raise UserError(self.env._("A colleague is opening this call at this moment. Take the next one."))
        recalls.invalidate_recordset(["caller_id", "called_at"])
        for recall in recalls.sudo():
            if recall.caller_id and recall.caller_id != self.env.user and recall.called_at > self._call_since():
                raise UserError(self.env._("%s is calling this patient. Take the next one.", recall.caller_id.name))
        recalls._change({"caller_id": self.env.uid, "called_at": fields.Datetime.now()})

    @api.model
    def _check_mine(self, patient):
        """Return the recalls of ``patient`` that this user calls about; raise when somebody else took the call over."""
        mine = self._mine(patient)
        if not mine:
            raise UserError(self.env._("This call is not yours any more. Open it again from the due list."))
        return mine

    # -- what is on the screen ----------------------------------------------------------------------------------------

    @api.model
    def _prepare_call(self, patient, recalls):
        lead = recalls[:1]
        treatment = recalls.treatment_id[:1]
        return {
            "patient_id": patient.id,
            "name": patient.name,
            "number": patient.number,
            "phone": patient.phone or "",
            "lang": self._language(patient),
            "recalls": [self._prepare_recall(recall) for recall in recalls],
            "contacts": self._last_contacts(patient),
            "visits": self._visit_texts(patient),
            "treatment": {"id": treatment.id, "name": treatment.name} if treatment else False,
            "zone": self.env.company._clinic_timezone().zone,
            "next_on": fields.Date.to_string(self._next_day(lead)),
            **self._propose(patient, treatment),
        }

    @api.model
    def _prepare_recall(self, recall):
        late = (recall.company_id._clinic_today() - recall.due_on).days
        return {
            "id": recall.id,
            "reason": recall.reason,
            "due": format_date(self.env, recall.due_on),
            "days_late": late,
            "tries": recall.tries,
            "script": recall.rule_id.script or "",
            "treatment": recall.treatment_id.name or "",
        }

    @api.model
    def _language(self, patient):
        codes = dict(self.env["res.lang"].get_installed())
        return codes.get(patient.lang, "") if patient.lang != self.env.lang else ""

    @api.model
    def _last_contacts(self, patient):
        """Return the last things that were said to or by ``patient``, without their words."""
        messages = self.env["clinic.message"].search([("patient_id", "=", patient.id)], limit=CONTACTS)
        labels = {
            name: dict(messages._fields[name]._description_selection(self.env))
            for name in ("channel", "state", "result")
        }
        return [
            {
                "id": message.id,
                "when": format_datetime(self.env, message.sent_at or message.create_date, dt_format="short"),
                "what": message.display_name,
                "channel": labels["channel"].get(message.channel, ""),
                "outcome": labels["result"].get(message.result) or labels["state"].get(message.state, ""),
                # Who of the colleagues it was, whatever branch they work in.
                "user": message.user_id.sudo().name or "",
            }
            for message in messages
        ]

    @api.model
    def _visit_texts(self, patient):
        """Return the last visit and the next one in words."""
        now, visits = fields.Datetime.now(), self.env["clinic.visit"]
        mine = Domain("patient_id", "=", patient.id)
        came = Domain("state", "in", ("done", "in_progress", "arrived"))
        comes = Domain("state", "=", "booked") & Domain("start", ">", now)
        last = visits.search(mine & came, limit=1, order="start desc")
        coming = visits.search(mine & comes, limit=1, order="start")

        def text(visit):
            return visit and f"{visit.company_id._clinic_moment_text(visit.start)}, {visit.treatment_summary}"

        return {"last": text(last) or "", "next": text(coming) or ""}

    @api.model
    def _next_day(self, recall):
        """Return when to try again by default."""
        days = recall.rule_id.again if recall else 1
        return fields.Date.add(self.env.company._clinic_today(), days=days)

    # -- times --------------------------------------------------------------------------------------------------------

    @api.model
    def _propose(self, patient, treatment):
        """Return three free times for ``treatment``: the soonest, and the usual hour on the next days; or why not."""
        if not treatment:
            return {"times": [], "no_times": ""}
        now = fields.Datetime.now()
        last = self._last_procedure(patient, treatment)
        try:
            slots = self._slots(treatment, now, patient, last.practitioner_id.filtered("active"))
        except UserError as error:
            return {"times": [], "no_times": str(error)}
        chosen = self._choose(slots, last)
        names = {
            person.id: person.name
            for person in self.env["clinic.practitioner"].browse({slot["practitioner_id"] for slot in chosen})
        }
        return {
            "times": [
                {
                    "start": fields.Datetime.to_string(slot["start"]),
                    "practitioner_id": slot["practitioner_id"],
                    "name": names[slot["practitioner_id"]],
                }
                for slot in chosen
            ],
            "no_times": "" if chosen else self.env._("Nothing is free in the next three weeks."),
        }

    @api.model
    def _last_procedure(self, patient, treatment):
        """Return the last procedure of ``treatment`` that ``patient`` had in the branch."""
        had = [("patient_id", "=", patient.id), ("treatment_id", "=", treatment.id), ("state", "=", "done")]
        return self.env["clinic.procedure"].search(had, limit=1, order="start desc")

    @api.model
    def _slots(self, treatment, now, patient, practitioner):
        """Return the free slots of the coming weeks with who treated last, else with anybody."""
        availability, until = self.env["clinic.availability"], now + AHEAD
        # Who treated last may be authorized no longer.
        mine = practitioner and practitioner._authorized_for(treatment, self.env.company._clinic_today())
        slots = mine and availability.find_slots(treatment, now, until, mine, patient=patient)
        return slots or availability.find_slots(treatment, now, until, patient=patient)

    @api.model
    def _choose(self, slots, last):
        """Return three of ``slots`` on different days, at the hour at which the patient came last where it is known."""
        local = self.env.company._clinic_local
        usual = local(last.start) if last else None
        days = {}
        for slot in slots:
            days.setdefault(local(slot["start"]).date(), []).append(slot)
        if not usual:
            return [found[0] for found in list(days.values())[:3]]

        def distance(slot):
            moment = local(slot["start"])
            return abs((moment.hour - usual.hour) * 60 + moment.minute - usual.minute)

        first, *others = days.values() if days else [[]]
        return [*first[:1], *(min(found, key=distance) for found in others[:2])]

    # -- outcomes -----------------------------------------------------------------------------------------------------

    @takes(
        patient=PATIENT,
        treatment=a_record("product.template", missing=_lt("Choose the treatment."), exists=True),
        start=a_moment(),
        practitioner=a_record("clinic.practitioner", exists=True),
    )
    @api.model
    def book(self, patient, treatment, start, practitioner=None):
        """Book ``treatment`` for ``patient`` in this call; its recalls are answered, and the outcome is kept.

        :raises SlotTaken: when the time is not free any more; the call goes on
        """
        patient = self._check_patient(patient)
        mine = self._check_mine(patient)
        visit = self.env["clinic.visit"].book(patient, treatment, start, practitioner)
        self._note_booked(patient, mine, visit)
        return {"visit_id": visit.id, "text": visit._booked_text()}

    @takes(patient=PATIENT, visit=a_record("clinic.visit", missing=_lt("Choose the visit."), exists=True))
    @api.model
    def note_booked(self, patient, visit):
        """Keep as this call's outcome that ``visit`` was booked in the booking dialog."""
        patient = self._check_patient(patient)
        visit.check_access("read")
        if visit.patient_id != patient or visit.booked_by_id != self.env.user:
            raise UserError(self.env._("This visit was not booked in this call."))
        # The booking has answered what was open, which is this user's call all the same.
        called = Domain("patient_id", "=", patient.id) & Domain("caller_id", "=", self.env.uid)
        mine = self.env["clinic.recall"].search(called)
        if not mine:
            raise UserError(self.env._("This call is not yours any more. Open it again from the due list."))
        self._note_booked(patient, mine, visit)
        return True

    @api.model
    def _note_booked(self, patient, recalls, visit):
        """Note of ``recalls``, which this user calls about, that ``visit`` was booked, and keep the call."""
        self._mark_booked(recalls, visit)
        self._log(patient, "reached", visit)

    @api.model
    def _mark_booked(self, recalls, visit):
        """Note of ``recalls`` that the patient was spoken to, and has booked ``visit``."""
        self.env["clinic.recall"].invalidate_model()
        now = fields.Datetime.now()
        spoken = {"caller_id": False, "called_at": False, "result": "reached", "tried_at": now, "reached_at": now}
        answered = recalls.filtered(lambda recall: recall.visit_id == visit)
        answered._change({**spoken, "booked_at": now, "booked_by_id": self.env.uid})
        self._spoken(recalls - answered, spoken)

    @api.model
    def _spoken(self, recalls, values):
        """Note that the patient was spoken to about ``recalls``, which stay open until they are answered."""
        enough = self.env["clinic.recall.rule"]._ended_by_words()
        for recall in recalls.filtered(lambda recall: recall.state == "open"):
            ends = {"state": "done"} if recall.cause in enough else {"next_on": self._next_day(recall)}
            recall._change({**values, "tries": 0, **ends})

    @takes(
        patient=PATIENT,
        result=a_choice([name for name, _label in RESULTS]),
        next_on=a_day(),
    )
    @api.model
    def note(self, patient, result, next_on=None):
        """Keep the outcome of the call: who was reached is called again on ``next_on``, unless there is a booking.

        Who was not reached after the most tries of the rule, or whose number is wrong, is given up.
        """
        patient = self._check_patient(patient)
        mine = self._check_mine(patient)
        next_on = next_on and self._check_next(next_on)
        now = fields.Datetime.now()
        values = {"caller_id": False, "called_at": False, "result": result, "tried_at": now}
        if result in ("reached", "call_back"):
            self._spoken(mine, {**values, "reached_at": now})
            still = mine.filtered(lambda recall: recall.state == "open")
            if next_on:
                still._change({"next_on": next_on})
        else:
            for recall in mine:
                recall._change({**values, **self._prepare_try(recall, result, next_on)})
        self._log(patient, result)
        return True

    @api.model
    def _prepare_try(self, recall, result, next_on):
        """Return the values of ``recall`` after a call that reached nobody."""
        tries = recall.tries + 1
        if result == "wrong_number" or tries >= recall.rule_id.tries:
            return {"tries": tries, "state": "stopped"}
        tomorrow = fields.Date.add(recall.company_id._clinic_today(), days=1)
        return {"tries": tries, "next_on": next_on or tomorrow}

    @api.model
    def _check_next(self, day):
        """Return ``day``; raise unless it comes, and within two years."""
        today = self.env.company._clinic_today()
        if not today < day <= today + FURTHEST:
            raise UserError(self.env._("Choose a day from tomorrow on for the next call."))
        return day

    @takes(patient=PATIENT, day=a_day(says=_lt("Choose the day of the next call.")))
    @api.model
    def snooze(self, patient, day):
        """Put the call to ``patient`` off until ``day``, without having called."""
        patient = self._check_patient(patient)
        mine = self._check_mine(patient)
        mine._change({"caller_id": False, "called_at": False, "next_on": self._check_next(day)})
        return True

    @takes(recall=RECALL)
    @api.model
    def decline(self, recall):
        """The patient does not want to be called about this; the call goes on about what is left, if anything."""
        patient = self._check_patient(recall.sudo().patient_id.with_env(self.env))
        recall.check_access("read")
        if recall not in self._check_mine(patient):
            raise UserError(self.env._("This call is not yours any more. Open it again from the due list."))
        now = fields.Datetime.now()
        recall._change({"state": "declined", "result": "reached", "tried_at": now, "reached_at": now})
        left = self._mine(patient)
        if not left:
            recall._change({"caller_id": False, "called_at": False})
            self._log(patient, "reached")
        return [self._prepare_recall(other) for other in left]

    @api.model
    def _log(self, patient, result, visit=None, direction="out"):
        """Write the call into the history of what was said to ``patient``, and return that row."""
        messages = self.env["clinic.message"]
        messages.check_access("write")
        now = fields.Datetime.now()
        visit = visit or self.env["clinic.visit"]
        return messages._enqueue(
            [
                {
                    "key": f"recall:{self.env.uid}:{patient.id}:{now.timestamp()}",
                    "channel": "call",
                    "direction": direction,
                    "patient_id": patient.id,
                    "visit_id": visit.id,
                    "visit_start": visit.start,
                    "company_id": (visit.company_id or self.env.company).id,
                    "state": "logged" if direction == "out" else "received",
                    "result": result,
                    "sent_at": now,
                    "user_id": self.env.uid,
                }
            ]
        )
