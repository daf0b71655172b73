from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import MessageCommon


@tagged("post_install", "-at_install")
class TestConsent(MessageCommon):
    def _say(self, is_given, channel="sms", purpose="visit", role="reception"):
        return (
            self.env["clinic.message.consent"]
            .with_user(self.users[role])
            .create({"patient_id": self.patient.id, "channel": channel, "purpose": purpose, "is_given": is_given})
        )

    def _allows(self, purpose, channel="sms"):
        consents = self.env["clinic.message.consent"]
        return consents._allows(consents._last_words(self.patient), self.patient, channel, purpose)

    def test_news_only_for_who_said_yes_the_rest_unless_they_said_no(self):
        self.assertEqual([self._allows(purpose) for purpose in ("visit", "care", "marketing")], [True, True, False])
        self._say(True, purpose="marketing")
        self._say(False, purpose="care")
        self.assertEqual([self._allows(purpose) for purpose in ("visit", "care", "marketing")], [True, False, True])

    def test_the_last_word_counts(self):
        self._say(False)
        self._say(True)
        self.assertTrue(self._allows("visit"))
        self._say(False)
        self.assertFalse(self._allows("visit"))
        self.assertTrue(self._allows("visit", "email"), "each channel by itself")

    def test_what_was_said_stays(self):
        said = self._say(False)
        for role in ("reception", "manager"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                said.with_user(self.users[role]).write({"is_given": True})
            with self.subTest(role=role), self.assertRaises(UserError):
                said.with_user(self.users[role]).unlink()
        with self.assertRaises(UserError):
            said.write({"is_given": True})
        self.assertEqual(said.user_id, self.users["reception"])

    def test_who_says_no_to_sms_gets_the_email(self):
        self._say(False)
        visit = self.book()
        self._queue()
        self.assertEqual(self._of(visit).channel, "email")
        self._say(False, "email")
        visit = self.book(start=self._at(15))
        self._queue()
        self.assertEqual(self._of(visit).state, "failed")
        self.assertIn("does not want this", self._of(visit).reason)

    def test_practitioners_do_not_speak_for_the_patient(self):
        with self.assertRaises(AccessError):
            self._say(True, role="practitioner")
