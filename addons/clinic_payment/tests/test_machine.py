import logging
import os
from collections import Counter
from datetime import timedelta

from freezegun import freeze_time
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import PaymentCommon
from .faults import faults
from .story import Story

_logger = logging.getLogger(__name__)

# CLINIC_STORIES=500 tells so many of them, CLINIC_STORY_STEPS=80 longer ones.
STORIES = int(os.environ.get("CLINIC_STORIES") or 25)
STEPS = int(os.environ.get("CLINIC_STORY_STEPS") or 40)
# Days ahead and hours; some of these times overlap.
SLOTS = ((2, 10, 0), (2, 10, 30), (2, 14, 0), (3, 10, 0), (3, 16, 0), (5, 12, 0))


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
        _logger.info("%s stories of %s steps: %s", STORIES, STEPS, dict(sorted(self.told.items())))

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
            raise UserError(self.env._("There is nothing left to refund."))
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

    def set_off(self, visit, which):
        """Let the desk set one of the patient's open payments against the invoice of ``visit``."""
        invoice = visit.sudo().invoice_id
        partner = visit.sudo().patient_id.partner_id
        mine = [("partner_id", "=", partner.id), ("payment_type", "=", "inbound"), ("is_reconciled", "=", False)]
        lines = (
            self.env["account.payment"]
            .sudo()
            .search(mine, order="id")
            .move_id.line_ids.filtered(
                lambda line: line.account_type == "asset_receivable" and line.amount_residual < 0
            )
        )
        if not invoice or invoice.state != "posted" or invoice.amount_residual <= 0 or not lines:
            raise UserError(self.env._("There is nothing to set off."))
        invoice.with_env(self.desk).js_assign_outstanding_line(lines[which % len(lines)].id)

    # -- refunds that are asked for -----------------------------------------------------------------------------------

    def refundable(self):
        """Return the payments of which the desk can ask something back."""
        payments = self.env["account.payment"].sudo().search([("payment_type", "=", "inbound")], order="id")
        return payments.filtered("clinic_refundable")

    def refunds(self, state, money=None):
        found = (
            self.env["clinic.refund"].sudo().search([("state", "=", state), ("advance_id", "!=", False)], order="id")
        )
        return found.filtered(lambda refund: not money or refund.money_state == money)

    def refund_asked(self, number, percent, by_transfer):
        payments = self.refundable()
        payment = payments[number % len(payments)]
        amount = round(payment.clinic_refundable * percent / 100, 2)
        asks = self.desk["clinic.payment.refund"]
        ask = asks.create(
            {"payment_id": payment.id, "amount": amount, "by_transfer": by_transfer, "account_number": "0300 1234567"}
        )
        ask.action_ask()

    def refund_decided(self, number, is_approved):
        asked = self.refunds("asked")
        refund = asked[number % len(asked)].with_user(self.users["manager"])
        if is_approved:
            refund.action_approve()
        else:
            refund.action_refuse("They come again next month")

    def transferred(self, number):
        waiting = self.refunds("done", "transfer")
        payment = waiting[number % len(waiting)].advance_id
        accountant = self.env(user=self.users["accountant"].id, context={"allowed_company_ids": self.branch.ids})
        accountant["clinic.payment.transfer"].create({"payment_id": payment.id}).action_transfer()

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
