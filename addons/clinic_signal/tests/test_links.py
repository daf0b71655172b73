import hashlib
import re
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..hooks import post_init_hook
from .common import SignalCommon


@tagged("post_install", "-at_install")
class TestLinks(SignalCommon):
    """Where the links come from: a message after the visit, or a hand."""

    def setUp(self):
        super().setUp()
        self.reception = self.env(user=self.users["reception"])

    def test_the_message_after_a_visit_leads_there(self):
        text = self.env.ref("clinic_message.text_aftercare_email")
        self.assertIn("{report}", text.body, "the aftercare that was there already")
        body = text.body
        post_init_hook(self.env)
        self.assertEqual(text.body, body, "once")
        visit = self._performed(hours=4)
        self._queue()
        [message] = self._of(visit, "aftercare")
        self._deliver()
        found = re.search(r"/clinic/report/([0-9a-f]{32})", message._filled()[1])
        link = self.env["clinic.signal.link"]._find(found[1])
        self.assertEqual((link.patient_id, link.message_id), (self.patient, message))
        self.assertEqual(message._filled()[1].count(found[1]), 1)
        self.assertNotIn(found[1], message.text, "who reads the history does not act for the patient")
        self.assertEqual(link.token_hash, hashlib.sha256(found[1].encode()).hexdigest())
        for word in ("Facial", "problem"):
            self.assertNotIn(word, message._filled()[1])

    def test_a_kind_of_its_own_is_due_hours_after_the_visit(self):
        kind = self.env.ref("clinic_signal.kind_report")
        visit = self._performed(hours=25)
        self._queue()
        self.assertFalse(self._of(visit).filtered(lambda message: message.kind_id == kind), "by hand alone at first")
        kind.trigger = "after"
        self._queue()
        [message] = self._of(visit).filtered(lambda message: message.kind_id == kind)
        self.assertEqual((message.state, message.purpose), ("queued", "care"))

    def test_sent_by_hand_it_goes_by_the_way_that_reaches(self):
        visit = self._treated().visit_id
        patient = self.patient.with_env(self.reception)
        patient.action_send_report_link()
        patient.action_send_report_link()
        messages = self._of(visit).filtered(lambda m: m.kind_id == self.env.ref("clinic_signal.kind_report"))
        self.assertEqual(messages.mapped("state"), ["queued", "queued"], "as often as it is pressed")
        self._deliver()
        messages.invalidate_recordset()
        self.assertEqual(set(messages.mapped("state")), {"sent"})
        self.patient.write({"email": False, "phone": False})
        with self.assertRaises(UserError):
            patient.action_send_report_link()

    def test_handed_over_as_a_code_the_earlier_one_ends(self):
        visit = self._treated().visit_id
        first = visit.with_env(self.reception).action_report_link()["params"]
        self.assertTrue(first["qr"].startswith("data:image/png"))
        token = first["url"].split("/")[-1]
        links = self.env["clinic.signal.link"]
        self.assertTrue(links._find(token)._is_open())
        self.patient.with_user(self.users["practitioner"]).action_report_link()
        self.assertFalse(links._find(token))
        self.env.cr.execute("SELECT count(*) FROM clinic_signal_link WHERE token_hash = %s", [token])
        self.assertEqual(self.env.cr.fetchone(), (0,))

    def test_nobody_else_hands_one_over(self):
        self._treated()
        for role in ("warehouse", "accountant"):
            with self.assertRaises(AccessError):
                self.patient.with_user(self.users[role]).action_report_link()
        nobody = self.env["clinic.patient"].create({"name": "Never here"})
        with self.assertRaisesRegex(UserError, "Nothing was done lately"):
            nobody.with_env(self.reception).action_report_link()

    def test_no_link_is_sent_that_leads_nowhere(self):
        self._treated(days=100)
        with self.assertRaisesRegex(UserError, "Nothing was done lately"):
            self.patient.with_env(self.reception).action_send_report_link()
        visit = self._treated(days=5).visit_id
        self.patient.with_env(self.reception).action_send_report_link()
        self.assertTrue(self._of(visit).filtered(lambda m: m.kind_id == self.env.ref("clinic_signal.kind_report")))

    def test_what_has_ended_is_forgotten(self):
        self._treated()
        link, _path = self._link()
        with freeze_time(fields.Datetime.now() + timedelta(days=15)):
            self.env["clinic.signal.link"]._gc_links()
        self.assertFalse(link.token_hash)
