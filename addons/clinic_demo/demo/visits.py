import logging
from datetime import timedelta

from odoo.exceptions import UserError

from . import demand
from .catalogue import in_catalogue
from .chance import chance, chance_of
from .clock import DAY, to_local, to_utc
from .consents import sign
from .intakes import review
from .money import note_helpers
from .plan import EARLY
from .recipes import items_used
from .records import Recorder
from .skin import draw_map, note_skin_type

_logger = logging.getLogger(__name__)

# Who may be waiting: late by so much at most, or next within so long.
LATE, NEXT = timedelta(minutes=20), timedelta(minutes=90)
NO_SHOW_AFTER = timedelta(minutes=30)
LATER = timedelta(days=16)


class VisitLives:
    """How visits go, by the real methods: the desk's part in the receptionist's name, the rest in the practitioner's.

    Rights are not asked a thousand times over; who may do what is proved by tests.
    """

    def __init__(self, env, till, *, forgiving=False):
        """Prepare for the lives of visits.

        :param forgiving: let a life end where it is refused to go on: people may have had a hand in it
        """
        self._env = env
        self._till = till
        self._forgiving = forgiving
        self._desk = env(user=env["res.users"].search([("login", "=", "reception")]), su=True)
        self._names = {in_catalogue(env, name): name for name in demand.WANTED}
        self._items = {}
        self._recorder = Recorder(env)

    def live(self, wish):
        """Live the visit that ``wish`` asks for, from its booking to its payment."""
        yield wish.booked_at
        if visit := self._book(wish):
            life = self._go_through(visit, wish.rng, sure=wish.sure, early=wish.early)
            yield from self._forgive(visit, life) if self._forgiving else life

    def go_on(self, visit):
        """Live the rest of ``visit``, from wherever it is now."""
        visit = visit.with_env(self._desk)
        life = self._go_through(visit, chance_of("on", visit), sure=False, early=EARLY)
        yield from self._forgive(visit, life)

    def go_through(self, visit, number):
        """Live ``visit``, the patient's ``number``-th of a course, to which the patient comes for sure."""
        visit = visit.with_env(self._desk)
        return self._forgive(visit, self._go_through(visit, chance("course", number), sure=True, early=EARLY))

    def give_up(self, visits):
        """Cancel those of ``visits`` in which nothing has been done."""
        waiting = visits.filtered(lambda visit: visit.state in ("booked", "arrived")).with_env(self._desk)
        waiting.action_cancel(self._env.ref("clinic_visit.cancel_reason_clinic"))

    def begin_early(self, branches):
        """Treat one of those who wait already where nobody is treated: another's treatment may have been refused."""
        for branch in branches:
            here = [("company_id", "=", branch.id)]
            if self._env["clinic.visit"].search_count([*here, ("state", "=", "in_progress")], limit=1):
                continue
            waiting = self._env["clinic.visit"].search([*here, ("state", "=", "arrived")], order="start, id")
            next((visit for visit in waiting if self._begins(visit)), None)

    def _begins(self, visit):
        """Start the first procedure of ``visit`` if its practitioner is free, and return whether it has begun."""
        procedure = visit.procedure_ids.filtered(lambda procedure: procedure.state == "planned").sorted("start")[:1]
        busy = [("practitioner_id", "=", procedure.practitioner_id.id), ("state", "=", "in_progress")]
        if not procedure or procedure.search_count(busy, limit=1):
            return False
        try:
            with self._env.cr.savepoint():
                self._start(procedure.with_user(procedure.practitioner_id.user_id).sudo())
        except UserError as error:
            _logger.info("%s does not begin early: %s", visit.name, error)
        return visit.state == "in_progress"

    def come_early(self, branches, now):
        """Let those who are next come early where nobody waits: there may have been no room for others."""
        visits = self._desk["clinic.visit"]
        midnight = to_utc(to_local(now).date() + DAY, 0)
        for branch in branches:
            here = [("company_id", "=", branch.id)]
            if visits.search_count([*here, ("state", "=", "arrived")], limit=1):
                continue
            soon = [("state", "=", "booked"), ("start", ">=", now - LATE), ("start", "<", min(now + NEXT, midnight))]
            visits.search([*here, *soon], order="start, id", limit=2).action_arrive()

    def _forgive(self, visit, life):
        """Live ``life`` until something is refused."""
        while True:
            try:
                with self._env.cr.savepoint():
                    moment = next(life, None)
            except UserError as error:
                _logger.info("%s does not go on: %s", visit.name, error)
                self.give_up(visit)
                return
            if moment is None:
                return
            yield moment

    def _go_through(self, visit, rng, *, sure, early):
        """Live ``visit``, which may be under way already."""
        if visit.state == "booked":
            fate = 1 if sure else rng.random()
            if fate < demand.CANCELLED:
                yield from self._cancel(visit, rng)
            elif fate < demand.CANCELLED + demand.NO_SHOW:
                yield visit.start + NO_SHOW_AFTER
                visit.action_no_show()
            else:
                # On the day itself, also for a visit right after midnight.
                yield max(visit.start - early, to_utc(to_local(visit.start).date(), 0))
                visit.action_arrive()
        if visit.state in ("arrived", "in_progress"):
            yield from self._treat(visit, rng, prompt=sure)
            yield from self._check_out(visit, rng)

    def _book(self, wish):
        """Return the booked visit; an empty one when the clinic cannot do it then, so that the patient stays away."""
        visits = self._desk["clinic.visit"].with_company(wish.branch)
        try:
            with self._env.cr.savepoint():
                return visits.book(wish.patient.id, wish.treatments.ids, wish.start, wish.practitioner.id)
        except UserError:
            return visits.browse()

    def _cancel(self, visit, rng):
        yield visit.create_date + (visit.start - visit.create_date) * rng.uniform(0.1, 0.9)
        by_patient = rng.random() < 0.8
        visit.action_cancel(self._env.ref(f"clinic_visit.cancel_reason_{'patient' if by_patient else 'clinic'}"))

    def _treat(self, visit, rng, *, prompt):
        """Live the procedures of ``visit``, one after the other."""
        for procedure in visit.with_env(self._env).procedure_ids.sorted("start"):
            procedure = procedure.with_user(procedure.practitioner_id.user_id).sudo()
            if procedure.state == "planned":
                yield procedure.start + timedelta(minutes=0 if prompt else rng.randint(0, 6))
                self._start(procedure)
            if procedure.state == "in_progress":
                yield procedure.start + timedelta(minutes=rng.randint(8, 15))
                self._consume(procedure, rng)
                yield procedure.stop + timedelta(minutes=rng.randint(-3, 5))
                self._recorder.record(procedure)
                procedure.action_done()

    def _start(self, procedure):
        """Start ``procedure``; a later one of a visit that is refused is left out, when lives are to be forgiven."""
        note_skin_type(procedure)
        if procedure.visit_id.has_consents_due:
            sign(self._env, procedure.visit_id)
        review(procedure)
        try:
            with self._env.cr.savepoint():
                procedure.action_start()
        except UserError:
            if not self._forgiving or procedure.visit_id.state != "in_progress":
                raise
            procedure.action_cancel()

    def _consume(self, procedure, rng):
        """Log what is used and draw the map, unless that was done before."""
        if procedure.consumption_ids:
            return
        used = items_used(self._names.get(procedure.treatment_id), rng)
        for name, quantity in used.items():
            if name not in self._items:
                self._items[name] = in_catalogue(self._env, name).product_variant_id
            procedure.consume(self._items[name], quantity)
        draw_map(procedure)

    def _check_out(self, visit, rng):
        """Live the checkout of ``visit`` and its payment, if it is paid."""
        yield self._env.cr.now() + timedelta(minutes=rng.randint(2, 9))
        if rng.random() < demand.DISCOUNTED:
            visit.procedure_ids.discount = 10
        note_helpers(visit)
        visit.action_checkout()
        fate = rng.random()
        if fate < demand.PAID_NOW + demand.PAID_LATER:
            if fate >= demand.PAID_NOW:
                yield self._env.cr.now() + LATER
            # What a package pays for has no invoice.
            if visit.invoice_id:
                self._till.take(visit.invoice_id, self._journal(visit, rng))

    def _journal(self, visit, rng):
        """Return the branch's cash, or the bank to which the card terminal pays."""
        kind = "cash" if rng.random() < demand.BY_CASH else "bank"
        journals = self._desk["account.journal"].with_company(visit.company_id)
        return journals.search([*journals._check_company_domain(visit.company_id), ("type", "=", kind)], limit=1)
