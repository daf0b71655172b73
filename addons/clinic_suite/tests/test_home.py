import json
from datetime import timedelta

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import format_amount, format_date

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.clinic_stock_account.tests.common import StockAccountMixin
from odoo.addons.clinic_visit.tests.common import HomeMixin


@tagged("post_install", "-at_install")
class TestHome(HomeMixin, StockAccountMixin, AccountTestInvoicingCommon, HttpCase):
    """What the other addons add to the manager's home: money, stock, unsigned notes, commissions."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_stock_accounting()
        cls.cash = cls.company_data["default_journal_cash"]
        cls.bank = cls.company_data["default_journal_bank"]

    def _text(self, amount):
        return format_amount(self.env, amount, self.branch.currency_id)

    def _checked_out(self, treatment, days, paid=None, journal=None):
        """Return the invoice of a visit ``days`` from today, of which ``paid`` was taken into ``journal`` then."""
        visit = self._done(treatment, start=self._at(10, days=days))
        with freeze_time(visit.start + timedelta(hours=2)):
            visit.action_checkout()
            invoice = visit.invoice_id
            if paid:
                wizard = self.env["account.payment.register"].with_context(
                    active_model="account.move", active_ids=invoice.ids
                )
                wizard.create({"journal_id": journal.id, "amount": paid})._create_payments()
        return invoice

    def test_yesterdays_takings_by_way_of_paying_and_a_week_before(self):
        with freeze_time(self._at(8, days=1)):
            self.assertEqual(self._tile("takings")["rows"], [])
        self._checked_out(self.facial, 2, 1150, self.bank)
        invoice = self._checked_out(self.laser, 9, 5750, self.bank)
        self._checked_out(self.facial, 9, 1000, self.cash)
        # What is paid back is taken off; what was not posted does not count.
        back = {"payment_type": "outbound", "partner_type": "customer", "partner_id": self.patient.partner_id.id}
        vals = {**back, "amount": 50, "journal_id": self.cash.id, "date": invoice.invoice_date}
        with freeze_time(self._at(13, days=9)):
            payments = self.env["account.payment"].create([vals, vals])
            payments[0].action_post()
        with freeze_time(self._at(8, days=10)):
            tile = self._tile("takings")
            opened = self._opened(tile["opens"])
        found = {row["name"]: (row["value"], row["before"].partition(": ")[2]) for row in tile["rows"]}
        self.assertEqual(
            found,
            {
                self.bank.name: (self._text(5750), self._text(1150)),
                self.cash.name: (self._text(950), self._text(0)),
            },
        )
        self.assertEqual(tile["figure"], self._text(6700))
        self.assertIn(self._text(1150), tile["detail"])
        self.assertEqual(sum(opened.mapped("amount_signed")), 6700)
        [cash] = [row for row in tile["rows"] if row["name"] == self.cash.name]
        self.assertEqual(self._opened(cash["opens"]).mapped("amount_signed"), [-50, 1000])

    def test_debts_are_the_open_invoices_the_oldest_first(self):
        before = self._tile("debts")
        self.assertEqual((before["rows"], before["figure"]), ([], self._text(0)))
        partly = self._checked_out(self.laser, 2, 750, self.bank)
        paid = self._checked_out(self.facial, 3, 1150, self.bank)
        unpaid = self._checked_out(self.facial, 1)
        self.assertEqual(paid.amount_residual, 0)
        tile = self._tile("debts")
        self.assertEqual(tile["figure"], self._text(6150))
        self.assertEqual(tile["detail"], f"2 open invoices, the oldest of {format_date(self.env, unpaid.invoice_date)}")
        self.assertEqual([row["value"] for row in tile["rows"]], [self._text(1150), self._text(5000)])
        self.assertEqual(self._opened(tile["rows"][0]["opens"]), unpaid)
        self.assertEqual(self._opened(tile["opens"]), partly | unpaid)
        self.assertEqual(self._alert("unpaid"), (2, (partly | unpaid).clinic_visit_id.sorted("start", reverse=True)))

    def test_visits_done_and_not_checked_out(self):
        visit = self._done(self.facial)
        self.assertEqual(self._alert("to_check_out"), (1, visit))
        visit.action_checkout()
        self.assertEqual(self._alert("to_check_out")[0], 0)

    def test_alerts_of_the_stock(self):
        count, quants = self._alert("expiring")
        self.assertEqual((count, quants.lot_id), (2, self.lot_expired | self.lot_soon))
        # The first count opens the lot, which came here without a move.
        for quantity in (9, 7):
            self._count(self.cream, quantity, self.lot_cream)
        count, gaps = self._alert("discrepancies")
        self.assertEqual((count, gaps.product_id), (1, self.cream))
        vial = self._open_vial()
        self.assertEqual(self._alert("vials")[0], 0)
        with freeze_time(fields.Datetime.now() + timedelta(hours=25)):
            self.assertEqual(self._alert("vials"), (1, vial))

    def _open_vial(self):
        self._setup_vials()
        procedure = self._treat(self.book(start=self._at(12, days=1), practitioner=self.doctor))
        procedure.consume(self.toxin, 20, lot=self.lot_late)
        return self.env["clinic.open.vial"].search([("lot_id", "=", self.lot_late.id)])

    def _draft_note(self):
        """Return a note on a treatment of tomorrow that its author has not signed."""
        procedure = self._treat(self.book(start=self._at(10, days=1), practitioner=self.doctor))
        notes = self.env["clinic.note"].with_user(self.users["practitioner"])
        return notes.create({"procedure_id": procedure.id, "body": "<p>Forehead reddened</p>"})

    def test_unsigned_notes_are_counted_and_not_shown(self):
        note = self._draft_note()
        self.assertEqual(self._alert("unsigned")[0], 0)
        with freeze_time(self._at(8, days=2)):
            self.assertEqual(self._alert("unsigned"), (1, note.procedure_id))
            self.assertNotIn("reddened", json.dumps(self._load_home(), default=str))
        with self.assertRaises(AccessError):
            note.with_user(self.users["manager"]).read(["body"])
        for role in ("reception", "accountant"):
            procedures = self.env["clinic.procedure"].with_user(self.users[role])
            with self.subTest(role=role), self.assertRaises(AccessError):
                procedures.search([("has_unsigned_note", "=", True)])
        note.with_user(self.users["practitioner"]).action_sign()
        with freeze_time(self._at(8, days=2)):
            self.assertEqual(self._alert("unsigned")[0], 0)

    def _draft_statements(self):
        """Return the statements of the month before and of this month."""
        today = self.branch._clinic_today()
        months = [today.replace(day=1) - relativedelta(months=back) for back in (1, 0)]
        vals = {"practitioner_id": self.doctor.id, "company_id": self.branch.root_id.id}
        return (
            self.env["clinic.commission.statement"]
            ._clinic_writing()
            .create([{**vals, "date_from": month} for month in months])
        )

    def test_commissions_of_a_month_that_is_over_are_approved(self):
        ended, _current = self._draft_statements()
        self.assertEqual(self._alert("commissions"), (1, ended))
        ended.action_approve()
        self.assertEqual(self._alert("commissions")[0], 0)

    def test_it_needs_no_more_queries_for_more_to_tell(self):
        self._draft_note()
        self._draft_statements()
        unpaid = self._checked_out(self.laser, 2)
        self._checked_out(self.facial, 1, 1150, self.bank)
        self._done(self.facial, start=self._at(15, days=1))
        # As the web client asks.
        home = self.env["clinic.home"].with_user(self.users["manager"])
        home = home.with_context(allowed_company_ids=self.branch.ids, lang="en_US", tz="UTC")
        with freeze_time(unpaid.clinic_visit_id.start + timedelta(hours=3)):
            self.assertTrue(home.load()["alerts"])
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            home.load()
        self.assertLessEqual(self.cr.sql_log_count - before, 15)

    def test_all_of_it_for_everybody_else_is_refused(self):
        for role in ("reception", "practitioner", "cosmetologist", "warehouse", "accountant"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.env["clinic.home"].with_user(self.users[role]).load()

    def test_every_button_opens_its_page(self):
        note = self._draft_note()
        for quantity in (9, 7):
            self._count(self.cream, quantity, self.lot_cream)
        vial = self._open_vial().sudo()
        vial.write({"opened_at": fields.Datetime.now() - timedelta(days=2), "discard_after": fields.Datetime.now()})
        self._checked_out(self.laser, 2)
        self._done(self.facial, start=self._at(15, days=1))
        self._open_around_the_clock()
        # Only now: the branch has another zone, in which another month may be over.
        self._draft_statements()
        yesterday = self.branch._clinic_today() - timedelta(days=1)
        self.env["account.payment"].create(
            {
                "partner_type": "customer",
                "partner_id": self.patient.partner_id.id,
                "amount": 50,
                "journal_id": self.cash.id,
                "date": yesterday,
            }
        ).action_post()
        self.cosmetologist.authorization_ids.date_to = yesterday
        self.env["clinic.licence"].create(
            {
                "practitioner_id": self.doctor.id,
                "kind_id": self.env["clinic.licence.kind"].create({"name": "Council"}).id,
                "number": "1",
                "date_to": yesterday,
            }
        )
        self.book(start=self._at(14, days=0))
        # The draft is of a treatment some days ago.
        some_days_ago = note.procedure_id.start - timedelta(days=4)
        self.env.cr.execute(
            "UPDATE clinic_procedure SET start = %s, stop = %s WHERE id = %s",
            [some_days_ago, some_days_ago + timedelta(minutes=30), note.procedure_id.id],
        )
        self.env.invalidate_all()
        keys = {alert["key"] for alert in self._load_home()["alerts"]}
        self.assertLessEqual({"licences", "vials", "discrepancies", "unpaid", "unsigned", "commissions"}, keys)
        self.start_tour("/odoo", "clinic_home", login="test_manager", timeout=180)
