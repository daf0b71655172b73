from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import TillCommon, WordsMixin

LAST = 'FROM "clinic_till_closing"'


@tagged("post_install", "-at_install")
class TestDays(WordsMixin, TillCommon, HttpCase):
    def test_the_first_count_goes_on_after_midnight(self):
        """Begun in the evening with a float and closed after midnight: what came in between is expected."""
        till = self._till(350, float_first=100)
        self._take(250, date=self.branch._clinic_today() - timedelta(days=1))
        self.assertEqual(till.expected, 100)
        # The database's clock stands for no test.
        self.cr.execute(
            "UPDATE clinic_till_closing SET create_date = create_date - interval '1 day' WHERE id = %s", [till.id]
        )
        till.invalidate_recordset()
        self.assertEqual((till.expected, till.difference), (350, 0))
        till.action_close()
        self.assertEqual(self._till().expected, 350)

    def test_cash_is_of_the_branch_s_day_and_not_of_the_user_s(self):
        """26 hours lie between the two, so that the user's day is always a later one."""
        self.calendar.tz = "Etc/GMT+12"
        self.env.registry.clear_cache()
        self.addCleanup(self.env.registry.clear_cache)
        self.users["reception"].tz = self.users["accountant"].tz = "Pacific/Kiritimati"
        today = self.branch._clinic_today()
        tomorrow = fields.Date.context_today(self.tills)
        self.assertLess(today, tomorrow)
        vals = {
            "amount": 10,
            "journal_id": self.cash.id,
            "partner_id": self.patient.partner_id.id,
            "payment_type": "inbound",
            "date": str(tomorrow),
        }
        words = f"it is {today}: cash is entered on the day it is paid"
        for login in ("reception", "accountant"):
            [payment] = self.assert_done(login, "account.payment", "create", [vals])
            self.assert_words(words, login, "account.payment", "action_post", [payment])
            self.assert_done(login, "account.payment", "write", [payment], {"date": str(today)})
            self.assert_done(login, "account.payment", "action_post", [payment])
        self.assertEqual(self._till().expected, 20)
        move = self._enter(self.cash.profit_account_id, 5, post=False, date=tomorrow)
        self.assert_words(words, "accountant", "account.move", "action_post", move.ids)

    def test_cash_of_a_later_day_holds_the_closing_back(self):
        """As it may be there from before, or since the branch's zone was corrected."""
        with freeze_time(fields.Datetime.now() + timedelta(days=1)):
            self._take(100)
        till = self._till(100)
        self.assert_words(
            "have a later date than today: Ayesha", "reception", "clinic.till.closing", "action_close", till.ids
        )

    def test_many_payments_ask_once_for_the_last_closing(self):
        self._close(0)
        asked = [self._asked(count) for count in (1, 12)]
        self.assertEqual(asked[0], asked[1])

    def _asked(self, count):
        """Return how often the last closing was searched for to make and post ``count`` payments."""
        vals = {
            "amount": 10,
            "journal_id": self.cash.id,
            "partner_id": self.patient.partner_id.id,
            "payment_type": "inbound",
            "date": self.branch._clinic_today(),
        }
        with self.assertLogs("odoo.sql_db", level="DEBUG") as log:
            payments = self.env["account.payment"].create([dict(vals) for _number in range(count)])
            payments.action_post()
            self.env.flush_all()
        self.assertEqual(set(payments.mapped("state")), {"paid"})
        return sum(LAST in line and "ORDER BY" in line for line in log.output)

    def test_the_last_closing_is_found_by_an_index(self):
        self.env.flush_all()
        self.cr.execute(
            "SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off"
        )
        self.cr.execute(
            "EXPLAIN SELECT id FROM clinic_till_closing"
            " WHERE journal_id = %s AND company_id = %s AND state != 'counting'"
            " ORDER BY closed_at DESC, id DESC LIMIT 1",
            [self.cash.id, self.branch.id],
        )
        self.assertIn("clinic_till_closing_last_idx", str(self.cr.fetchall()))
