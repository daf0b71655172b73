from datetime import timedelta

import psycopg2.errors

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.misc import clean_context

from ..hours import seconds
from .clinic_availability import ROLES
from .clinic_waitlist import OPEN_STATES, WEEKDAYS

# So long the patient has time to answer the phone before the time is offered to the next.
OFFER_LASTS = timedelta(hours=4)
# Where a time is offered to all at once, it is so many of those who have waited longest.
MOST_AT_ONCE = 20


class ClinicWaitlist(models.Model):
    """To whom a time that has become free is offered."""

    _inherit = "clinic.waitlist"

    @api.model
    def _propose_freed(
        self, company, start, stop, practitioners=None, patient=None, besides=None, only=None, resources=None, lost=None
    ):
        """Offer the time from ``start`` to ``stop`` (naive UTC) to the waiting patient whom it suits best, or to all.

        The best is whose wishes it meets, who has the highest priority and who waits longest. The engine is asked
        whether the treatment really fits in. One query when nobody waits.

        :param practitioners: who has become free; tried before others
        :param patient: gave this time up and is not asked
        :param besides: entries that are not asked now
        :param only: the only entries that are asked
        :param resources: what has become free, where a time with others is none that has become free
        :param lost: (start, stop) of what somebody else has taken, although this transaction cannot see it yet
        :return: the entries to which it is offered
        """
        # Who cancels a visit offers its time to whomever it suits, seen or not.
        waitlist = self.sudo()
        start = max(start, fields.Datetime.now())
        offered = waitlist.browse()
        if start >= stop:
            return offered
        domain = waitlist._freed_domain(company, start, stop, patient)
        domain &= (
            Domain("id", "not in", besides.ids if besides else []) if only is None else Domain("id", "in", only.ids)
        )
        known, most = {}, MOST_AT_ONCE if waitlist._offers_to_all(company) else 1
        for entry in waitlist.search(domain):
            slots = entry._slots_between(start, stop, practitioners or [], known)
            if any(entry._offer(slot, start, stop) for slot in slots if entry._has_become_free(slot, resources, lost)):
                offered |= entry
                if len(offered) == most:
                    break
        return offered

    def _has_become_free(self, slot, resources, lost):
        """Return whether ``slot`` uses one of ``resources``, where these are given, and nothing of what is ``lost``."""
        if lost and slot["start"] < lost[1] and lost[0] < slot["stop"]:
            return False
        owners = (self.env[f"clinic.{role}"].browse(slot[f"{role}_id"] or []) for role in ROLES)
        return resources is None or any(owner.resource_id in resources for owner in owners)

    @api.model
    def _offers_to_all(self, company):
        """Return whether ``company`` offers a time to all whom it suits at once; others may."""
        return False

    @api.model
    def _freed_domain(self, company, start, stop, patient):
        """Return the domain of the waiting whose wishes may be met between ``start`` and ``stop`` (naive UTC)."""
        first, last = company._clinic_local(start).date(), company._clinic_local(stop).date()
        weekdays = {(first + timedelta(days=number)).weekday() for number in range(min((last - first).days, 6) + 1)}
        return Domain.AND(
            [
                Domain("state", "=", "waiting") & Domain("company_id", "=", company.id),
                Domain("date_from", "<=", last),
                Domain("date_to", "=", False) | Domain("date_to", ">=", first),
                Domain.OR(Domain(WEEKDAYS[weekday], "=", True) for weekday in weekdays),
                Domain("treatment_id.treatment_duration", "<=", (stop - start).total_seconds() // 60),
                Domain("declined_stop", "=", False)
                | Domain("declined_stop", "<", stop)
                | Domain("declined_start", ">", start),
                # What was taken and waits for its deposit is enough.
                Domain("visit_id", "=", False) | Domain("visit_id.state", "!=", "held"),
                Domain("patient_id", "!=", patient.id if patient else False),
                Domain("treatment_id.active", "=", True),
                Domain("patient_id.active", "=", True) & Domain("patient_id.partner_id.active", "=", True),
            ]
        )

    def _slots_between(self, start, stop, practitioners, known):
        """Yield the free slots inside ``start`` to ``stop`` that suit this entry, with what is offered to nobody else.

        :param known: a dict that remembers the engine's answers from entry to entry
        """
        self.ensure_one()
        authorized = self._may_treat(practitioners, start)
        # Whom the patient would wait for in vain is no longer a wish.
        wished = self.practitioner_id.filtered("active")
        for practitioner in wished or [*authorized, None]:
            # Only a least interval makes the answer depend on the patient.
            patient = self.patient_id if self.treatment_id.interval_least else None
            key = (self.treatment_id, practitioner, patient)
            if key not in known:
                known[key] = self._free_slots(start, stop, practitioner, patient)
            for slot in known[key]:
                is_wanted = self._suits(slot) and not self._has_declined(slot)
                if is_wanted and (free := self._not_offered(slot, practitioner)):
                    yield free

    def _has_declined(self, slot):
        """Return whether this patient was offered a time that overlaps ``slot``, and did not take it."""
        first, last = self.declined_start, self.declined_stop
        return bool(first and last) and slot["start"] < last and first < slot["stop"]

    def _free_slots(self, start, stop, practitioner, patient):
        """Return what the engine finds between ``start`` and ``stop``; nothing where the treatment is impossible."""
        availability = self.env["clinic.availability"]
        try:
            return availability.find_slots(
                self.treatment_id, start, stop, practitioner, branch=self.company_id, patient=patient
            )
        except UserError:
            # Nobody is authorized any more, or the day lies beyond the horizon: no reason to refuse a cancellation.
            return []

    def _may_treat(self, practitioners, start):
        """Return those of ``practitioners`` who may perform this entry's treatment on the branch's day of ``start``."""
        if not practitioners:
            return self.env["clinic.practitioner"]
        return practitioners.sudo()._authorized_for(self.treatment_id, self.company_id._clinic_local(start).date())

    def _not_offered(self, slot, practitioner):
        """Return ``slot``, with others if its practitioner, room or device is offered to somebody else at that time.

        None where there are no others.
        """
        overlapping = Domain("offered_start", "<", slot["stop"]) & Domain("offered_stop", ">", slot["start"])
        offers = self.search(Domain("state", "=", "offered") & Domain("offered_to_all", "=", False) & overlapping)
        if not any(
            slot[f"{role}_id"] and slot[f"{role}_id"] == offer[f"offered_{role}_id"].id
            for offer in offers
            for role in ROLES
        ):
            return slot
        availability = self.env["clinic.availability"]
        steps = availability._steps([self.treatment_id], practitioner)
        known = availability._gather_for(steps, self.company_id, slot["start"], slot["stop"])
        known.take(offers._offered_times())
        chosen = availability._choose(steps, seconds(slot["start"]), known)
        return chosen and availability._prepare_plan(steps[0], seconds(slot["start"]), chosen[0], known)

    def _offered_times(self):
        """Yield (resource id, start, stop) in seconds for all that these entries are offered."""
        for offer in self:
            start, stop = offer.treatment_id._occupied(offer.offered_start, offer.offered_stop)
            for role in ROLES:
                if resource := offer[f"offered_{role}_id"].resource_id:
                    yield resource.id, seconds(start), seconds(stop)

    def _offer(self, slot, freed_start, freed_stop):
        """Offer ``slot`` to this patient; return False when another transaction was faster."""
        self.ensure_one()
        if not self.try_lock_for_update():
            return False
        try:
            with self.env.cr.savepoint():
                self._clinic_writing().write({"state": "offered", **self._prepare_offer(slot, freed_start, freed_stop)})
        except psycopg2.errors.ExclusionViolation:
            return False
        # To the minute, and not when the scheduled action would run by itself.
        self.env.ref("clinic_visit.cron_tend_waitlist").sudo()._trigger(at=self.offered_until)
        self._tell_offer()
        return True

    def _tell_offer(self):
        """Let the patient of this entry know what is offered: somebody calls. Other addons write."""
        self._remind()

    def _prepare_offer(self, slot, freed_start, freed_stop):
        """Return the values that make ``slot`` this entry's offer."""
        return {
            "offered_start": slot["start"],
            "offered_stop": slot["stop"],
            "offered_practitioner_id": slot["practitioner_id"],
            "offered_room_id": slot["room_id"],
            "offered_device_id": slot["device_id"],
            "offered_until": self._offered_until(slot),
            "offered_to_all": self._offers_to_all(self.company_id),
            "freed_start": freed_start,
            "freed_stop": freed_stop,
        }

    def _offered_until(self, slot):
        """Return until when (naive UTC) ``slot`` is offered to this patient before it is offered to the next."""
        return min(fields.Datetime.now() + OFFER_LASTS, slot["start"])

    def _remind(self):
        """Ask the responsible person to call; activities are read beyond the clinic, so nothing but the number."""
        user = self.user_id
        if not user.active or self.company_id not in user.company_ids:
            user = self.env.user
        entry = self.with_env(self.env(context=clean_context(self.env.context))).with_context(
            lang=user.lang, mail_activity_quick_update=True, mail_activity_automation_skip=False
        )
        entry.activity_schedule(
            "mail.mail_activity_data_call",
            summary=entry.env._("A time has become free for %s", entry.name),
            user_id=user.id,
        )

    def _let_lapse(self):
        """Nobody has answered: offer it to the next. Other addons know why there was no answer."""
        self.action_offer_next()

    @api.model
    def _cron_tend(self):
        """Pass on the offers that nobody answered, and close the entries whose last day is over."""
        lapsed = self.search([("state", "=", "offered"), ("offered_until", "<=", fields.Datetime.now())])
        for entry in lapsed:
            # Meanwhile somebody may have booked it, or has it in hand.
            locked = entry.try_lock_for_update()
            if locked.state == "offered" and locked.offered_until <= fields.Datetime.now():
                locked._let_lapse()
            self.env["ir.cron"]._commit_progress(1)
        over = self.search([("state", "in", OPEN_STATES), ("date_to", "<", fields.Date.today() + timedelta(days=1))])
        over = over.filtered(lambda e: e.date_to < e.company_id._clinic_today())
        over.write({"state": "expired"})
        self.env["ir.cron"]._commit_progress(len(over))
