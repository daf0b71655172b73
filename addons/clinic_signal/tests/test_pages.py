import json
import re
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import HttpCase, tagged

from odoo.addons.clinic_message.const import MOST_GUESSES, WRONG_TAKES

from .common import SignalCommon


class PageCommon(SignalCommon, HttpCase):
    def setUp(self):
        super().setUp()
        self.procedure = self._treated()
        self.link, self.path = self._link()
        self.env["clinic.link.guess"].search([]).unlink()

    def _post(self, data, path=None):
        body = data if isinstance(data, bytes) else json.dumps(data).encode()
        headers = {"Content-Type": "application/json"}
        return self.url_open(path or self.path, data=body, headers=headers, timeout=60)

    def _reports(self):
        self.env.invalidate_all()
        return self.env["clinic.signal"].search([("patient_id", "=", self.patient.id)])


@tagged("post_install", "-at_install")
class TestPages(PageCommon):
    """The page behind the link, asked as browsers and others ask."""

    def test_the_emergency_comes_before_all_questions(self):
        page = self.url_open(self.path)
        self.assertEqual((page.status_code, page.headers["Cache-Control"]), (200, "no-store"))
        self.assertIn("frame-ancestors 'none'", page.headers["Content-Security-Policy"])
        self.assertLess(page.text.index("tel:1122"), page.text.index("<form"))
        self.assertIn("Facial", page.text)
        self.assertIn("Trouble breathing or swallowing", page.text)
        self.assertNotIn("Ayesha", page.text)
        self.assertFalse(self._reports())
        self.assertFalse(self.link.used_at, "to look changes nothing")

    def test_a_branch_says_it_in_its_own_words_and_languages(self):
        self.branch.write(
            {"clinic_emergency_number": "115", "clinic_emergency_text": "Ring {number}, our doctor on call."}
        )
        page = self.url_open(self.path).text
        self.assertIn("Ring 115, our doctor on call.", page)
        urdu = self.url_open(f"{self.path}?lang=ur").text
        self.assertIn('dir="rtl"', urdu)
        self.assertIn("سوجن", urdu)
        self.assertIn("tel:115", urdu)
        self.assertNotIn("our doctor on call", urdu, "nobody reads English in between")

    def test_what_was_said_is_kept_and_no_more_is_answered(self):
        said = self._said(self.procedure, call=True, number="0300 7654321", when="evening")
        answer = self._post({**said, "symptoms": [self._symptom("sight").id, self._symptom("pain").id]})
        self.assertEqual((answer.status_code, answer.json()), (200, {}))
        report = self._reports()
        self.assertEqual(report.procedure_ids, self.procedure)
        self.assertEqual(report.symptom_ids.mapped("code"), ["pain", "sight"])
        self.assertEqual((report.words, report.is_urgent, report.state), ("It began yesterday", True, "open"))
        self.assertEqual((report.call_number, report.call_when), ("0300 7654321", "evening"))
        thanks = self.url_open("/clinic/report/thanks?lang=en").text
        self.assertIn("We have received it.", thanks)
        self.assertNotIn("Ayesha", thanks)

    def test_a_link_is_good_once_and_a_lost_answer_is_given_again(self):
        self.assertEqual(self._post(self._said(self.procedure)).status_code, 200)
        self.assertEqual(self._post(self._said(self.procedure)).status_code, 200, "the same page once more")
        self.assertEqual(self._post(self._said(self.procedure, key="other")).status_code, 404)
        self.assertEqual(self._post(self._said(self.procedure, key="")).status_code, 404)
        self.assertEqual(self.url_open(self.path).status_code, 404)
        self.assertEqual(len(self._reports()), 1)

    def test_all_links_that_lead_nowhere_get_one_answer(self):
        with freeze_time(fields.Datetime.now() - timedelta(days=20)):
            _link, expired = self._link()
        _link, used = self._link()
        self._post(self._said(self.procedure), used)
        answers = set()
        for path in (
            self.path,
            expired,
            used,
            f"/clinic/report/{'0' * 32}",
            "/clinic/report/x",
            "/clinic/report/%D8%A7",
        ):
            page = self.url_open(path)
            self.assertGreaterEqual(page.elapsed.total_seconds(), WRONG_TAKES)
            answers.add((page.status_code, re.sub(r"\s+", " ", page.text)))
            self.assertEqual(self._post({}, path).status_code, 404)
        self.assertEqual(len(answers), 1)

    def test_who_goes_on_guessing_waits(self):
        for _number in range(MOST_GUESSES):
            self.env["clinic.link.guess"]._note("127.0.0.1")
        page = self.url_open(f"/clinic/report/{'f' * 32}")
        self.assertEqual((page.status_code, page.headers["Retry-After"]), (429, "600"))
        self.assertEqual(self.url_open(self.path).status_code, 200, "who has a link goes on")

    def test_what_is_missing_is_said_in_the_patient_s_language(self):
        other = self._treated(days=2, patient=self.env["clinic.patient"].create({"name": "Other"}))
        before = fields.Date.to_string(self.branch._clinic_today() - timedelta(days=9))
        for values, code in (
            ({"procedure": 0}, "report_procedure"),
            ({"procedure": other.id}, "report_procedure"),
            ({"procedure": str(self.procedure.id)}, "report_procedure"),
            ({"procedure": True}, "report_procedure"),
            ({"symptoms": [], "words": "  "}, "report_symptom"),
            ({"symptoms": ["x", {}, -1], "words": 5}, "report_symptom"),
            ({"since": before}, "report_day"),
            ({"since": "2999-01-01"}, "report_day"),
            ({"since": None}, "report_day"),
            ({"call": True, "number": "my arm hurts"}, "report_phone"),
            ({"call": True, "number": "0" * 50}, "report_phone"),
        ):
            with self.subTest(values=values):
                answer = self._post({**self._said(self.procedure), **values})
                self.assertEqual((answer.status_code, answer.json()["code"]), (422, code))
        urdu = self._post(self._said(self.procedure, since="", lang="ur"))
        self.assertIn("براہِ کرم", urdu.json()["error"])
        self.assertFalse(self._reports())

    def test_a_symptom_is_said_in_the_words_of_the_clinic_else_in_ours(self):
        pain = self.env.ref("clinic_signal.symptom_pain")
        self.assertEqual([pain._said(lang) for lang in ("en", "ar")], ["Pain", "ألم"])
        self.env["res.lang"]._activate_lang("ar_001")
        self.assertEqual(pain._said("ar"), "ألم", "installed, and not translated by the clinic")
        pain.with_context(lang="ar_001").name = "وجع"
        self.assertEqual([pain._said(lang) for lang in ("en", "ar", "fa")], ["Pain", "وجع", "درد"])
        pain.with_context(lang="en_US").name = "Ache"
        self.assertEqual([pain._said(lang) for lang in ("en", "fa")], ["Ache", "Ache"], "ours would say another thing")

    def test_no_body_ends_in_a_traceback(self):
        for body in (b"[]", b"5", b'{"key": "\\u0000"}', b'{"words": "\\ud800"}', b"[" * 9000, b"\xff", b"x" * 30_000):
            answer = self.url_open(self.path, data=body, headers={"Content-Type": "text/plain"}, timeout=60)
            self.assertEqual(answer.status_code, 422, body[:40])
        self.assertFalse(self._reports())

    def test_staff_use_a_patient_s_own_phone(self):
        self.authenticate("test_practitioner", "test_practitioner")
        self.assertEqual(self.url_open(self.path).status_code, 403)
        self.assertEqual(self._post(self._said(self.procedure)).status_code, 403)

    def test_who_is_not_sure_may_mean_any_of_the_recent_ones(self):
        second, old = self._treated(days=9), self._treated(days=200)
        self.assertIn("I am not sure", self.url_open(self.path).text)
        self.assertEqual(self._post(self._said()).status_code, 200)
        self.assertEqual(self._reports().procedure_ids, self.procedure | second)
        self.assertNotIn(old, self._reports().procedure_ids)
