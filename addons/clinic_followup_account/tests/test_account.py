from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.clinic_account.tests.common import AccountCommon
from odoo.addons.clinic_followup.tests.common import FollowupMixin


@tagged("post_install", "-at_install")
class TestAccount(FollowupMixin, AccountCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_followup()

    def test_an_overdue_payment_is_called_about_until_it_is_paid(self):
        rule = self._rule("instalment", days=7)
        moments = {days: self._at(11, days=days) for days in (7, 8)}
        visit = self._done(start=self._at(10, days=1))
        with freeze_time(visit.start):
            visit.action_checkout()
        with freeze_time(moments[7]):
            self._look(rule)
            self.assertEqual(self._of(), {})
        with freeze_time(moments[8]):
            self._look(rule)
            self.assertEqual(self._of(), {"instalment": "open"})
            self._pay(visit.invoice_id)
            call = self._list().open_call(self.patient.id)
            self.assertEqual((call["recalls"], self._of()), ([], {"instalment": "settled"}))

    def test_the_manager_sees_what_the_calls_brought(self):
        self._rule("effect", days=10, treatment_ids=self.facial.ids)
        self._treated(20)
        self._look()
        due = self._list()
        call = due.open_call(self.patient.id)
        time = call["times"][0]
        booked = due.book(self.patient.id, self.facial.id, time["start"], time["practitioner_id"])
        visit = self.env["clinic.visit"].browse(booked["visit_id"])
        with freeze_time(visit.start):
            visit.action_arrive()
            visit.action_start()
            visit.action_done()
            visit.action_checkout()
        home = self.env["clinic.home"].with_user(self.users["manager"])
        home = home.with_context(allowed_company_ids=self.branch.ids).load()
        [tile] = [tile for tile in home["tiles"] if tile["key"] == "followup"]
        [revenue] = [row for row in tile["rows"] if row["key"] == "revenue"]
        self.assertIn("1,000.00", revenue["value"])
