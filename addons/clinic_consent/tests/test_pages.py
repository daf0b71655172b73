import json
import re
import time
from datetime import timedelta
from types import SimpleNamespace
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.tests import HttpCase, tagged

from odoo.addons.clinic_message.const import MOST_GUESSES, WRONG_TAKES
from odoo.addons.clinic_message.controllers import wrong

from .common import ConsentCommon


class PageCommon(ConsentCommon, HttpCase):
    def setUp(self):
        super().setUp()
        self.form = self._publish()
        self._add_text(self.form, "ur", "<p>میں، {patient}، راضی ہوں۔</p>")
        self.visit = self.arrive().visit_id
        self.request, self.path = self._request(self.visit)
        self.env["clinic.link.guess"].search([]).unlink()

    def _post(self, path, data):
        body = data if isinstance(data, bytes) else json.dumps(data).encode()
        return self.url_open(path, data=body, headers={"Content-Type": "application/json"}, timeout=60)


@tagged("post_install", "-at_install")
class TestPages(PageCommon):
    """The page behind a link, asked as browsers and others ask."""

    def test_to_look_stores_nothing_and_is_kept_by_nobody(self):
        page = self.url_open(self.path)
        self.assertEqual(page.status_code, 200)
        self.assertIn("Ayesha Test", page.text)
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertIn("frame-ancestors 'none'", page.headers["Content-Security-Policy"])
        self.assertEqual(self.env["clinic.consent"].search_count([("patient_id", "=", self.patient.id)]), 0)
        self.assertNotIn("checked=", page.text, "nothing is ticked beforehand")

    def test_another_language_may_be_chosen(self):
        page = self.url_open(f"{self.path}?lang=ur").text
        self.assertIn('dir="rtl"', page)
        self.assertIn("راضی ہوں", page)

    def test_sign_and_back_shows_nothing(self):
        answer = self._post(self.path, self._data(self.request))
        self.assertEqual((answer.status_code, answer.json()["next"]), (200, False))
        consent = self.env["clinic.consent"].search([("request_id", "=", self.request.id)])
        self.assertEqual(len(consent), 1)
        again = self.url_open(self.path)
        self.assertEqual(again.status_code, 404)
        self.assertNotIn("Ayesha", again.text)
        self.assertEqual(self._post(self.path, {"version": 1}).status_code, 404)
        self.assertNotIn("Ayesha", self.url_open("/clinic/sign/thanks").text)
        self.assertEqual(self.visit.with_user(self.users["reception"]).hand_over_state(), "done")

    def test_refusals_are_words_in_the_patient_s_language(self):
        data = self._data(self.request, lang="ur", signature=None)
        answer = self._post(self.path, data)
        self.assertEqual(answer.status_code, 422)
        self.assertIn("دستخط", answer.json()["error"])
        for body in (b"[]", b"{}", b'{"version": {}}', b"5", b'"x"'):
            self.assertEqual(self._post(self.path, body).status_code, 422, body)
        self.assertEqual(self._post(self.path, b"nonsense").status_code, 400)
        strokes = [[[x % 500, x % 150, x] for x in range(400_000)]]
        big = self._post(self.path, {**data, "signature": {"width": 500, "height": 150, "strokes": strokes}})
        self.assertEqual(big.status_code, 413)
        self.assertEqual(self.env["clinic.consent"].search_count([("request_id", "=", self.request.id)]), 0)

    def test_an_answer_that_stops_is_told_to_the_desk(self):
        self.form.version_ids.action_retire()
        self._add_text(self.form, "en", questions=[{"label": "Pregnant?", "stop_answer": "yes"}])
        data = self._data(self.request)
        [question] = data["answers"]
        answer = self._post(self.path, {**data, "answers": {question: "yes"}})
        self.assertEqual(answer.json()["code"], "stop")
        self.assertEqual(self._post(self.path, data).status_code, 404)
        self.env.invalidate_all()
        self.assertEqual(self.visit.with_user(self.users["reception"]).hand_over_state(), "stopped")

    def test_all_links_that_lead_nowhere_get_one_answer(self):
        with freeze_time(fields.Datetime.now() - timedelta(hours=3)):
            _old, expired = self._request(self.visit)
        _request, used = self._request(self.visit)
        self._post(used, self._data(_request))
        answers = set()
        for path in (expired, used, "/clinic/sign/" + "x" * 32, "/clinic/sign/x", "/clinic/sign/%D8%A7"):
            page = self.url_open(path)
            self.assertGreaterEqual(page.elapsed.total_seconds(), WRONG_TAKES)
            answers.add((page.status_code, re.sub(r"\s+", " ", page.text)))
        self.assertEqual(len(answers), 1)

    def test_an_answer_that_is_lost_is_given_again(self):
        data = self._data(self.request, page="this page")
        self.assertEqual(self._post(self.path, data).status_code, 200)
        again = self._post(self.path, data)
        self.assertEqual((again.status_code, again.json()["next"]), (200, False))
        self.assertEqual(self._post(self.path, {**data, "page": "another"}).status_code, 404)
        self.assertEqual(self.env["clinic.consent"].search_count([("request_id", "=", self.request.id)]), 1)

    def test_what_was_cancelled_is_not_thanked_for(self):
        self.visit.procedure_ids.with_user(self.users["practitioner"]).override_gate(
            f"consent-missing-{self.form.id}", "She has signed it on paper"
        )
        page = self.url_open(self.path)
        self.assertIn("nothing to sign any more", page.text)
        self.assertNotIn("Thank you", page.text)

    def test_no_body_ends_in_a_traceback(self):
        bodies = (
            b'{"a": "\\u0000"}',
            b'{"a": "\\ud800"}',
            b"[" * 100_000,
            b'{"page": ' + b"9" * 5000 + b"}",
            b"\xff\xfe",
        )
        for body in bodies:
            answer = self.url_open(self.path, data=body, headers={"Content-Type": "text/plain"}, timeout=60)
            self.assertEqual(answer.status_code, 422, body[:40])
            self.assertIn("out of date", answer.json()["error"])

    def test_too_many_guesses_wait(self):
        for _number in range(MOST_GUESSES):
            self.env["clinic.link.guess"].create({"ip": "127.0.0.1", "at": fields.Datetime.now()})
        waits = []
        with patch.object(wrong, "time", SimpleNamespace(monotonic=time.monotonic, sleep=waits.append)):
            answer = self.url_open("/clinic/sign/" + "x" * 32)
        self.assertEqual((answer.status_code, answer.headers["Retry-After"]), (429, "600"))
        self.assertFalse(waits, "no worker waits for who goes on guessing")
        self.assertEqual(self._post("/clinic/sign/" + "y" * 32, {}).status_code, 429)
        self.assertEqual(self.url_open(self.path).status_code, 200, "who has a link is not kept out")

    def test_staff_s_own_browser_is_no_place_to_sign(self):
        self.authenticate("test_reception", "test_reception")
        page = self.url_open(self.path)
        self.assertEqual(page.status_code, 403)
        self.assertNotIn("Ayesha", page.text)
        self.assertEqual(self._post(self.path, self._data(self.request)).status_code, 403)

    def test_whether_a_document_is_known_and_no_more(self):
        self._post(self.path, self._data(self.request))
        consent = self.env["clinic.consent"].search([("request_id", "=", self.request.id)])
        page = self.url_open(f"/clinic/consent/check/{consent.evidence_hash}")
        self.assertIn("The clinic knows this document", page.text)
        self.assertNotIn("Ayesha", page.text)
        for unknown in ("0" * 64, "x", "%F0%9F%98%80" * 64, consent.evidence_hash.upper()):
            self.assertIn("does not know", self.url_open(f"/clinic/consent/check/{unknown}").text)

    def test_a_document_is_shown_to_those_who_treat_and_logged(self):
        consent = self._sign(self.arrive(hours=3).visit_id)
        for role, status in (("reception", 404), ("manager", 404), ("practitioner", 200)):
            self.authenticate(f"test_{role}", f"test_{role}")
            answer = self.url_open(f"/clinic/consent/{consent.uuid}.pdf", timeout=60)
            self.assertEqual(answer.status_code, status, f"{role}: {answer.text[-300:]}")
        self.assertTrue(answer.content.startswith(b"%PDF"))
        self.assertEqual(self.url_open(f"/clinic/consent/{consent.uuid.upper()}.pdf").status_code, 404)
        rows = self.env["clinic.access.log"].search(
            [("model", "=", "clinic.consent"), ("user_id", "=", self.users["practitioner"].id)]
        )
        self.assertTrue(rows)


DRAW = """
const wait = (test) => new Promise((done, fail) => {
    let tries = 0;
    const look = () => {
        if (test()) done();
        else if (tries++ > 100) fail(new Error("waited in vain: " + test));
        else setTimeout(look, 100);
    };
    look();
});
const draw = async (canvas) => {
    canvas.scrollIntoView({ block: "center" });
    const box = canvas.getBoundingClientRect();
    const fire = (type, x, y) => canvas.dispatchEvent(new PointerEvent(type, {
        bubbles: true, cancelable: true, pointerId: 1, isPrimary: true, pointerType: "touch", button: 0,
        buttons: type === "pointerup" ? 0 : 1, clientX: box.left + x, clientY: box.top + y, pressure: 0.5,
    }));
    fire("pointerdown", 30, 60);
    for (let step = 0; step < 40; step++) {
        fire("pointermove", 30 + step * 5, 60 + 30 * Math.sin(step));
        // The pad takes sixty points a second, as a finger gives them.
        await new Promise((done) => setTimeout(done, 20));
    }
    fire("pointerup", 230, 60);
};
"""


class BrowserCommon(PageCommon):
    """Reads, answers and signs in a browser as a patient does."""

    touch_enabled = True

    def setUp(self):
        super().setUp()
        self.form.version_ids.action_retire()
        body = "<p>I, {patient}, agree.</p>" + "<p>One more line to read.</p>" * 60
        self._add_text(self.form, "en", body, [{"label": "Pregnant?", "stop_answer": "yes"}])

    def _load_again_in_browser(self):
        """Answer and sign, and load the page again: all is there; on the page that comes instead nothing is."""
        fill_in = (
            DRAW
            + """
            const isAgain = performance.getEntriesByType("navigation")[0].type === "reload";
            if (!isAgain && !window.isFilledIn && document.querySelector(".cc_submit:enabled")) {
                window.isFilledIn = true;
                document.querySelector('input[value="no"]').click();
                document.querySelector('input[value="self"]').click();
                draw(document.querySelector("canvas")).then(() => window.location.reload());
            }
            isAgain && !!document.querySelector(".cc_submit:enabled");
            """
        )
        look = """
            const chosen = document.querySelectorAll('[value="no"]:checked, [value="self"]:checked').length;
            const canvas = document.querySelector("canvas");
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            const kept = () => Object.values(sessionStorage).join();
            if (chosen !== 2) {
                console.error("the answers are gone");
            } else if (!data.some(Boolean) || !kept().includes("strokes")) {
                console.error("the signature is gone");
            } else {
                fetch("/clinic/sign/thanks").then((page) => page.text()).then((text) => {
                    document.open();
                    document.write(text);
                    document.close();
                    setTimeout(() => console[kept() ? "error" : "log"](kept() || "test successful"), 1000);
                });
            }
            undefined;
        """
        self.browser_js(self.path, look, ready=fill_in)

    def _sign_in_browser(self):
        self.browser_js(
            self.path,
            DRAW
            + """
            (async () => {
                const main = document.querySelector("main");
                const submit = main.querySelector(".cc_submit");
                const error = main.querySelector(".cc_error");
                submit.click();
                await wait(() => !error.hidden);
                if (main.classList.contains("cc_seen")) throw new Error("seen without scrolling");
                window.scrollTo(0, document.body.scrollHeight);
                await wait(() => main.classList.contains("cc_seen"));
                submit.click();
                await wait(() => main.querySelector(".cc_missing"));
                main.querySelector('input[value="no"]').click();
                main.querySelector('input[value="self"]').click();
                submit.click();
                await wait(() => error.textContent.includes("too little"));
                await draw(main.querySelector("canvas"));
                for (const button of document.querySelectorAll("button, .cc_choice")) {
                    if (button.getBoundingClientRect().height < 44) throw new Error("too small for a finger");
                }
                if (document.documentElement.scrollWidth > window.innerWidth) throw new Error("wider than the screen");
                const fetch = window.fetch;
                window.fetch = async (...args) => {
                    const answer = await fetch(...args);
                    console[answer.ok ? "log" : "error"](answer.ok ? "test successful" : "refused");
                    return answer;
                };
                submit.click();
            })().catch((error) => console.error(error.message));
            // What is waited for goes on behind the answer: the page itself goes away.
            undefined;
            """,
            ready="!!document.querySelector('.cc_submit:enabled')",
        )
        consent = self.env["clinic.consent"].search([("request_id", "=", self.request.id)])
        self.assertEqual(len(consent), 1)
        self.assertGreater(len(json.loads(consent._evidence())["signature"]["strokes"][0]), 20)
        self.assertEqual(self.url_open(self.path).status_code, 404)


@tagged("post_install", "-at_install")
class TestOnATablet(BrowserCommon):
    browser_size = "1024x768"

    def test_read_answer_and_sign(self):
        self._sign_in_browser()


@tagged("post_install", "-at_install")
class TestOnAPhone(BrowserCommon):
    browser_size = "390x844"

    def test_read_answer_and_sign(self):
        self._sign_in_browser()

    def test_what_was_filled_in_survives_a_reload(self):
        self._load_again_in_browser()
