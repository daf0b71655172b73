"""A state machine of hypothesis: what happens to visits and their payments, in any order."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from odoo import fields
from odoo.exceptions import AccessError, MissingError, UserError

# From UNFIT on it picks what a step does not fit, too.
NUMBER, UNFIT = st.integers(0, 30), 27
# What is reported of a payment, in any order, often more than once.
WORDS = st.lists(
    st.sampled_from(("done", "done", "done", "pending", "authorized", "error", "canceled")), min_size=1, max_size=3
)
OPEN_STATES = ("held", "booked", "arrived", "in_progress")


def having(*states, of="visits"):
    """Let a step be taken only where it fits something."""
    return precondition(lambda self: any(record.state in states for record in getattr(self, of)))


class Story(RuleBasedStateMachine):
    """What patients, the desk, a provider of payments and the clock do, in any order.

    Each number picks one of what there is, so that what hypothesis draws is short. What is refused in words may have
    changed nothing.
    """

    case = None

    def __init__(self):
        super().__init__()
        self.case.begin()
        self.visits, self.links, self.payments = [], [], []

    def teardown(self):
        self.case.end()

    @invariant()
    def sound(self):
        assert not (found := self.case.found()), found

    def _do(self, step, *args, **kwargs):
        """Take a step; return what it returns, or None where it is refused."""
        name, env = step.__name__.removeprefix("_"), self.case.env
        try:
            with env.cr.savepoint():
                result = step(*args, **kwargs)
                env.flush_all()
        except (AccessError, MissingError):
            raise
        except UserError:
            env.invalidate_all()
            self.case.told[f"{name} refused"] += 1
            return None
        self.case.told[name] += 1
        return result

    def _one(self, records, number, *states):
        """Return one of ``records``, as a rule one that is in one of ``states``, if these are given."""
        wanted = [record for record in records if record.state in states and number < UNFIT]
        records = wanted or records
        return records[number % len(records)]

    def _waiting(self, number):
        """Return a visit that waits for its deposit, as a rule."""
        now = fields.Datetime.now()
        held = [visit for visit in self.visits if visit.state == "held" and visit.expires_at > now]
        return self._one(held or self.visits, number) if number < UNFIT else self._one(self.visits, number)

    # -- the desk -----------------------------------------------------------------------------------------------------

    @initialize(
        count=st.integers(1, 3),
        slot=NUMBER,
        channel=st.sampled_from(("phone", "online")),
        late=st.sampled_from(("credit", "refund")),
    )
    def first(self, count, slot, channel, late):
        self.case.branch.clinic_late_money = late
        for number in range(count):
            self._book(number, slot + 2 * number, True, channel)

    @rule(who=NUMBER, slot=NUMBER, is_laser=st.booleans(), channel=st.sampled_from(("phone", "online", "desk")))
    def book(self, who, slot, is_laser, channel):
        self._book(who, slot, is_laser, channel)

    @rule(who=NUMBER, slot=NUMBER, is_laser=st.booleans(), minutes=st.sampled_from((20, 600)))
    def hold(self, who, slot, is_laser, minutes):
        self._book(who, slot, is_laser, "phone", hold_minutes=minutes)

    def _book(self, who, slot, is_laser, channel, **kwargs):
        start, treatment = self.case.slot(slot), self.case.laser if is_laser else self.case.facial
        is_free = self.case.is_free(start)
        visit = self._do(self.case.booked, who, treatment, start, channel, **kwargs)
        assert visit or not is_free, f"{start} is free, and cannot be booked"
        if visit:
            self.visits.append(visit)

    @having("held")
    @rule(number=NUMBER)
    def ask(self, number):
        self._do(self._waiting(number).action_ask_deposit)

    @having("held")
    @rule(number=NUMBER)
    def confirm(self, number):
        self._do(self._one(self.visits, number, "held").action_confirm)

    @having("held", "booked")
    @rule(number=NUMBER, slot=NUMBER)
    def reschedule(self, number, slot):
        self._do(self._one(self.visits, number, "held", "booked").reschedule, self.case.slot(slot))

    @having(*OPEN_STATES)
    @rule(number=NUMBER)
    def cancel(self, number):
        reason = self.case.env.ref("clinic_visit.cancel_reason_patient")
        self._do(self._one(self.visits, number, *OPEN_STATES).action_cancel, reason)

    @having("booked")
    @rule(number=NUMBER)
    def no_show(self, number):
        visit = self._one(self.visits, number, "booked")
        if visit.state == "booked":
            self.case.wait_until(visit.start + timedelta(minutes=30))
        self._do(visit.action_no_show)

    @having("held")
    @rule(number=NUMBER)
    def take_deposit(self, number):
        self._do(self._waiting(number).take_deposit, self.case.cash.id)

    @having("held")
    @rule(number=NUMBER)
    def waive(self, number):
        visit = self._waiting(number).with_user(self.case.users["manager"])
        self._do(visit.action_waive_deposit, "Comes every month for years")

    @having("booked", "arrived")
    @rule(number=NUMBER)
    def perform(self, number):
        visit = self._one(self.visits, number, "booked", "arrived")
        if visit.state in ("booked", "arrived"):
            self.case.wait_until(visit.start)
        self._do(self.case.perform, visit)

    @having("done")
    @rule(number=NUMBER, share=st.sampled_from((0, 50, 100)), with_credits=st.booleans())
    def checkout(self, number, share, with_credits):
        self._do(self.case.checkout, self._one(self.visits, number, "done"), share, with_credits)

    @having("done")
    @rule(number=NUMBER)
    def pay_rest(self, number):
        self._do(self._one(self.visits, number, "done").action_pay_cash)

    # -- the patient, and who takes the money -------------------------------------------------------------------------

    @having("held")
    @rule(number=NUMBER, words=WORDS, polls=st.integers(0, 2))
    def pay_deposit(self, number, words, polls):
        self._pay_by_link(self._waiting(number), words, polls)

    @having("done")
    @rule(number=NUMBER, words=WORDS, polls=st.integers(0, 2))
    def pay_debt(self, number, words, polls):
        self._pay_by_link(
            self._one([one for one in self.visits if one.amount_due > 0] or self.visits, number), words, polls
        )

    def _pay_by_link(self, visit, words, polls):
        link = self._do(self.case.link, visit)
        if link:
            self.links.append(link)
            if self._begin(link):
                self._notify(self.payments[-1:], words, polls)

    @precondition(lambda self: self.links)
    @rule(number=NUMBER)
    def open_old_link(self, number):
        self._begin(self.links[number % len(self.links)])

    def _begin(self, link):
        if link._state() == "open":
            tx = self._do(self.case.begun, link)
            assert tx, "What the page offers is refused"
            self.payments.append(tx)
            return True
        return False

    @precondition(lambda self: self.payments)
    @rule(number=NUMBER, words=WORDS, polls=st.integers(0, 2))
    def notify(self, number, words, polls):
        self._notify([self._one(self.payments, number, "draft", "pending", "authorized")], words, polls)

    def _notify(self, payments, words, polls):
        """Report what became of these, and let the browser ask for it."""
        for tx in payments:
            for word in words:
                args = ("No",) if word == "error" else ()
                self._do(getattr(tx, f"_set_{word}"), *args)
            for _again in range(polls):
                self._do(tx._post_process)

    @precondition(lambda self: any(tx.payment_id for tx in self.payments))
    @rule(number=NUMBER, percent=st.sampled_from((30, 100)), is_processed=st.booleans())
    def refund(self, number, percent, is_processed):
        entered = [tx for tx in self.payments if tx.payment_id]
        tx = self._do(self.case.refunded, self._one(entered, number), percent)
        if tx and is_processed:
            self._do(tx._post_process)
        elif tx:
            self.payments.append(tx)

    @precondition(lambda self: self.case.unused())
    @rule(who=NUMBER)
    def pay_back_in_cash(self, who):
        self._do(self.case.paid_back, who)

    @rule(who=NUMBER, first=NUMBER, second=NUMBER)
    def pay_one_and_owe_another(self, who, first, second):
        """Somebody who has paid a deposit for one visit owes for another, and the desk tries to pay that with it."""
        ahead = self._do(self.case.booked, who, self.case.laser, self.case.slot(first), "phone")
        now = self._do(self.case.booked, who, self.case.facial, self.case.slot(second), "phone")
        self.visits += [visit for visit in (ahead, now) if visit]
        if not (ahead and now):
            return
        self._do(ahead.take_deposit, self.case.cash.id)
        if now.state != "booked" or ahead.start <= now.start:
            return
        self.case.wait_until(now.start)
        self._do(self.case.perform, now)
        if now.state == "done":
            self._do(self.case.checkout, now, 0, True)
            self._do(self.case.set_off, now, who)

    @having("done")
    @rule(number=NUMBER, which=NUMBER)
    def set_off(self, number, which):
        """The desk adds one of the patient's open credits to an invoice, as on Odoo's own form."""
        self._do(self.case.set_off, self._one(self.visits, number, "done"), which)

    @precondition(lambda self: self.case.refundable())
    @rule(number=NUMBER, percent=st.sampled_from((30, 100)), by_transfer=st.booleans())
    def ask_refund(self, number, percent, by_transfer):
        self._do(self.case.refund_asked, number, percent, by_transfer)

    @precondition(lambda self: self.case.refunds("asked"))
    @rule(number=NUMBER, is_approved=st.sampled_from((True, True, False)))
    def decide_refund(self, number, is_approved):
        self._do(self.case.refund_decided, number, is_approved)

    @precondition(lambda self: self.case.refunds("done", "transfer"))
    @rule(number=NUMBER)
    def transfer(self, number):
        self._do(self.case.transferred, number)

    # -- the clock ----------------------------------------------------------------------------------------------------

    @rule(minutes=st.sampled_from((5, 5, 45, 45, 300, 1440)))
    def wait(self, minutes):
        self.case.wait(minutes)

    @having("held")
    @rule()
    def release_holds(self):
        self._do(self.case.run_job, "clinic_visit.cron_release_expired_holds")
        assert not (beyond := self.case.held_beyond()), f"held beyond its deadline: {beyond}"

    @having("done", of="payments")
    @rule()
    def use_payments(self):
        self._do(self.case.run_job, "clinic_payment.cron_use_payments")
        assert not (left := self.case.not_in_the_books()), f"not in the books: {left}"
