from datetime import timedelta

from odoo.exceptions import UserError

from . import demand
from .catalogue import in_catalogue
from .recipes import items_used
from .records import Recorder
from .skin import draw_map

EARLY = timedelta(minutes=10)
NO_SHOW_AFTER = timedelta(minutes=30)
LATER = timedelta(days=16)


class VisitLives:
    """How visits go, by the real methods: the desk's part in the receptionist's name, the rest in the practitioner's.

    Rights are not asked a thousand times over; who may do what is proved by tests.
    """

    def __init__(self, env, till):
        self._env = env
        self._till = till
        self._desk = env(user=env["res.users"].search([("login", "=", "reception")]), su=True)
        self._names = {in_catalogue(env, name): name for name in demand.WANTED}
        self._items = {}
        self._recorder = Recorder(env)

    def live(self, wish):
        """Live the visit that ``wish`` asks for, from its booking to its payment."""
        yield wish.booked_at
        visit = self._book(wish)
        if not visit:
            return
        fate = 1 if wish.sure else wish.rng.random()
        if fate < demand.CANCELLED:
            yield from self._cancel(visit, wish)
        elif fate < demand.CANCELLED + demand.NO_SHOW:
            yield wish.start + NO_SHOW_AFTER
            visit.action_no_show()
        else:
            yield wish.start - EARLY
            visit.action_arrive()
            yield from self._treat(visit, wish)
            yield from self._check_out(visit, wish)

    def _book(self, wish):
        """Return the booked visit; an empty one when the clinic cannot do it then, so that the patient stays away."""
        visits = self._desk["clinic.visit"].with_company(wish.branch)
        try:
            with self._env.cr.savepoint():
                return visits.book(wish.patient.id, wish.treatments.ids, wish.start, wish.practitioner.id)
        except UserError:
            return visits.browse()

    def _cancel(self, visit, wish):
        yield wish.booked_at + (wish.start - wish.booked_at) * wish.rng.uniform(0.1, 0.9)
        by_patient = wish.rng.random() < 0.8
        visit.action_cancel(self._env.ref(f"clinic_visit.cancel_reason_{'patient' if by_patient else 'clinic'}"))

    def _treat(self, visit, wish):
        """Live the procedures of ``visit``, one after the other."""
        for procedure in visit.with_env(self._env).procedure_ids.sorted("start"):
            procedure = procedure.with_user(procedure.practitioner_id.user_id).sudo()
            yield procedure.start + timedelta(minutes=wish.rng.randint(0, 6))
            procedure.action_start()
            yield procedure.start + timedelta(minutes=wish.rng.randint(8, 15))
            self._consume(procedure, wish)
            draw_map(procedure)
            yield procedure.stop + timedelta(minutes=wish.rng.randint(-3, 5))
            self._recorder.record(procedure)
            procedure.action_done()

    def _consume(self, procedure, wish):
        used = items_used(self._names[procedure.treatment_id], wish.rng)
        for name, quantity in used.items():
            if name not in self._items:
                self._items[name] = in_catalogue(self._env, name).product_variant_id
            procedure.consume(self._items[name], quantity)

    def _check_out(self, visit, wish):
        """Live the checkout of ``visit`` and its payment, if it is paid."""
        yield self._env.cr.now() + timedelta(minutes=wish.rng.randint(2, 9))
        if wish.rng.random() < demand.DISCOUNTED:
            visit.procedure_ids.discount = 10
        visit.action_checkout()
        fate = wish.rng.random()
        if fate < demand.PAID_NOW + demand.PAID_LATER:
            if fate >= demand.PAID_NOW:
                yield self._env.cr.now() + LATER
            self._till.take(visit.invoice_id, self._journal(wish))

    def _journal(self, wish):
        """Return the branch's cash, or the bank to which the card terminal pays."""
        kind = "cash" if wish.rng.random() < demand.BY_CASH else "bank"
        journals = self._desk["account.journal"].with_company(wish.branch)
        return journals.search([*journals._check_company_domain(wish.branch), ("type", "=", kind)], limit=1)
