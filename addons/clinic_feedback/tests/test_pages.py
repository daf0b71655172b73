import re
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import HttpCase, tagged

from odoo.addons.clinic_message.const import MOST_GUESSES, WRONG_TAKES

from .common import FeedbackCommon


@tagged("post_install", "-at_install")
class TestPages(FeedbackCommon, HttpCase):
    """What a patient does by the link, in a browser where nobody is signed in."""

    def setUp(self):
        super().setUp()
        self.env["clinic.link.guess"].search([]).unlink()
        self.visit = self._performed(hours=4)
        self.message = self._ask(self.visit)
        self.link = self._link(self.message)

    def _form(self, page):
        return dict(re.findall(r'name="(csrf_token|page_key)" value="([^"]+)"', page))

    def _send(self, link=None, form=None, **data):
        link = link or self.link
        form = form or self._form(self.url_open(link).text)
        return self.url_open(f"{link}/feedback", data={**form, **data})

    def _answers(self):
        return self.feedback.search([("visit_id", "=", self.visit.id)])

    def test_to_open_it_answers_nothing(self):
        for _time in range(2):
            page = self.url_open(self.link)
            self.assertEqual(page.status_code, 200)
            self.assertIn("How likely is it", page.text)
        self.assertEqual(self.url_open(f"{self.link}/feedback").status_code, 405)
        self.assertEqual(self.url_open(self.link, method="HEAD").status_code, 200)
        self.assertFalse(self._answers())
        self.assertEqual(re.findall(r'name="score"[^>]+value="(\d+)"', page.text), [str(score) for score in range(11)])
        self.assertNotIn("Facial", page.text, "it says nothing of what is done")
        self.assertNotIn("Ayesha", page.text)
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")

    def test_an_answer_is_stored_as_it_was_given(self):
        page = self._send(score="6", comment="  Waited an hour\0  ", wants_contact="1")
        self.assertEqual(page.status_code, 200)
        self.assertIn("We have your answer", page.text)
        [answer] = self._answers()
        self.assertEqual(
            (answer.score, answer.segment, answer.comment, answer.wants_contact, answer.is_trial),
            (6, "detractor", "Waited an hour", True, False),
        )
        self.assertEqual(answer.question, "We are sorry. What went wrong, and how can we put it right?")
        self.assertEqual((answer.patient_id, answer.company_id), (self.patient, self.branch))
        self.assertEqual(answer.message_id, self.message)

    def test_the_second_question_fits_the_answer(self):
        for score, part in (("0", "detractor"), ("7", "passive"), ("10", "promoter")):
            visit = self._performed(hours=5 + int(score))
            link = self._link(self._ask(visit))
            self._send(link, score=score)
            answer = self.feedback.search([("visit_id", "=", visit.id)])
            self.assertEqual(answer.question, self.env.ref(f"clinic_feedback.question_{part}").text)

    def test_everybody_is_invited_to_a_review_alike(self):
        pages = []
        for number, score in enumerate(("0", "10")):
            link = self._link(self._ask(self._performed(hours=6 + 2 * number)))
            pages.append(self._send(link, score=score).text)
        same = [re.sub(r'csrf_token: "[^"]*"|"[0-9a-f]{40}o\d+"', "", page) for page in pages]
        self.assertEqual(*same)
        self.assertIn("https://reviews.example/test-clinic", pages[0])
        self.branch.clinic_feedback_review_url = False
        self.assertNotIn("public review", self._send(score="10").text)

    def test_what_is_no_answer_is_asked_again_and_nothing_typed_is_lost(self):
        for score in ("", "11", "-1", "x", "9.5", "٩"):
            page = self._send(score=score, comment="Kept")
            self.assertEqual(page.status_code, 422)
            self.assertIn("choose a number", page.text)
            self.assertIn(">Kept<", page.text)
        page = self._send(score="3", comment="x" * 2001)
        self.assertEqual(page.status_code, 422)
        self.assertIn("too long", page.text)
        self.assertFalse(self._answers())

    def test_a_link_is_good_once(self):
        self._send(score="9")
        self.assertEqual(self.url_open(self.link).status_code, 404)
        form = self._form(self.url_open(self._link(self._ask(self._performed(hours=8)))).text)
        self.assertEqual(self._send(form=form, score="1").status_code, 404)
        self.assertEqual(self._answers().score, 9)

    def test_a_page_that_is_sent_again_is_thanked_again(self):
        form = self._form(self.url_open(self.link).text)
        for score in ("9", "2"):
            page = self._send(form=form, score=score)
            self.assertEqual(page.status_code, 200)
            self.assertIn("We have your answer", page.text)
        self.assertEqual(self._answers().mapped("score"), [9])

    def test_two_links_about_one_visit_are_one_answer(self):
        again = self.messages._enqueue([{**self.message.copy_data()[0], "key": "again", "state": "queued"}])
        other = self._link(again)
        self.assertEqual(self.url_open(other).status_code, 200)
        self._send(score="9")
        self.assertEqual(self.url_open(other).status_code, 404)

    def test_who_comes_a_moment_late_is_told(self):
        form = self._form(self.url_open(self.link).text)
        # Both have looked before either has sent: what the later one sees is the state of before.
        with patch.object(type(self.env["clinic.message.link"]), "_feedback", lambda link: link.env["clinic.feedback"]):
            self._send(form=form, score="9")
            page = self._send(form={**form, "page_key": "another"}, score="1")
        self.assertEqual(page.status_code, 200)
        self.assertIn("an answer about this visit already", page.text)
        self.assertEqual(self._answers().mapped("score"), [9])

    def test_whatever_is_wrong_with_a_link_the_answer_is_the_same(self):
        form = self._form(self.url_open(self.link).text)
        used = self.link
        self._send(score="9")
        addresses = (used, f"{used[:-1]}{'0' if used[-1] != '0' else '1'}", "/c/" + "a" * 32, "/c/x", "/c/%F0%9F%98%80")
        answers = [self.url_open(address) for address in addresses]
        answers += [self._send(address, form={**form, "page_key": "x"}, score="9") for address in addresses[:4]]
        self.assertGreaterEqual(min(answer.elapsed.total_seconds() for answer in answers), WRONG_TAKES)
        expired = self._link(self._ask(self._performed(hours=8)))
        with freeze_time(self._later(days=15)):
            answers.append(self.url_open(expired))
        self.assertEqual({answer.status_code for answer in answers}, {404})
        bodies = {re.sub(r'csrf_token: "[^"]*"|"[0-9a-f]{40}o\d+"', "", answer.text) for answer in answers}
        self.assertEqual(len(bodies), 1)

    def test_a_link_expires(self):
        with freeze_time(self._later(days=15)):
            self.assertEqual(self.url_open(self.link).status_code, 404)

    def test_who_guesses_has_to_wait_and_a_good_link_works_all_the_while(self):
        guesses = self.env["clinic.link.guess"]
        for _number in range(MOST_GUESSES):
            guesses.create({"ip": "127.0.0.1", "at": self.env.cr.now()})
        wrong = self.url_open("/c/" + "b" * 32)
        self.assertEqual(wrong.status_code, 429)
        self.assertEqual(int(wrong.headers["Retry-After"]), 600)
        self.assertIn("try again later", wrong.text)
        self.assertEqual(self.url_open(self.link).status_code, 200)

    def test_a_link_is_good_for_its_purpose_alone(self):
        for action in ("confirm", "cancel", "move", "stop"):
            form = self._form(self.url_open(self.link).text)
            self.assertEqual(self.url_open(f"{self.link}/{action}", data=form).status_code, 404)
        stop = "/c/" + self.env["clinic.message.link"]._address(self.message, "stop").rsplit("/", 1)[1]
        self.assertEqual(self._send(stop, form=self._form(self.url_open(self.link).text), score="1").status_code, 404)
        self.assertFalse(self._answers())

    def test_without_a_csrf_token_nothing_happens(self):
        self.assertEqual(
            self.url_open(f"{self.link}/feedback", data={"csrf_token": "x", "score": "9"}).status_code, 400
        )
        self.assertFalse(self._answers())

    def test_an_answer_of_trial_operation_counts_nowhere(self):
        self.message._change({"is_trial": True})
        self._send(score="2")
        [answer] = self._answers()
        self.assertTrue(answer.is_trial)
        self.assertFalse(answer.task_ids, "nobody is called because of a trial")
        self.assertFalse(self.env["clinic.feedback.report"].search([("feedback_id", "=", answer.id)]))
        real = self._link(self.messages._enqueue([{**self.message.copy_data()[0], "key": "real", "is_trial": False}]))
        self.assertEqual(self._send(real, score="9").status_code, 200)
        self.assertEqual(sorted(self._answers().mapped("score")), [2, 9])

    def test_nobody_of_the_staff_answers(self):
        form = self._form(self.url_open(self.link).text)
        self.authenticate("test_reception", "test_reception")
        self.assertEqual(self.url_open(self.link).status_code, 403)
        self.assertNotIn("How likely is it", self.url_open(self.link).text)
        token = re.search(r'csrf_token: "([^"]+)"', self.url_open(self.link).text)[1]
        self.assertEqual(self._send(form={**form, "csrf_token": token}, score="10").status_code, 403)
        self.assertFalse(self._answers())

    def test_a_link_of_what_asks_no_patient_is_good_for_nothing(self):
        self.assertEqual(self.url_open(self.link).status_code, 200)
        manual = self.env["clinic.message.kind"].create({"name": "By hand", "trigger": "manual"})
        for vals, before in (
            ({"recipient": "manager"}, {"recipient": "patient"}),
            ({"kind_id": manual.id}, {"kind_id": self.kind.id}),
            ({"visit_id": False}, {"visit_id": self.visit.id}),
            ({"visit_id": self.book(start=self._at(12, days=2)).id}, {"visit_id": self.visit.id}),
        ):
            self.message._change(vals)
            with self.subTest(vals=vals):
                self.assertEqual(self.url_open(self.link).status_code, 404)
                self.assertFalse(self.feedback._store(self.message, {"score": 9}))
            self.message._change(before)

    def test_an_end_of_a_line_counts_once(self):
        comment = "\r\n".join(["x" * 999, "y" * 1000])
        self.assertEqual(self._send(score="9", comment=comment).status_code, 200)
        self.assertEqual(self._answers().comment, comment.replace("\r\n", "\n"))

    def test_a_form_far_too_long_is_not_read_and_a_long_one_is_not_sent_back(self):
        page = self._send(score="3", comment="z" * 5000)
        self.assertEqual(page.text.count("z" * 2000), 1)
        self.assertNotIn("z" * 2001, page.text)
        self.assertEqual(self._send(score="3", comment="x" * 100_000).status_code, 413)
        self.assertFalse(self._answers())

    def test_what_is_stored_is_no_link(self):
        token = self.link.rsplit("/", 1)[1]
        self.env.cr.execute("SELECT token_hash FROM clinic_message_link")
        self.assertNotIn(token, [row[0] for row in self.env.cr.fetchall()])
        self.assertNotIn(token, self.message.body)
