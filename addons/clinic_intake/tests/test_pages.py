import json
import re

from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.clinic_consent.controllers.public import KIOSK

from .common import ILL, WELL, IntakeCommon


class PageCommon(IntakeCommon, HttpCase):
    def setUp(self):
        super().setUp()
        self._add_urdu()
        self.consent = self._publish()
        self.visit = self.arrive().visit_id
        self.request, self.path = self._request(self.visit)
        self.env["clinic.link.guess"].search([]).unlink()

    def _add_urdu(self):
        """Publish the questions in Urdu as well."""
        version = self.form._published().copy()
        for question in version.question_ids:
            lines = "ایک\nدو\nتین\nچار\nپانچ\nچھ" if question.kind == "choice" else False
            question.text_ids = [Command.create({"lang": "ur", "label": f"سوال {question.code}", "choices": lines})]
        version.action_publish()

    def _post(self, data, path=None):
        body = data if isinstance(data, bytes) else json.dumps(data).encode()
        headers = {"Content-Type": "application/json"}
        return self.url_open(path or self.path, data=body, headers=headers, timeout=60)

    def _keep(self, answers, path=None):
        return self._post({"draft": answers}, f"{path or self.path}/draft")

    def _count(self, model):
        self.env.invalidate_all()
        return self.env[model].search_count([("patient_id", "=", self.patient.id)])


@tagged("post_install", "-at_install")
class TestPages(PageCommon):
    """The intake's page, asked as browsers and others ask."""

    def test_the_intake_comes_before_the_consents_in_one_session(self):
        page = self.url_open(self.path)
        self.assertEqual((page.status_code, page.headers["Cache-Control"]), (200, "no-store"))
        self.assertIn("Are you allergic to anything?", page.text)
        self.assertIn("Form 1 of 2", page.text)
        self.assertNotIn("Are you pregnant?", page.text)
        self.assertNotIn("checked=", page.text, "nothing is answered beforehand")
        self.assertEqual(self._post(self._data(self.request)).json()["code"], "changed", "a consent is not next")
        answer = self._post(self._intake_data(self.request, ILL))
        self.assertEqual((answer.status_code, answer.json()["next"]), (200, True))
        page = self.url_open(self.path).text
        self.assertIn("Form 2 of 2", page)
        self.assertNotIn("allergic", page)
        self.assertEqual(self._post(self._data(self.request)).json()["next"], False)
        again = self.url_open(self.path)
        self.assertEqual(again.status_code, 404)
        self.assertNotIn("Swollen", again.text)
        intake = self.env["clinic.intake"].search([("request_id", "=", self.request.id)])
        self.assertEqual(intake.answers, ILL)
        self.assertEqual(self.visit.with_user(self.users["reception"]).hand_over_state(), "done")

    def test_what_is_half_filled_in_survives_a_reload_and_is_gone_after_sending(self):
        self.assertEqual(self._keep({**ILL, "skin_type": "9", "nothing": "x", "wishes": 5}).status_code, 200)
        page = self.url_open(self.path).text
        self.assertIn("Swollen lips", page)
        self.assertEqual(len(re.findall("checked=", page)), 3, "two times yes, and the tick")
        self.assertIn("Swollen lips", self.url_open(f"{self.path}?lang=ur").text, "in another language as well")
        self.assertEqual(self._count("clinic.intake"), 0)
        self._post(self._intake_data(self.request, WELL))
        self.assertEqual(self._count("clinic.intake.draft"), 0)

    def test_what_is_half_filled_in_is_shown_to_nobody_else(self):
        self._keep(ILL)
        _request, path = self._request(self.visit)
        self.assertEqual(self.url_open(self.path).status_code, 404, "the link was replaced")
        self.assertNotIn("Swollen", self.url_open(path).text)
        self.assertEqual(self._keep(ILL).status_code, 404)
        self.assertEqual(self._count("clinic.intake.draft"), 0)
        self.env.cr.execute(
            "SELECT count(*) FROM clinic_log.clinic_change WHERE new::text LIKE '%Swollen lips%' OR old::text LIKE"
            " '%Swollen lips%'"
        )
        self.assertEqual(self.env.cr.fetchone(), (0,), "what was taken back is kept in no log")

    def test_refusals_are_words_in_the_patient_s_language_and_store_nothing(self):
        cases = {
            "unanswered": {"allergy_any": "no"},
            "which": {**WELL, "allergy_any": "yes"},
            "answer": {**WELL, "skin_type": "7"},
        }
        for code, answers in cases.items():
            for lang, words in (("en", "lease"), ("ur", "براہِ کرم")):
                answer = self._post(self._intake_data(self.request, answers, lang=lang))
                self.assertEqual((answer.status_code, answer.json()["code"]), (422, code))
                self.assertIn(words, answer.json()["error"])
        for wrong in ("x" * 2001, ["yes"], {"a": 1}, 5, True):
            answer = self._post(self._intake_data(self.request, {**WELL, "wishes": wrong}))
            self.assertEqual((answer.status_code, answer.json().get("code")), (422, "answer"), repr(wrong)[:30])
        for wrong in ("a\0b", "\ud800"):
            # Refused before it comes to the page.
            answer = self._post(self._intake_data(self.request, {**WELL, "wishes": wrong}))
            self.assertIn(answer.status_code, (400, 422), repr(wrong))
        lines = "\n".join(f"Thing {number}" for number in range(21))
        answers = {**WELL, "allergy_any": "yes", "allergy_other": lines}
        self.assertEqual(self._post(self._intake_data(self.request, answers)).json()["code"], "answer")
        for body in (b"[]", b"{}", b'{"intake": {}}', b"5", b'"x"'):
            self.assertEqual(self._post(body).status_code, 422, body)
            self.assertIn(self._post(body, f"{self.path}/draft").status_code, (200, 422), body)
        self.assertEqual(self._keep({"wishes": "x" * 700_000}).status_code, 413)
        self.assertEqual((self._count("clinic.intake"), self._count("clinic.intake.proposal")), (0, 0))

    def test_what_was_not_asked_is_not_taken(self):
        answers = {**WELL, "allergy_lidocaine": "yes", "pregnancy_now": "yes", "code": "x", "wishes": "😀 خوش"}
        self._post(self._intake_data(self.request, answers))
        intake = self.env["clinic.intake"].search([("request_id", "=", self.request.id)])
        self.assertEqual(intake.answers, {**WELL, "wishes": "😀 خوش"})

    def test_asked_again_it_shows_the_earlier_answers_and_one_tap_confirms(self):
        self._post(self._intake_data(self.request, ILL))
        self._post(self._data(self.request))
        self.env.flush_all()
        self.env.cr.execute("ALTER TABLE clinic_intake DISABLE TRIGGER clinic_intake_append_only")
        self.env.cr.execute("UPDATE clinic_intake SET sent_on = '2020-01-05' RETURNING id")
        self.env.cr.execute("ALTER TABLE clinic_intake ENABLE ALWAYS TRIGGER clinic_intake_append_only")
        self.env.invalidate_all()
        request, path = self._request(self.visit)
        page = self.url_open(path).text
        self.assertIn("Has anything changed since 5 January 2020?", page)
        self.assertIn("Swollen lips", page)
        self.assertIn("سوال wishes", self.url_open(f"{path}?lang=ur").text)
        answer = self._post(self._intake_data(request, {}, unchanged=True), path)
        self.assertEqual((answer.status_code, answer.json()["next"]), (200, False))
        intake = self.env["clinic.intake"].search([("request_id", "=", request.id)])
        self.assertTrue(intake.unchanged_id)
        self.assertEqual(intake.answers, ILL)

    def test_an_answer_that_is_lost_is_given_again(self):
        data = self._intake_data(self.request, ILL, page="this page")
        for _number in range(2):
            answer = self._post(data)
            self.assertEqual((answer.status_code, answer.json()["next"]), (200, True))
        self.assertEqual(self._post({**data, "page": "another"}).status_code, 422)
        self.assertEqual(self._count("clinic.intake"), 1)

    def test_unchanged_is_not_believed_of_who_has_told_nothing(self):
        answer = self._post(self._intake_data(self.request, {}, unchanged=True))
        self.assertEqual((answer.status_code, answer.json()["code"]), (422, "changed"))

    def test_a_guardian_answers_for_a_minor(self):
        self.patient.birth_date = self.branch._clinic_today() - relativedelta(years=10)
        self.assertIn("A parent or guardian answers", self.url_open(self.path).text)
        answer = self._post(self._intake_data(self.request, signer={"name": " "}))
        self.assertEqual(answer.json()["code"], "guardian")
        self._post(self._intake_data(self.request))
        intake = self.env["clinic.intake"].search([("request_id", "=", self.request.id)])
        self.assertEqual((intake.signer_name, intake.signer_relation), ("Amna Test", "mother"))

    def test_staff_s_own_browser_is_no_place_to_answer(self):
        self.authenticate("test_practitioner", "test_practitioner")
        self.assertEqual(self.url_open(self.path).status_code, 403)
        self.assertEqual(self._post(self._intake_data(self.request)).status_code, 403)
        self.assertEqual(self._keep(ILL).status_code, 403)

    def test_a_tablet_gets_it_by_the_one_hand_over(self):
        device = self.env["clinic.consent.device"].create({"name": "Desk 1", "company_id": self.branch.id})
        self.opener.cookies.set(KIOSK, device._enrol())
        params = self.visit.with_user(self.users["reception"]).action_hand_over()["params"]
        self.assertEqual((params["device"], params["state"]), ("Desk 1", "waiting"))
        page = self.url_open("/clinic/kiosk/open", data={"open": "1"}, timeout=60).text
        self.assertIn("Are you allergic to anything?", page)
        self.assertIn('data-kiosk="1"', page)

    def test_on_the_portal_for_oneself_and_children_alone(self):
        login = new_test_user(self.env, login="test_intake_mother", groups="base.group_portal")
        self.authenticate(login.login, login.login)
        page = self.url_open("/my/consents").text
        token = re.search(r'csrf_token: "([^"]+)"', page)[1]
        address = f"/my/consents/sign/{self.visit.id}"
        self.assertNotIn(address, page)
        self.assertEqual(self.url_open(address, data={"csrf_token": token}).status_code, 404)
        self._age(10)
        self._name_guardian(login.partner_id)
        self.assertIn(address, self.url_open("/my/consents").text)
        self.assertIn("Are you allergic to anything?", self.url_open(address, data={"csrf_token": token}).text)
