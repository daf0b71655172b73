import json

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.clinic_consent_sign import NotSigned
from ..strokes import BadStrokes, clean, draw
from .common import ConsentCommon, scribble

QUESTIONS = [
    {"label": "Pregnant?", "stop_answer": "yes"},
    {"label": "Which side?", "kind": "choice", "choices": "Left\nRight"},
    {"label": "Anything else?", "kind": "text", "mandatory": False},
]


@tagged("post_install", "-at_install")
class TestSign(ConsentCommon):
    """What is taken from a patient's page, and what is not: then nothing is stored."""

    def setUp(self):
        super().setUp()
        self.visit = self.arrive().visit_id

    def _refused(self, request, code, **values):
        data = self._data(request, **values) if request._due() else {"version": 1}
        count = self.env["clinic.consent"].search_count([])
        stored = self.files.search_count([])
        with self.assertRaises(NotSigned) as caught:
            request._sign(data)
        self.assertEqual(caught.exception.code, code)
        self.assertEqual(self.env["clinic.consent"].search_count([]), count)
        self.assertEqual(self.files.search_count([]), stored, "nothing is left in the vault")

    def test_all_that_was_read_and_drawn_is_kept(self):
        self._publish(questions=QUESTIONS)
        request, _path = self._request(self.visit)
        data = self._data(request)
        pregnant, side, _more = data["answers"]
        data["answers"] = {pregnant: "no", side: "Left"}
        consent = request._sign(data, "203.0.113.7", "Test browser")
        self.assertEqual(consent.signer_name, "Ayesha Test")
        self.assertEqual(list(consent.answers.values()), ["no", "Left", None])
        self.assertEqual((consent.identified, consent.user_id), ("desk", self.users["reception"]))
        self.assertEqual((consent.ip, consent.lang, consent.standing), ("203.0.113.7", "en", "ok"))
        self.assertEqual(consent.valid_until, self.branch._clinic_today() + relativedelta(months=12, days=-1))

    def test_the_answers_are_checked(self):
        self._publish(questions=QUESTIONS)
        request, _path = self._request(self.visit)
        pregnant, side, more = self._data(request)["answers"]
        good = {pregnant: "no", side: "Right"}
        self._refused(request, "unanswered", answers={pregnant: "no"})
        self._refused(request, "unanswered", answers=None)
        self._refused(request, "answer", answers={**good, side: "Middle"})
        self._refused(request, "answer", answers={**good, more: ["x"]})
        self._refused(request, "answer", answers={**good, more: "x" * 2001})
        self.assertTrue(request._sign(self._data(request, answers=good)))

    def test_an_answer_that_stops_waits_for_a_practitioner(self):
        self._publish(questions=QUESTIONS)
        request, _path = self._request(self.visit)
        pregnant, side, _more = self._data(request)["answers"]
        good = {pregnant: "no", side: "Right"}
        # Without an assertion's savepoint: what stops is kept.
        stopped = None
        try:
            request._sign(self._data(request, answers={**good, pregnant: "yes"}))
        except NotSigned as error:
            stopped = error.code
        self.assertEqual(stopped, "stop")
        self.assertEqual((request.stopped, request.stop_text), (True, "Pregnant? yes"))
        desk = self.visit.with_user(self.users["reception"])
        with self.assertRaisesRegex(UserError, "talks with them first"):
            desk.action_hand_over()
        procedure = self.visit.procedure_ids
        reasons = [reason["text"] for reason in procedure.with_user(self.users["practitioner"]).gate()]
        self.assertIn("Answered before signing: Pregnant? yes", reasons)
        neutral = [reason["text"] for reason in procedure.with_user(self.users["reception"]).gate()]
        self.assertIn("An answer asks for a practitioner.", neutral)
        board = self.env["clinic.board"].with_user(self.users["reception"])
        [flag] = [
            flag
            for card in board.load()["procedures"]
            if card["visit_id"] == self.visit.id
            for flag in card["flags"]
            if flag["kind"] == "consent"
        ]
        self.assertEqual(flag["label"], "An answer asks for a practitioner")
        self.visit.with_user(self.users["practitioner"]).action_hand_over()
        self.assertEqual(request.cleared_by_id, self.users["practitioner"])
        self._sign(self.visit, answers=good)
        self.assertFalse(procedure.with_user(self.users["practitioner"])._consent_reasons())

    def test_what_changed_since_it_was_opened_is_read_again(self):
        self._publish(body="<p>{treatment} by {practitioner} for {price}</p>")
        request, _path = self._request(self.visit)
        opened = self._data(request)
        self.facial.list_price += 5000
        with self.assertRaises(NotSigned) as caught:
            request._sign(opened)
        self.assertEqual(caught.exception.code, "changed")
        price = self.facial.list_price
        consent = request._sign(self._data(request))
        self.assertIn(f"{price:,.2f}", json.loads(consent._evidence())["plain"])

    def test_a_page_signs_once_even_if_its_answer_is_lost(self):
        self._publish()
        request, _path = self._request(self.visit)
        data = self._data(request, page="one page")
        request._sign(data)
        self.assertTrue(request._has_signed(data))
        self.assertFalse(request._has_signed({**data, "page": "another"}))
        self.assertFalse(request._has_signed({**data, "page": None}))

    def test_what_is_no_signature_is_refused(self):
        self._publish()
        request, _path = self._request(self.visit)
        line = {"width": 600, "height": 200, "strokes": [[[10 + step / 10, 50, step] for step in range(30)]]}
        for drawing, code in (
            (None, "drawing"),
            ({"width": 600, "height": 200, "strokes": []}, "drawing"),
            ({"width": 600, "height": 200, "strokes": [[[50, 50, 0]]]}, "drawing"),
            (line, "drawing"),
            ({**scribble(), "width": 1e9}, "drawing"),
            ({**scribble(), "width": 10**400}, "drawing"),
            ({**scribble(), "width": 100, "height": 20_000}, "drawing"),
            ({**scribble(), "strokes": [[["x", 1, 2]]]}, "drawing"),
            ({**scribble(), "strokes": [[[float("nan"), 1, 2]] * 50]}, "drawing"),
            ({**scribble(), "strokes": scribble()["strokes"] * 400}, "drawing_big"),
            ({**scribble(), "strokes": scribble()["strokes"] * 301}, "drawing_big"),
        ):
            with self.subTest(drawing=str(drawing)[:60]):
                self._refused(request, code, signature=drawing)

    def test_the_tablet_s_clock_does_not_matter(self):
        self._publish()
        drawing = scribble()
        for point in drawing["strokes"][0]:
            point[2] += 4_000_000_000_000
        now = fields.Datetime.now()
        consent = self._sign(self.visit, signature=drawing)
        self.assertLess(abs((consent.signed_at - now).total_seconds()), 60)
        self.assertEqual(clean(drawing)["strokes"][0][0][2], 0)

    def test_the_picture_is_drawn_by_the_server(self):
        drawing = clean(scribble(width=300, height=100))
        self.assertEqual(drawing["width"], 1000)
        self.assertTrue(draw(drawing).startswith(b"\x89PNG"))
        with self.assertRaises(BadStrokes):
            clean([])

    def test_unread_text_is_not_signed(self):
        self._publish()
        request, _path = self._request(self.visit)
        for seen in (False, None, "true", 1):
            self._refused(request, "unread", seen=seen)

    def test_hidden_fields_that_were_changed_are_refused(self):
        self._publish()
        other = self._publish("Another", treatments=self.laser)
        request, _path = self._request(self.visit)
        for values in (
            {"version": other.version_ids.id},
            {"version": "1"},
            {"version": None},
            {"procedure": self.arrive(hours=3).id},
            {"procedure": 0},
        ):
            self._refused(request, "changed", **values)

    def test_two_tabs_sign_once(self):
        self._publish()
        request, _path = self._request(self.visit)
        data = self._data(request)
        self.assertTrue(request._sign(data))
        with self.assertRaises(NotSigned) as caught:
            request._sign(data)
        self.assertEqual(caught.exception.code, "gone")

    def test_a_new_hand_over_ends_the_one_before(self):
        self._publish()
        request, path = self._request(self.visit)
        token = path.rsplit("/", 1)[1]
        self.assertEqual(request._find(token), request)
        self._request(self.visit)
        self.assertFalse(request._find(token))
        self._refused(request, "gone")

    def test_only_the_hash_of_a_link_is_kept(self):
        self._publish()
        request, path = self._request(self.visit)
        token = path.rsplit("/", 1)[1]
        self.env.flush_all()
        self.env.cr.execute("SELECT to_jsonb(r)::text FROM clinic_consent_request r WHERE id = %s", [request.id])
        self.assertNotIn(token, self.env.cr.fetchone()[0])
        self.env.cr.execute("SELECT count(*) FROM clinic_log.clinic_change WHERE new::text LIKE %s", [f"%{token}%"])
        self.assertEqual(self.env.cr.fetchone()[0], 0)

    def test_for_a_minor_a_guardian_signs(self):
        self._publish()
        self.patient.birth_date = self.branch._clinic_today() - relativedelta(years=18, days=-1)
        request, _path = self._request(self.visit)
        self._refused(request, "guardian", signer={"name": "Amna", "relation": "friend"})
        self._refused(request, "guardian", signer={"name": "  ", "relation": "mother"})
        self._refused(request, "name_long", signer={"name": "x" * 501, "relation": "mother"})
        name = "عائشہ 🌸 " + "خ" * 480
        consent = request._sign(self._data(request, signer={"name": name, "relation": "mother"}))
        self.assertEqual((consent.signer_name, consent.signer_relation), (name, "mother"))
        self.assertEqual(consent.valid_until, self.branch._clinic_today(), "it ends when she comes of age")

    def test_who_is_of_unknown_age_says_so(self):
        self._publish()
        self.patient.birth_date = False
        request, _path = self._request(self.visit)
        self._refused(request, "guardian", signer={})
        consent = request._sign(self._data(request, signer={"relation": "self"}))
        self.assertEqual((consent.signer_name, consent.signer_relation), ("Ayesha Test", False))
        self.assertTrue(json.loads(consent._evidence())["signer"]["says_of_age"])

    def test_for_an_adult_nobody_else_signs(self):
        self._publish()
        self.patient.birth_date = self.branch._clinic_today() - relativedelta(years=18)
        consent = self._sign(self.visit, signer={"name": "Somebody Else", "relation": "father"})
        self.assertEqual((consent.signer_name, consent.signer_relation), ("Ayesha Test", False))

    def test_a_witness_signs_where_the_form_wants_one(self):
        self._publish(witness="interpreter")
        request, _path = self._request(self.visit)
        self._refused(request, "witness", witness={"signature": scribble()})
        self._refused(request, "drawing", witness={"name": "Hina"})
        consent = request._sign(self._data(request, witness={"name": "Hina", "signature": scribble()}))
        self.assertEqual(consent.witness_name, "Hina")

    def test_each_use_of_photos_is_decided(self):
        self._publish("Photos", kind="photo", mandatory=False)
        request, _path = self._request(self.visit)
        self._refused(request, "scopes", scopes={"care": True})
        self._refused(request, "scopes", scopes={"care": "yes", "teaching": False, "marketing": False})
        scopes = {"care": True, "teaching": False, "marketing": False}
        self.assertEqual(request._sign(self._data(request, scopes=scopes)).scopes, scopes)

    def test_what_is_not_mandatory_may_be_left_out(self):
        self._publish()
        self._publish("Photos", kind="photo", mandatory=False, sequence=1)
        request, _path = self._request(self.visit)
        self.assertFalse(request._due()[0][0].kind == "photo", "what is mandatory comes first")
        self._refused(request, "unread", seen=False, skip=True)
        request._sign(self._data(request))
        self.assertFalse(request._sign(self._data(request, skip=True)))
        self.assertFalse(request._due())

    def test_the_language_that_was_read_is_kept(self):
        form = self._publish()
        self._add_text(form, "ur")
        request, _path = self._request(self.visit)
        urdu = request._lang(form, "ur")
        consent = request._sign(self._data(request, version=urdu.id))
        self.assertEqual((consent.lang, consent.version_id), ("ur", urdu))
        self.patient.lang = False
        self.assertEqual(request._lang(form).lang, "en")
        self.assertEqual(request._lang(form, "nl").lang, "en")
