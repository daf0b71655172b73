from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.clinic_message.const import PLACEHOLDERS

from .common import MessageCommon


@tagged("post_install", "-at_install")
class TestTemplate(MessageCommon):
    def _text(self, **vals):
        values = {"kind_id": self.kinds["reminder_hours"].id, "channel": "email", "lang": "nl_NL", "subject": "Hi"}
        return self.env["clinic.message.template"].create({**values, "body": "See you on {date}", **vals})

    def test_an_unknown_placeholder_is_refused_by_name(self):
        for body in ("We do your {treatment}", "{patient.name}", "{0}", "Allergic to {risk}?"):
            with self.subTest(body=body), self.refused(ValidationError, "no placeholder"):
                self._text(body=body)
        with self.refused(ValidationError, r"\{diagnosis\}.*\{patient\}"):
            self._text(subject="Your {diagnosis}")

    def test_there_is_no_placeholder_for_what_is_done(self):
        who_and_when = {"patient", "branch", "phone", "address", "date", "time", "practitioner", "visit"}
        self.assertEqual(set(PLACEHOLDERS), who_and_when | {"link", "stop", "offer", "answer_until"})

    def test_the_preview_is_in_the_text_s_language_and_counts_sms(self):
        text = self._text(channel="sms", lang="en_US", kind_id=self.kinds["moved"].copy({"name": "Other"}).id)
        self.assertIn("Tue 14 May 2030", text.preview)
        self.assertEqual((text.sms_count, text.warning), (1, False))
        text.body = "ب" * 71
        self.assertEqual(text.sms_count, 2)
        self.assertIn("2 SMS", text.warning)

    def test_what_no_network_carries_is_refused(self):
        with self.refused(ValidationError, "at most 10 parts"):
            self._text(channel="sms", body="a" * 1531)
        with self.refused(ValidationError, "at most 5,000 characters"):
            self._text(body="a" * 5001)

    def test_one_text_for_each_kind_channel_language_and_reader(self):
        self._text()
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self._text()

    def test_the_nearest_language_is_taken(self):
        find = self.env["clinic.message.template"]._find
        kind = self.kinds["booked"]
        self.assertEqual(find(kind, "sms", "fa_IR").lang, "fa_IR")
        self.assertEqual(find(kind, "sms", "ar_SY").lang, "ar_001")
        self.assertEqual(find(kind, "sms", "de_DE").lang, "en_US")
        self.assertEqual(find(kind, "sms", False).lang, "en_US")
        self.assertFalse(find(self.kinds["reminder_days"], "email", "en_US", "staff"))

    def test_kinds_of_the_clinics_own_steps_stay(self):
        with self.refused(ValidationError, "Archive it instead"):
            self.kinds["booked"].unlink()
        self.kinds["booked"].active = False

    def test_a_kind_goes_to_somebody_by_some_way_at_some_time(self):
        kinds = self.env["clinic.message.kind"]
        for vals, words in (
            ({"trigger": "before", "hours": 0}, "hours_range"),
            ({"trigger": "before", "hours": 2, "use_email": False, "use_sms": False}, "by_some_way"),
            ({"trigger": "before", "hours": 2, "to_patient": False}, "to_somebody"),
        ):
            with self.subTest(words=words), mute_logger("odoo.sql_db"), self.refused(CheckViolation, words):
                kinds.create({"name": "Test", **vals})
        with self.refused(ValidationError, "about visits only"):
            kinds.create({"name": "News", "trigger": "manual", "purpose": "marketing", "to_manager": True})
