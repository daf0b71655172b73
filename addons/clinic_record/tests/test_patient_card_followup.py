from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .protocol_common import ProtocolCommon


@tagged("post_install", "-at_install")
class TestPatientCardFollowup(ProtocolCommon):
    def setUp(self):
        super().setUp()
        # The access log writes with a cursor of its own, which sees this test's data only so.
        self.registry_enter_test_mode()

    def test_the_next_step_is_the_followup_that_comes_due(self):
        procedure = self.start()
        self.assertFalse(self._followups())
        self.record_all(procedure)
        self.sign_note(procedure)
        procedure.action_done()
        [followup] = self._followups()
        day = self.branch._clinic_local(procedure.start).date()
        self.assertEqual((followup["name"], followup["treatment"], followup["overdue"]), ("Control", "Facial", False))
        self.assertEqual(followup["due"], fields.Date.to_string(day + timedelta(days=90)))

    def test_a_missed_followup_stays_for_a_while_then_the_next_one_comes(self):
        procedure = self.start()
        self.record_all(procedure)
        self.sign_note(procedure)
        procedure.action_done()
        day = self.branch._clinic_local(procedure.start).date()
        for days, due, overdue in ((100, 90, True), (30, 180, False)):
            self.be_earlier(procedure, days=days)
            day -= timedelta(days=days)
            [followup] = self._followups()
            self.assertEqual(followup["due"], fields.Date.to_string(day + timedelta(days=due)))
            self.assertEqual(followup["overdue"], overdue)
        self.be_earlier(procedure, days=200)
        self.assertFalse(self._followups())

    def _followups(self):
        user = self.users["practitioner"]
        cards = self.env["clinic.patient.card"].with_user(user).with_context(allowed_company_ids=self.branch.ids)
        return cards.load(self.patient.id)["followups"]
