import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import html2plaintext, mute_logger

from odoo.addons.clinic import bidi

from ..const import LANGUAGES
from ..words import WORDS
from .common import ConsentCommon


@tagged("post_install", "-at_install")
class TestTexts(ConsentCommon):
    """What patients read: versions that never change, placeholders, questions, and the texts that come along."""

    def test_a_published_text_never_changes(self):
        form = self._publish(questions=[{"label": "Pregnant?", "stop_answer": "yes"}])
        version = form.version_ids
        self.assertEqual((version.number, len(version.text_hash)), (1, 64))
        for vals in ({"body": "<p>Other</p>"}, {"title": "Other"}, {"lang": "ur"}):
            with self.assertRaisesRegex(UserError, "never changes again"), self.env.cr.savepoint():
                version.write(vals)
        with self.assertRaisesRegex(UserError, "never change"), self.env.cr.savepoint():
            version.question_ids.label = "Other?"
        with self.assertRaisesRegex(UserError, "never change"), self.env.cr.savepoint():
            version.question_ids.create({"version_id": version.id, "label": "One more?"})
        with self.assertRaises(UserError), self.env.cr.savepoint():
            version.unlink()

    @mute_logger("odoo.sql_db")
    def test_not_even_the_database_changes_it(self):
        version = self._publish(questions=[{"label": "Pregnant?"}]).version_ids
        self.env.flush_all()
        for statement in (
            "UPDATE clinic_consent_version SET body = 'x' WHERE id = %s",
            "UPDATE clinic_consent_version SET state = 'draft' WHERE id = %s",
            "DELETE FROM clinic_consent_version WHERE id = %s",
            "UPDATE clinic_consent_question SET label = 'x' WHERE version_id = %s",
            "DELETE FROM clinic_consent_question WHERE version_id = %s",
            "INSERT INTO clinic_consent_question (version_id, label, kind) VALUES (%s, 'x', 'text')",
        ):
            with (
                self.subTest(statement),
                self.assertRaises(psycopg2.errors.RestrictViolation),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(statement, [version.id])

    def test_a_new_version_takes_the_place_of_the_old_one(self):
        version = self._publish(questions=[{"label": "Pregnant?"}]).version_ids
        draft = self.env["clinic.consent.version"].browse(version.action_new_version()["res_id"])
        self.assertEqual((draft.state, draft.number, draft.question_ids.label), ("draft", 2, "Pregnant?"))
        draft.body = "<p>Other</p>"
        draft.action_publish()
        self.assertEqual((version.state, draft.state), ("retired", "published"))

    def test_only_the_manager_publishes(self):
        version = self.env.ref("clinic_consent.text_laser_en")
        for role in ("reception", "practitioner"):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                version.with_user(self.users[role]).action_publish()
        version.with_user(self.users["manager"]).action_publish()
        self.assertEqual(version.state, "published")

    def test_an_unknown_placeholder_is_not_published(self):
        with self.assertRaisesRegex(UserError, "no placeholder {patiant}"), self.env.cr.savepoint():
            self._publish(body="<p>I, {patiant}</p>")

    def test_a_question_that_nobody_can_answer_is_refused(self):
        for values in (
            {"kind": "choice", "choices": "One"},
            {"kind": "yes_no", "stop_answer": "maybe"},
            {"kind": "text", "stop_answer": "yes"},
        ):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self._publish(questions=[{"label": "?", **values}])

    def test_values_keep_their_order_in_a_right_to_left_text(self):
        body = "<p>میں، {patient}، علاج ({treatment}) {date} کو۔</p>"
        version = self._publish(body=body, lang="ur").version_ids
        procedure = self.arrive()
        day = f"{procedure._local_day():%d/%m/%Y}"
        shown = version._render_body(version._values_for(self.patient, procedure))
        self.assertIn(f'<span dir="ltr" style="white-space:nowrap">\u200e{day}\u200e</span>', shown)
        self.assertIn("\u200f(\u200f", shown)
        self.patient.name = "عائشہ <b>خان</b>"
        shown = version._render_body(version._values_for(self.patient, procedure))
        self.assertIn('<span dir="auto">عائشہ &lt;b&gt;خان&lt;/b&gt;</span>', shown)

    def test_words_amounts_and_phone_numbers_keep_their_order_in_a_right_to_left_text(self):
        text = "فون +92 300 1234567، 18 J/cm²، 16%، ۱۴۰۵/۰۹/۰۷ (v2)، 12/03/1988، 3 سے 14"
        shown = bidi.markup(bidi.prose(text, True))
        for held in ("+92 300 1234567", "18 J/cm²", "16%", "v2"):
            self.assertIn(f"\u200e{held}\u200e</span>", shown)
        self.assertIn("۱۴۰۵/۰۹/۰۷ \u200f(\u200f<span", shown, "Persian digits keep their order by themselves")
        self.assertTrue(shown.endswith("\u200f)\u200f، 12/03/1988، 3 سے 14"), shown)
        self.assertEqual(
            html2plaintext(shown).translate(dict.fromkeys((0x200E, 0x200F))).replace(" ", ""), text.replace(" ", "")
        )
        self.assertEqual(bidi.markup(bidi.line("Facial (2)", True)), bidi.markup(bidi.shown("Facial (2)", True)))
        self.assertEqual(bidi.markup(bidi.shown("A\x0b<b>", False)), '<span dir="auto">A&lt;b&gt;</span>')

    def test_the_texts_that_come_along_are_drafts_in_four_languages(self):
        forms = ("botulinum_toxin", "filler", "laser", "peel", "prp", "photography", "data_processing")
        for name in forms:
            for lang in ("en", "ur", "fa", "ar"):
                version = self.env.ref(f"clinic_consent.text_{name}_{lang}")
                self.assertEqual((version.state, version.lang), ("draft", lang))
                self.assertIn("lawyer", version.note)
                version.action_publish()

    def test_every_language_has_all_words(self):
        self.assertLessEqual(set(WORDS), dict(LANGUAGES).keys())
        for lang, words in WORDS.items():
            self.assertEqual(words.keys(), WORDS["en"].keys(), lang)
            self.assertTrue(all(words.values()), lang)
