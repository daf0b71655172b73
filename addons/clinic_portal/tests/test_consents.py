from odoo.tests import tagged

from .common import PortalCommon


@tagged("post_install", "-at_install")
class TestConsents(PortalCommon):
    def test_what_the_patient_wants_is_noted_once(self):
        self._sign_in()
        consents = self.env["clinic.message.consent"]
        # As the page stands: all but news and offers.
        given = {
            f"{channel}-{purpose}": "yes"
            for channel in ("email", "sms", "whatsapp")
            for purpose in ("visit", "care", "feedback")
        }
        self._post("/consents", **given)
        self.assertFalse(consents.search([("patient_id", "=", self.patient.id)]))
        del given["sms-care"]
        page = self._post("/consents", **given, **{"email-marketing": "yes", "nonsense-visit": "yes"})
        self.assertIn("We have noted what you want", page.text)
        rows = consents.search([("patient_id", "=", self.patient.id)])
        self.assertEqual(
            {(row.channel, row.purpose, row.is_given, row.source) for row in rows},
            {("sms", "care", False, "portal"), ("email", "marketing", True, "portal")},
        )

    def test_a_guardian_says_it_for_the_child(self):
        self._sign_in()
        self._post("/consents", self.child)
        rows = self.env["clinic.message.consent"].search([("source", "=", "portal")])
        self.assertEqual(rows.patient_id, self.child)
