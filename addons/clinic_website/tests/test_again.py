from datetime import timedelta

from freezegun import freeze_time

from odoo.tests import HttpCase, tagged

from .common import OnlineCommon

SARA = {"name": "Sara New", "phone": "0301 7654321", "email": "sara@example.com", "again": True}


@tagged("post_install", "-at_install")
class TestAgain(OnlineCommon, HttpCase):
    """Who leaves at the payment is offered another time: once, and only where they have said so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch.clinic_online_again = True
        cls.kind = cls.env.ref("clinic_website.kind_again")
        cls.messages = cls.env["clinic.message"]

    def _leave(self, contact=SARA, hour=10, visitor="one", treatments=None):
        """Book with a deposit and do not pay; return the visit and the moment at which something may be due."""
        hold = self._keep(self._at(hour), visitor, f"10.0.0.{hour}", treatments or self.laser, self.doctor)
        visit = hold._book(contact)
        over = visit.expires_at
        self._expire(visit)
        self.assertEqual(visit.state, "cancelled")
        return visit, over + timedelta(hours=self.kind.hours, minutes=5)

    def _written(self, moment, visit):
        with freeze_time(moment), self.enter_registry_test_mode():
            self.env.ref("clinic_message.cron_queue").method_direct_trigger()
        self.env.invalidate_all()
        return self.messages.search([("kind_id", "=", self.kind.id), ("visit_id", "=", visit.id)])

    def test_once_and_not_too_early(self):
        visit, moment = self._leave()
        self.assertTrue(visit.online_again)
        self.assertFalse(self._written(moment - timedelta(hours=1), visit))
        message = self._written(moment, visit)
        self.assertEqual((len(message), message.address), (1, "sara@example.com"))
        self.assertIn(f"/book/{self.branch.id}/who?t={self.laser.id}", message._links()["again"])
        self.assertNotIn("Laser", f"{message.subject}{message.body}")
        self.assertEqual(self._written(moment + timedelta(hours=5), visit), message)

    def test_nobody_is_written_to_who_has_not_said_so(self):
        visit, moment = self._leave({**SARA, "again": False})
        self.assertFalse(self._written(moment, visit))

    def test_nor_where_the_branch_does_not(self):
        visit, moment = self._leave()
        self.branch.clinic_online_again = False
        self.assertFalse(self._written(moment, visit))
        other, moment = self._leave({**SARA, "email": "b@example.com", "phone": "0301 1111111"}, 14, "two")
        self.assertFalse(other.online_again)

    def test_nor_who_has_booked_meanwhile(self):
        visit, moment = self._leave()
        # By another patient, as nobody knows who it is; of the same email.
        self._keep(self._at(15), "two", "10.0.1.1")._book({**SARA, "phone": "0301 2222222"})
        self.assertFalse(self._written(moment, visit))

    def test_once_within_a_month(self):
        first, moment = self._leave()
        self.assertTrue(self._written(moment, first))
        second, moment = self._leave(hour=15, visitor="two")
        self.assertFalse(self._written(moment, second), "the same phone and email")

    def test_the_tick_is_shown_where_something_is_to_be_paid(self):
        for hour, treatment, is_shown in ((10, self.laser, True), (14, self.facial, False)):
            page = self._choose(self._at(hour), treatment)
            self.assertEqual('id="again"' in page.text, is_shown)
            self.assertNotIn("checked", page.text.partition('id="again"')[2][:200])
        self._choose(self._at(10), self.laser)
        self.branch.clinic_online_again = False
        self.env.flush_all()
        self.assertNotIn('id="again"', self._get(self._path("details")).text)
