from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .recall_common import RecallCommon


@tagged("post_install", "-at_install")
class TestRecallMessage(RecallCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.recall = cls._open()
        cls.last_mail = cls.env["mail.mail"].search([], limit=1).id or 0
        cls.last_message = cls.env["mail.message"].search([], order="id desc", limit=1).id

    def _mails(self):
        return self.env["mail.mail"].search([("id", ">", self.last_mail)], order="id")

    def test_each_gets_one_message_however_often_the_button_is_pressed(self):
        for _press in range(3):
            self.recall.action_send_all()
        [mail] = self._mails()
        self.assertEqual(mail.email_to, '"Ayesha Test" <ayesha@patients.example>')
        self.assertEqual((mail.state, mail.auto_delete), ("outgoing", True))
        line = self._line(self.recall, self.patient)
        self.assertEqual((line.state, line.sent_by_id), ("sending", self.users["manager"]))
        self.assertTrue(line.sent_at)
        self.assertEqual(self._line(self.recall, self.bilal).state, "to_inform")
        self.assertEqual(self._line(self.recall, self.chandni).state, "to_inform")
        with self.assertRaisesRegex(UserError, "already"):
            line.action_send()

    def test_the_other_branch_writes_to_its_own_patients_in_its_own_name(self):
        self._seen_by_other(self.recall).action_send_all()
        [mail] = self._mails()
        self.assertEqual(mail.email_to, '"Chandni Test" <chandni@patients.example>')
        self.assertEqual(mail.email_from, '"Other Branch" <front@other.example>')
        self.assertIn("Please call Other Branch at 042 222", mail.body_html)

    def test_the_message_is_neutral(self):
        self.recall.action_send_all()
        self._seen_by_other(self.recall).action_send_all()
        mails = self._mails().sorted("email_to")
        self.assertEqual(len(mails), 2)
        self.assertEqual(set(mails.mapped("model")), {False})
        self.assertEqual(set(mails.mapped("res_id")), {0})
        self.assertFalse(mails.recipient_ids | mails.partner_ids)
        self.assertIn("Dear Ayesha Test,", mails[0].body_html)
        [day] = self._line(self.recall, self.patient).mapped("date_last")
        self.assertIn(f"about your visit on {day:%m/%d/%Y}", mails[0].body_html)
        messages = self.env["mail.message"].search([("id", ">", self.last_message)])
        self.assertEqual(messages, mails.mail_message_id)
        told = " ".join(str(values) for values in mails.read() + messages.read())
        for word in ("Toxin", "Facial", "LATE", "Particles", "LR", "recall", "lot"):
            self.assertNotRegex(told, rf"(?i)\b{word}\b")

    def test_nothing_reaches_the_partner_s_chatter(self):
        self.recall.action_send_all()
        partner = self.patient.partner_id
        found = self.env["mail.message"].search([("id", ">", self.last_message), ("model", "!=", False)])
        self.assertFalse(found)
        self.assertFalse(partner.activity_ids)

    def test_each_in_the_own_language(self):
        for lang in ("fr_FR", "ar_001"):
            self.env["res.lang"]._activate_lang(lang)
        self.bilal.write({"email": "bilal@patients.example", "lang": "ar_001"})
        self.patient.lang = "fr_FR"
        self.recall.with_context(lang="fr_FR").write({"subject": "Appelez {branch}", "message": "Le {date}, {patient}"})
        self.recall.with_context(lang="ar_001").message = "اتصل {phone}"
        self.recall.action_send_all()
        french, arabic = self._mails().sorted("email_to")
        day = self._line(self.recall, self.patient).date_last
        self.assertEqual(french.subject, "Appelez Test Clinic")
        self.assertIn(f"Le {day:%d/%m/%Y}, Ayesha Test", french.body_html)
        self.assertIn('dir="ltr"', french.body_html)
        self.assertIn("اتصل 021 111", arabic.body_html)
        self.assertIn('dir="rtl"', arabic.body_html)

    def test_names_are_text(self):
        self.patient.name = "<b>{phone}</b>"
        self.recall.action_send_all()
        self.assertIn("Dear &lt;b&gt;{phone}&lt;/b&gt;,", self._mails().body_html)

    def test_what_must_not_stand_in_it(self):
        for text, words in (
            ("Your TOXIN of {date}", "Take “Toxin” out"),
            ("It was lot late.", "Take “LATE” out"),
            ("Dear {name}", "{name} cannot be filled in"),
            ("Dear {}", "cannot be filled in"),
        ):
            with self.subTest(text=text), self.assertRaisesRegex(ValidationError, words), self.env.cr.savepoint():
                self.recall.message = text
        with self.assertRaisesRegex(ValidationError, "Take “Toxin” out"), self.env.cr.savepoint():
            self.recall.subject = "Toxin"
        self.recall.message = "Better toxins are translated later than belated ones, {patient}."

    def test_a_translation_is_looked_at_before_it_is_sent(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.recall.update_field_translations("message", {"fr_FR": "Toxin"})
        self.patient.lang = "fr_FR"
        with self.assertRaisesRegex(ValidationError, "Take “Toxin” out"), self.env.cr.savepoint():
            self.recall.action_send_all()
        self.assertFalse(self._mails())

    def test_a_branch_without_a_phone(self):
        self.branch.phone = False
        with self.assertRaisesRegex(UserError, "Test Clinic has no phone number"), self.env.cr.savepoint():
            self.recall.action_send_all()
        self.recall.message = "Please come by, {patient}."
        self.recall.action_send_all()
        self.assertEqual(len(self._mails()), 1)

    def test_who_has_no_address_is_called(self):
        with self.assertRaisesRegex(UserError, "no e-mail address"):
            self._line(self.recall, self.bilal).action_send()

    def test_who_is_reached_gets_no_message(self):
        self._line(self.recall, self.patient).action_reached()
        self.recall.action_send_all()
        self.assertFalse(self._mails())

    def test_many_take_no_more_queries(self):
        def send(number):
            patients = self.env["clinic.patient"].create(
                [{"name": f"More {index}", "email": f"more{index}@x.example"} for index in range(number)]
            )
            lines = self.env["clinic.lot.recall.line"].create(
                [
                    {"recall_id": self.recall.id, "patient_id": patient.id, "company_ids": self.branch.ids}
                    for patient in patients
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            lines.with_user(self.users["manager"]).action_send()
            self.env.flush_all()
            return self.cr.sql_log_count - before

        send(1)
        self.assertEqual(send(2), send(12))

    # -- what became of it: the outbox is tried for real in tests/test_recall_mail.py ---------------------------------

    def _end_sending(self, mails, **failure):
        """Do what the outbox does when it has sent ``mails``, or failed to."""
        mails.write({"state": "exception" if failure else "sent", **failure})
        mails._postprocess_sent_message([], [], failure_type=failure.get("failure_type"))

    def test_a_sent_one(self):
        self.recall.action_send_all()
        mails = self._mails()
        self._end_sending(mails)
        self.assertFalse(mails.exists())
        line = self._line(self.recall, self.patient)
        self.assertEqual((line.state, line.failure), ("sent", False))
        line.action_reached()
        line.action_take_back()
        self.assertEqual(line.state, "sent")

    def test_a_failed_one_is_shown_and_sent_again_once(self):
        self.recall.action_send_all()
        first = self._mails()
        self._end_sending(first, failure_type="mail_smtp", failure_reason="Connection refused")
        line = self._line(self.recall, self.patient)
        self.assertEqual(line.state, "failed")
        self.assertIn("outgoing mail server problem", line.failure)
        self.assertIn("Connection refused", line.failure)
        self.recall.action_send_all()
        self.assertEqual(self._mails(), first)
        line.action_send()
        self.assertFalse(first.exists())
        self.assertEqual((len(self._mails()), line.state, line.failure), (1, "sending", False))

    def test_who_was_reached_meanwhile_stays_so(self):
        self.recall.action_send_all()
        line = self._line(self.recall, self.patient)
        line.action_reached()
        self._end_sending(self._mails(), failure_type="mail_email_invalid", failure_reason="No such user")
        self.assertEqual((line.state, line.message_state), ("reached", "failed"))
        line.action_take_back()
        self.assertEqual(line.state, "failed")
