from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import format_date

from odoo.addons.clinic_books.tests.books_check import BooksCheck
from odoo.addons.clinic_document.const import VARIANT

from ..demo import demand
from ..demo.clock import ANALYZE, to_local
from ..demo.consents import SIGNED_TABLES
from ..demo.loader import load
from ..demo.patients import PATIENTS
from ..demo.plan import Planner

# A Friday at 15:07 in the clinic.
NOW = datetime(2026, 11, 20, 10, 7)
# Five weeks in place of three months: a month's end and both deliveries are in them.
PAST_DAYS = 35
DEPOSITS = [("booked", "paid"), ("cancelled", "paid"), ("held", "due")]


@tagged("post_install", "-at_install")
class TestDemoClinic(BooksCheck, TransactionCase):
    """The demo clinic is whole, alive and follows the rules: everything passed through the real methods."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(patch.object(demand, "PAST_DAYS", PAST_DAYS))
        # As while addons are installed: the change log is there at the end.
        cls.env["clinic.change"]._drop_triggers(SIGNED_TABLES)
        load(cls.env, NOW)
        cls.today = to_local(NOW).date()
        cls.branches = cls.env["res.company"].search([("parent_id", "!=", False)])
        cls.opening = NOW - timedelta(days=2 * PAST_DAYS)
        cls.visits = cls.env["clinic.visit"].search([("start", ">", cls.opening)])
        cls.past = cls.visits.filtered(lambda visit: to_local(visit.start).date() < cls.today)
        cls.of_today = cls.visits.filtered(lambda visit: to_local(visit.start).date() == cls.today)
        cls.ahead = cls.visits - cls.past - cls.of_today

    def setUp(self):
        super().setUp()
        # PostgreSQL's autovacuum does not see what the class has loaded, and would let it plan for empty tables.
        self.env.cr.execute(ANALYZE)

    def test_the_clinic(self):
        counts = {
            "res.company": 3,
            "clinic.practitioner": 6,
            "clinic.room": 6,
            "clinic.device": 4,
            # And the child of the one who signs in to the portal.
            "clinic.patient": PATIENTS + 1,
        }
        for model, count in counts.items():
            self.assertEqual(self.env[model].search_count([]), count, model)
        self.assertEqual(self.env["product.template"].search_count([("is_treatment", "=", True)]), 14)
        self.assertEqual(self.env["product.template"].search_count([("clinic_item", "=", True)]), 30)
        for branch in self.branches:
            self.assertEqual(branch.currency_id.name, "PKR")
            self.assertEqual(branch.chart_template, "pk")
            self.assertTrue(branch.treatment_location_id)

    def test_who_treats_opens_the_records_of_the_day(self):
        with freeze_time(NOW):
            for practitioner in self.of_today.procedure_ids.practitioner_id:
                procedures = self.of_today.procedure_ids.filtered(
                    lambda one, who=practitioner: one.practitioner_id == who
                )
                user = practitioner.user_id
                patients = procedures.patient_id.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
                with self.subTest(practitioner=practitioner.name):
                    self.assertEqual(patients._in_care(), patients)

    def test_the_portal_shows_a_patient_and_a_child(self):
        user = self.env["res.users"].search([("login", "=", "patient")])
        with freeze_time(NOW):
            patients = user._clinic_portal_patients()
        self.assertEqual(len(patients), 2)
        talk = self.env["clinic.portal.message"].search([("patient_id", "in", patients.ids)], order="id")
        self.assertEqual(talk.mapped("direction"), ["in", "out", "in"])
        self.assertFalse(talk[-1].read_at)

    def test_patients_are_different_people(self):
        patients = self.env["clinic.patient"].search([])
        self.assertEqual(len(set(patients.mapped("phone_key"))), len(patients))
        self.assertEqual(len(set(patients.mapped("name"))), len(patients))
        with_id = patients.filtered("national_id")
        self.assertEqual(len(set(with_id.mapped("national_id"))), len(with_id))

    def test_today(self):
        """Somebody is treated, two wait, others are done or still to come."""
        states = self.of_today.mapped("state")
        self.assertGreaterEqual(states.count("in_progress"), 1)
        self.assertGreaterEqual(states.count("arrived"), 2)
        self.assertGreaterEqual(states.count("done"), 1)
        self.assertGreaterEqual(states.count("booked"), 1)
        for visit in self.of_today.filtered(lambda visit: visit.state == "booked"):
            self.assertGreater(visit.start, NOW)

    def test_the_tills_are_closed_and_one_was_short(self):
        tills = self.env["clinic.till.closing"].search([])
        self.assertEqual(set(tills.mapped("state")), {"closed"})
        self.assertEqual(tills.company_id, self.branches)
        self.assertEqual([till.difference for till in tills if till.difference], [-500])
        self.assertGreater(sum(tills.mapped("deposit")), 0)
        own = [("type", "=", "cash"), ("company_id", "in", (self.branches | self.branches.root_id).ids)]
        for journal in self.env["account.journal"].search(own):
            journal._clinic_check_countable()

    def test_the_past_is_closed(self):
        states = self.past.mapped("state")
        self.assertLessEqual(set(states), {"done", "cancelled", "no_show"})
        self.assertLess(states.count("done"), len(states))
        self.assertGreater(states.count("done"), len(states) * 0.85)

    def test_two_weeks_ahead(self):
        self.assertEqual(set(self.ahead.mapped("state")) - {"cancelled"}, {"booked", "held"})
        self.assertLessEqual(
            max(to_local(visit.start).date() for visit in self.ahead), self.today + timedelta(days=demand.FUTURE_DAYS)
        )

    def test_a_deposit_is_due_and_one_was_paid(self):
        asked = self.ahead.filtered("deposit_amount")
        self.assertEqual(sorted(zip(asked.mapped("state"), asked.mapped("deposit_state"), strict=True)), DEPOSITS)
        payments = asked.deposit_payment_ids
        self.assertEqual(payments.mapped("clinic_outcome"), ["confirmed", "confirmed"])
        self.assertEqual(payments.payment_transaction_id.mapped("state"), ["done", "done"])
        self.assertTrue(all(payments.payment_transaction_id.mapped("clinic_ip")))
        [refund] = payments.clinic_refund_ids
        self.assertEqual((refund.state, refund.amount), ("asked", refund.advance_id.amount))

    def test_a_deposit_was_kept(self):
        [visit] = self.visits.filtered(lambda visit: visit.fee_state == "paid")
        self.assertEqual((visit.state, visit.fee_cause, visit.amount_due), ("no_show", "no_show", 0))
        self.assertEqual(visit.fee_invoice_id.amount_total, visit.deposit_paid)

    def test_the_money_agrees(self):
        for branch in self.branches | self.branches.root_id:
            agreement = self.env["clinic.agreement"]._agree(branch)
            named = agreement.difference_ids.mapped(lambda line: (line.cause, line.document, line.difference))
            self.assertIn(agreement.state, ("ok", "explained"), named)

    def test_both_branches_are_booked_online(self):
        online = self.env["clinic.online"]
        self.assertEqual(online._branches(), self.branches)
        for branch in self.branches:
            here = online._at(branch)
            groups = here._prepare_groups(branch)
            self.assertGreater(sum(len(treatments) for _name, treatments in groups), 3)
            with freeze_time(NOW):
                treatment = here.env["product.template"].browse(groups[0][1][0]["id"])
                self.assertTrue(here._prepare_times(branch, treatment, None)["parts"])

    def test_open_all_week(self):
        self.assertEqual({to_local(visit.start).weekday() for visit in self.visits}, set(range(7)))

    def test_visits_lived_at_their_time(self):
        for visit in self.past.filtered(lambda visit: visit.state == "done"):
            self.assertLess(visit.create_date, visit.start)
            self.assertLessEqual(visit.arrived_at, visit.started_at)
            self.assertLess(visit.started_at, visit.done_at)
            self.assertEqual(to_local(visit.done_at).date(), to_local(visit.start).date())

    def test_invoices_are_of_the_day(self):
        done = self.past.filtered(lambda visit: visit.state == "done")
        # A session of a package pays for some: those have no invoice.
        covered = done.filtered(lambda visit: not visit.invoice_id)
        self.assertTrue(all(covered.procedure_ids.mapped("session_use_id")))
        done -= covered
        for visit in done:
            self.assertEqual(visit.invoice_id.state, "posted")
            self.assertEqual(visit.invoice_id.invoice_date, to_local(visit.done_at).date())
            self.assertEqual(visit.invoice_id.company_id, visit.company_id)
        states = done.invoice_id.mapped("payment_state")
        self.assertGreater(states.count("paid"), len(states) * 0.8)
        self.assertTrue(any(invoice.amount_residual for invoice in done.invoice_id))

    def test_papers_are_filed_and_one_is_on_the_portal(self):
        documents = self.env["clinic.document"].search([])
        self.assertGreaterEqual({kind.name for kind in documents.kind_id}, {"Laboratory Result", "Identity Document"})
        self.assertEqual(len(documents.filtered("is_shared")), 1)
        for document in documents:
            self.assertTrue(self.env["clinic.vault.file"]._open(document.uuid, VARIANT))

    def test_patients_are_to_be_called_and_some_were(self):
        recalls = self.env["clinic.recall"].search([])
        due = recalls.filtered(lambda recall: recall.state == "open" and recall.next_on <= self.today)
        # After five weeks few are due again.
        self.assertGreater(len(due.patient_id), 2)
        self.assertGreater(len(recalls.filtered("tried_at")), 3)
        self.assertTrue(recalls.filtered("booked_at"))
        self.assertGreater(len(set(recalls.mapped("cause"))), 1)
        self.assertFalse(recalls.caller_id, "no call is left open")

    def test_consents_are_signed_missing_and_withdrawn(self):
        consents = self.env["clinic.consent"].search([])
        self.assertGreater(len(consents.filtered(lambda consent: consent.kind == "signed")), 3)
        self.assertEqual(len(consents.filtered(lambda consent: consent.kind == "withdrawal")), 1)
        self.assertTrue(self.ahead.filtered("has_consents_due"))
        self.assertFalse(consents._flaws())
        self.assertFalse(consents._flaws_of_log())

    def test_patients_have_said_how_it_was_and_two_are_to_be_called(self):
        answers = self.env["clinic.feedback"].search([])
        self.assertGreater(len(answers), 15)
        self.assertEqual(set(answers.mapped("segment")), {"detractor", "passive", "promoter"})
        self.assertTrue(all(answer.visit_id.state == "done" for answer in answers))
        self.assertFalse(any(answers.mapped("is_trial")))
        tasks = self.env["clinic.feedback.task"].search([])
        self.assertEqual(tasks.mapped("state").count("open"), 2)
        self.assertEqual(set(tasks.activity_ids.user_id.mapped("login")), {"manager"})

    def test_an_intake_waits_for_a_review_and_one_is_due(self):
        intakes = self.env["clinic.intake"].search([])
        waiting = intakes.filtered(lambda intake: intake.standing == "open")
        self.assertEqual(len(waiting), 1)
        self.assertGreaterEqual(len(waiting.proposal_ids), 2)
        self.assertTrue(self.ahead.filtered(lambda visit: visit._intakes_due()))
        self.assertFalse(intakes._flaws())

    def test_two_patients_have_reported_problems_after_one_lot(self):
        reports = self.env["clinic.signal"].search([])
        self.assertEqual(len(reports.patient_id), 2)
        alert = self.env["clinic.lot.alert"].search([])
        self.assertEqual((alert.state, alert.signal_ids), ("open", reports))
        self.assertEqual(alert.activity_ids.user_id.login, "practitioner")
        asked = self.env["clinic.recall"].search([("cause", "=", "asked"), ("state", "=", "open")])
        self.assertEqual(asked.patient_id, reports.filtered("wants_call").patient_id)

    def test_calls_of_the_last_weeks_are_counted(self):
        calls = self.env["clinic.call"].search([])
        self.assertGreater(len(calls), 30)
        booked = calls.filtered(lambda call: call.outcome == "booked")
        self.assertEqual(booked, calls.filtered("visit_id"))
        self.assertTrue(calls.filtered(lambda call: not call.patient_id))

    def test_what_was_performed_is_recorded_and_signed(self):
        done = self.env["clinic.procedure"].search([("state", "=", "done"), ("protocol_id", "!=", False)])
        self.assertTrue(done)
        for procedure in done:
            self.assertFalse(procedure._missing_record())
            self.assertEqual(procedure.note_ids.mapped("state"), ["signed"])
            self.assertEqual(procedure.note_ids.author_id, procedure.practitioner_id.user_id)
            self.assertLessEqual(procedure.note_ids.signed_at, procedure.done_at)

    def test_stock_is_never_below_zero(self):
        domain = [("location_id.usage", "=", "internal"), ("quantity", "<", 0)]
        self.assertFalse(self.env["stock.quant"].search(domain))

    def test_consumption_left_the_stock_at_its_time(self):
        consumptions = self.env["clinic.consumption"].search([("date", ">", self.opening)])
        self.assertTrue(consumptions)
        for consumption in consumptions:
            self.assertEqual(consumption.move_id.state, "done")
            self.assertEqual(consumption.move_id.date, consumption.date)

    def test_lots_expire_soon_and_one_has(self):
        domain = [("location_id.usage", "=", "internal"), ("quantity", ">", 0), ("lot_id", "!=", False)]
        lots = self.env["stock.quant"].search(domain).lot_id
        self.assertEqual(len(lots.filtered(lambda lot: lot.expiration_date < NOW)), 1)
        for days in (30, 90):
            soon = lots.filtered(lambda lot, days=days: NOW < lot.expiration_date < NOW + timedelta(days=days))
            self.assertTrue(soon, days)

    def test_items_are_there_for_the_visits_ahead(self):
        for branch in self.branches:
            for item in self.env["product.product"].search([("clinic_item", "=", True)]):
                here = item.with_company(branch).with_context(location=branch.treatment_location_id.id)
                self.assertGreater(here.qty_available, 0, item.name)

    def test_commissions(self):
        entries = self.env["clinic.commission.entry"].search([])
        self.assertEqual(entries.move_id, self.visits.invoice_id)
        self.assertEqual(len(entries.rule_id), 5)
        self.assertEqual(set(entries.mapped("role")), {"performer", "assistant"})
        self.assertIn("limit", entries.mapped("kind"))
        for entry in entries.filtered(lambda entry: entry.rule_id.kind == "flat"):
            self.assertEqual(entry.amount, entry.rule_id.amount)

    def test_statements_of_the_months_before(self):
        statements = self.env["clinic.commission.statement"].search([])
        this_month = self.today.replace(day=1)
        last_month = (this_month - timedelta(days=1)).replace(day=1)
        of_last_month = statements.filtered(lambda statement: statement.date_from == last_month)
        self.assertTrue(of_last_month)
        self.assertEqual(set(of_last_month.mapped("state")), {"draft"})
        for entry in self.env["clinic.commission.entry"].search([]):
            self.assertEqual(bool(entry.statement_id), entry.date < this_month)

    @freeze_time(NOW)
    def test_what_was_spent_leaves_a_modest_profit(self):
        """Every report of the books equals what the tables hold, for each branch and for all."""
        everything = self.branches | self.branches.parent_id
        first = to_local(self.opening).date()
        profit = self._profit_sql(everything, first, self.today)
        self.assertGreater(profit, 0)
        bills = self.env["account.move"].search([("clinic_expense_category_id", "!=", False)])
        posted = bills.filtered(lambda bill: bill.state == "posted")
        self.assertGreater(len(posted.clinic_expense_category_id), 5)
        self.assertTrue(posted.filtered("campaign_id"))
        self.assertTrue((bills - posted).filtered(lambda bill: bill.auto_post == "monthly"))
        for company, meant in [(branch, branch) for branch in self.branches] + [(self.branches.parent_id, everything)]:
            with self.subTest(company=company.name):
                self._assert_trial_balance(company, everything, meant, first, self.today)
                found = self._vat_report(company, everything, first, self.today)
                self.assertEqual(found, self._vat_sql(meant, first, self.today))
                for kind in ("receivable", "payable"):
                    found = self._aged(company, everything, self.today, kind)
                    self.assertEqual(found, self._aged_sql(meant, self.today, kind))
                found = self._cash_flow(meant, first, self.today)
                self.assertEqual(found, self._cash_flow_sql(meant, first, self.today))
        self._check_profit_by_branch(everything)

    def _check_profit_by_branch(self, everything):
        """This month's and last month's profit of each branch and of all are the sums of their entries."""
        found = self._profit_report(everything, "branch", self.today)
        this_month = self.today.replace(day=1)
        for first in (this_month, (this_month - timedelta(days=1)).replace(day=1)):
            last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            month = format_date(self.env, first, date_format="LLLL yyyy")
            for company in self.branches:
                self.assertEqual(found[company.name, month], self._profit_sql(company, first, last))
            self.assertEqual(found["All", month], self._profit_sql(everything, first, last))

    def test_everybody_can_log_in(self):
        groups = self.env["res.groups"].search([("privilege_id", "=", self.env.ref("clinic.privilege_clinic").id)])
        for role in ("reception", "practitioner", "cosmetologist", "warehouse", "accountant", "manager", "patient"):
            user = self.env["res.users"].search([("login", "=", role)])
            credential = {"type": "password", "login": role, "password": role}
            user.with_user(user)._check_credentials(credential, {"interactive": False})
            expected = self.env.ref(f"clinic.group_{role}", raise_if_not_found=False) or groups.browse()
            self.assertEqual(user.group_ids & groups, expected)

    def test_practitioners_and_patient_have_their_users(self):
        practitioners = self.env["clinic.practitioner"].search([])
        logins = {"practitioner", "cosmetologist", "bilal", "hina", "sana", "farah"}
        self.assertEqual(set(practitioners.user_id.mapped("login")), logins)
        partner = self.env["res.users"].search([("login", "=", "patient")]).partner_id
        patient = self.env["clinic.patient"].search([("partner_id", "=", partner.id)])
        self.assertTrue(patient.visit_ids & (self.past | self.of_today))

    def test_the_same_day_gives_the_same_clinic(self):
        patients = self.env["clinic.patient"].search([], order="id")
        planned = [Planner(self.env, self.branches.sorted("id"), patients, NOW).wishes() for _time in range(2)]
        first, second = ([(wish.patient, wish.start, wish.booked_at) for wish in wishes] for wishes in planned)
        self.assertEqual(first, second)

    def test_one_patient_of_today_has_a_long_history(self):
        before = self.env["clinic.visit"].search([("start", "<", self.opening)])
        self.assertEqual((len(before), len(before.patient_id)), (40, 1))
        self.assertTrue(before.patient_id.visit_ids & self.of_today)
        self.assertGreaterEqual(len(before.patient_id.problem_ids), 3)
        self.assertTrue(all(procedure.signed_note_ids for procedure in before.procedure_ids))

    def test_refused_in_a_clinic_that_is_in_use(self):
        with self.assertRaisesRegex(UserError, "patients already"):
            load(self.env, NOW)

    def test_the_schedule(self):
        """Somebody lunches today, a device is maintained, patients wait, and use is counted."""
        reasons = self.env["clinic.block"].search([]).mapped("name")
        self.assertIn("Lunch", reasons)
        self.assertEqual(reasons.count("Maintenance"), 1)
        # The time of the visit that the clinic has cancelled is offered to one of them.
        self.assertEqual(set(self.env["clinic.waitlist"].search([]).mapped("state")), {"waiting", "offered"})
        counted = self.env["clinic.utilisation"].search([("day", "=", self.today), ("minutes_reserved", ">", 0)])
        self.assertEqual(set(counted.mapped("kind")), {"practitioner", "room", "device"})

    @freeze_time(NOW)
    def test_every_unit_is_explained(self):
        """In the whole time of the clinic no gap is found, and what came from the paper record is explained."""
        gaps = self.env["clinic.discrepancy"].with_context(allowed_company_ids=self.env["res.company"].search([]).ids)
        self.assertGreater(len(self.visits.consumption_ids), 100)
        self.assertFalse(gaps.search([("date", ">", self.opening)]))
        self.assertTrue(gaps.search([], limit=1))
        self.assertFalse(gaps.search([("explained", "=", False)]))

    @freeze_time(NOW)
    def test_vials_are_opened_drawn_from_and_discarded(self):
        vials = self.env["clinic.open.vial"].search([])
        self.assertLessEqual({"discarded", "open"}, set(vials.mapped("state")))
        # What runs out of time during the day is discarded in the evening.
        for vial in vials.filtered("is_over"):
            self.assertEqual(to_local(vial.discard_after).date(), self.today)
        wasted = self.env["clinic.wastage"].search([])
        self.assertTrue(all(line.reason_id and line.value > 0 for line in wasted))
        self.assertTrue(self.env["stock.warehouse.orderpoint"].search_count([("clinic_told_at", "!=", False)]))
