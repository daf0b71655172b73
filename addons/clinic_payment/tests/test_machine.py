import logging
import os
from collections import Counter
from datetime import timedelta

from freezegun import freeze_time
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from odoo import Command, fields
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import PaymentCommon
from .faults import faults

# CLINIC_STORIES=500 tells so many of them, CLINIC_STORY_STEPS=80 longer ones.
STORIES = int(os.environ.get("CLINIC_STORIES") or 12)
STEPS = int(os.environ.get("CLINIC_STORY_STEPS") or 40)
# Days ahead and hours; some of these times overlap.
SLOTS = ((2, 10, 0), (2, 10, 30), (2, 14, 0), (3, 10, 0), (3, 16, 0), (5, 12, 0))
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

    @initialize(count=st.integers(1, 3), slot=NUMBER, channel=st.sampled_from(("phone", "online")))
    def first(self, count, slot, channel):
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


class Errors(logging.Handler):
    """Keeps what the addon logs as an error: it goes on after one, and nobody would see it."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.texts = []

    def emit(self, record):
        self.texts.append(self.format(record))


@tagged("post_install", "-at_install")
class TestMachine(PaymentCommon):
    """Whatever happens in whatever order: books, times and states agree, by SQL after each step."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch.clinic_debt_reception = 1_000_000
        people = cls.env["clinic.patient"].create([{"name": "Patient B"}, {"name": "Patient C"}])
        cls.patients = [cls.patient, *people]
        for user in cls.users.values():
            user.company_ids = [Command.set(cls.branch.ids)]
        cls.desk = cls.env(user=cls.users["reception"].id, su=False)
        cls.desk = cls.desk(context={"allowed_company_ids": cls.branch.ids})

    def setUp(self):
        super().setUp()
        self.told = Counter()
        self.errors = Errors()
        logger = logging.getLogger("odoo.addons.clinic_payment")
        logger.addHandler(self.errors)
        self.addCleanup(logger.removeHandler, self.errors)

    def test_any_order(self):
        machine = type("AnyOrder", (Story,), {"case": self})
        given = settings(
            max_examples=STORIES,
            stateful_step_count=STEPS,
            derandomize=True,
            deadline=None,
            database=None,
            # A shorter story costs minutes to find, and is seldom needed: each step is told by its name.
            phases=(Phase.explicit, Phase.generate),
            suppress_health_check=list(HealthCheck),
        )
        with mute_logger("odoo.sql_db"):
            run_state_machine_as_test(machine, settings=given)
        print(f"\n{STORIES} stories of {STEPS} steps: {dict(sorted(self.told.items()))}")

    # -- a story ------------------------------------------------------------------------------------------------------

    def begin(self):
        """Begin on the morning before the first time that can be booked, with nothing booked."""
        self.savepoint = self.env.cr.savepoint()
        self.freezer = freeze_time(self._at(9, days=1))
        self.clock = self.freezer.start()

    def end(self):
        """Forget all of it."""
        self.freezer.stop()
        self.savepoint.close(rollback=True)
        self.env.registry.clear_cache()
        self.env.invalidate_all()

    def found(self):
        """Return what is wrong now."""
        self.env.flush_all()

        def ask(query):
            self.env.cr.execute(query)
            return self.env.cr.fetchall()

        return [*faults(ask), *self.errors.texts]

    # -- steps --------------------------------------------------------------------------------------------------------

    def wait(self, minutes):
        self.clock.move_to(fields.Datetime.now() + timedelta(minutes=minutes))

    def wait_until(self, moment):
        self.clock.move_to(max(moment, fields.Datetime.now()))

    def slot(self, number):
        """Return a time on one of the next days."""
        days, hour, minute = SLOTS[number % len(SLOTS)]
        return self._at(hour, minute, days=days)

    def is_free(self, start):
        """Return whether nobody is expected around ``start``, by the visits alone."""
        query = SQL(
            """
            SELECT FROM clinic_visit
             WHERE start < %s AND stop > %s
               AND (state IN ('booked', 'arrived', 'in_progress', 'done') OR (state = 'held' AND expires_at > %s))
            """,
            start + timedelta(minutes=60),
            start - timedelta(minutes=15),
            fields.Datetime.now(),
        )
        return not self.env.execute_query(query)

    def booked(self, who, treatment, start, channel, **kwargs):
        visits = self.desk["clinic.visit"].with_context(clinic_deposit_channel=channel)
        patient = self.patients[who % len(self.patients)]
        return visits.book(patient.id, treatment.ids, str(start), self.doctor.id, **kwargs).with_env(self.desk)

    def perform(self, visit):
        if visit.state == "booked":
            visit.action_arrive()
        for procedure in visit.sudo().procedure_ids:
            procedure.action_start()
            procedure.action_done()

    def checkout(self, visit, share, with_credits):
        """Check ``visit`` out on the desk's screen, pay a share of it and leave the rest as a debt."""
        screens = self.desk["clinic.checkout"]
        screen = screens.load(visit.id)
        credits = screen["credits"][:1] if with_credits else []
        left = max(screen["due"] - sum(credit["amount"] for credit in credits), 0)
        parts = [self._part(self.cash, left * share / 100)] if left * share else []
        screens.pay(visit.id, screen["due"], parts, [credit["id"] for credit in credits])

    def link(self, visit):
        """Copy the link of ``visit`` from the desk's dialog and open it, as the patient does."""
        address = self.desk["clinic.payment.ask"].create({"visit_id": visit.id}).address
        return self.env["clinic.payment.link"]._find(address.rpartition("/")[2])

    def begun(self, link):
        """Press Pay on the page of ``link``, which offers it."""
        values = {"clinic_link_id": link.id, "partner_id": link.patient_id.partner_id.id}
        if link.invoice_id:
            values.update(clinic_visit_id=False, invoice_ids=[Command.set(link.invoice_id.ids)])
        return self._transaction(link.visit_id, link.amount, **values)

    def refunded(self, tx, percent):
        """Let the provider pay back a part of ``tx``, at most what is left of it; return the refund."""
        back = -sum(child.amount for child in tx.child_transaction_ids if child.state == "done")
        amount = min(round(tx.amount * percent / 100, 2), tx.amount - back)
        if tx.operation == "refund" or not tx.payment_id or amount <= 0:
            raise UserError("There is nothing left to refund.")
        refund = tx._refund(amount)
        refund._set_done()
        return refund

    def unused(self):
        """Return the payments that no visit to come will use, as the accountant sees them."""
        accountant = self.env(user=self.users["accountant"].id, context={"allowed_company_ids": self.branch.ids})
        return accountant["account.payment"].search([("clinic_without_visit", "=", True)], order="id")

    def paid_back(self, who):
        """Let the accountant pay back in cash what is open of a payment, and set it against that payment."""
        unused = self.unused()
        paid = unused[who % len(unused)]
        back = paid.create(
            {
                "payment_type": "outbound",
                "partner_type": "customer",
                "partner_id": paid.partner_id.id,
                "amount": paid.clinic_open_amount,
                "journal_id": self.company_data["default_journal_cash"].id,
            }
        )
        back.action_post()
        lines = (paid | back).move_id.line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable" and not line.reconciled).reconcile()

    def run_job(self, xmlid):
        with self.enter_registry_test_mode():
            self.env.ref(xmlid).method_direct_trigger()
        self.env.invalidate_all()

    # -- what must hold -----------------------------------------------------------------------------------------------

    def held_beyond(self):
        query = "SELECT id, expires_at FROM clinic_visit WHERE state = 'held' AND expires_at <= %s"
        return self.env.execute_query(SQL(query, fields.Datetime.now()))

    def not_in_the_books(self):
        return self.env.execute_query(
            SQL(
                "SELECT id FROM payment_transaction WHERE state = 'done' AND clinic_link_id IS NOT NULL"
                " AND payment_id IS NULL"
            )
        )
