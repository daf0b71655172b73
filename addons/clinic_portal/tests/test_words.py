from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .common import PortalCommon

LIMIT = "odoo.addons.clinic_portal.models.clinic_message_consent.MOST_WISHES"


@tagged("post_install", "-at_install")
class TestWords(PortalCommon):
    """What the pages say of visits, and how often a patient may change what the clinic may write."""

    def test_a_visit_that_nobody_closed_has_no_state_once_it_is_over(self):
        portal = self.env["clinic.portal"]
        self.assertEqual(portal._state_name(self.visit), "Booked")
        with freeze_time(self.visit.stop + timedelta(hours=3)):
            self.assertEqual(portal._state_name(self.visit), "")
            self._sign_in()
            [row] = portal._prepare_visits(self.patient, 1)["past"]
            self.assertEqual((row["id"], row["state_name"]), (self.visit.id, ""))
        self.visit.action_cancel(self.env.ref("clinic_visit.cancel_reason_patient"))
        self.assertEqual(portal._state_name(self.visit), "Cancelled")

    def test_each_state_has_its_words(self):
        for state in dict(self.visit._fields["state"].selection):
            with self.subTest(state=state):
                visit = self.visit.new({"state": state, "stop": fields.Datetime.now()})
                self.assertTrue(self.env["clinic.portal"]._state_name(visit))

    def test_what_the_clinic_may_write_is_not_changed_all_day(self):
        self._sign_in()
        rows = self.env["clinic.message.consent"]
        said = [("patient_id", "=", self.patient.id), ("source", "=", "portal")]
        with patch(LIMIT, 2):
            for number in range(4):
                words = {"email-marketing": "yes"} if number % 2 == 0 else {}
                answer = self._post("/consents", page=self._own_path("/profile"), **words)
            count = rows.search_count(said)
            self.assertIn("many times today", answer.text)
            self._post("/consents", page=self._own_path("/profile"))
            self.assertEqual(rows.search_count(said), count)
        with freeze_time(fields.Datetime.now() + timedelta(days=1, hours=1)):
            self.assertFalse(rows._is_flood(self.patient))
