import io
import tempfile
from pathlib import Path

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)
from reportlab.pdfgen import canvas

from odoo.tests import BaseCase, tagged

from odoo.addons.clinic_photo.intake import Busy, Refused
from odoo.addons.clinic_photo.intake.process import _turn

from ..intake import take_in_pdf
from .common import changed, pdf, text_of

MARK = "EVILMARK"


def action(kind, **values):
    """Return an action of ``kind``, whose values are marked texts."""
    names = {NameObject(f"/{name}"): TextStringObject(value) for name, value in values.items()}
    return DictionaryObject({NameObject("/S"): NameObject(f"/{kind}"), **names})


def catalogue(name, value):
    """Return a change that puts ``value`` into the document's catalogue."""

    def change(writer):
        writer._root_object[NameObject(name)] = writer._add_object(value)

    return change


def page(name, value):
    """Return a change that puts ``value`` into the first page."""

    def change(writer):
        writer.pages[0][NameObject(name)] = value

    return change


def form():
    """Return a PDF with a form that is filled in and runs a script."""
    target = io.BytesIO()
    drawn = canvas.Canvas(target)
    drawn.drawString(72, 720, "Questions")
    drawn.acroForm.textfield(name="allergy", value="lidocaine", x=72, y=600, width=200, height=20)
    drawn.showPage()
    drawn.save()

    def change(writer):
        fields = writer._root_object["/AcroForm"]
        fields[NameObject("/XFA")] = TextStringObject(f"<xdp>{MARK}</xdp>")
        for widget in writer.pages[0]["/Annots"]:
            widget.get_object()[NameObject("/AA")] = DictionaryObject(
                {NameObject("/F"): action("JavaScript", JS=f"app.alert('{MARK}')")}
            )

    return changed(target.getvalue(), change)


def nested_files(writer):
    """Hide a file in a stream that a page's resources name."""
    file = DecodedStreamObject()
    file.set_data(MARK.encode())
    file[NameObject("/Type")] = NameObject("/EmbeddedFile")
    resources = writer.pages[0]["/Resources"]
    resources[NameObject("/XObject")] = DictionaryObject({NameObject("/X"): writer._add_object(file)})
    resources[NameObject("/PieceInfo")] = TextStringObject(MARK)


def far_file(writer):
    """Let a picture be in another file, on another machine."""
    image = DecodedStreamObject()
    image.set_data(b"")
    image[NameObject("/Subtype")] = NameObject("/Image")
    image[NameObject("/F")] = TextStringObject(f"http://{MARK}.example/x")
    resources = writer.pages[0]["/Resources"]
    resources[NameObject("/XObject")] = DictionaryObject({NameObject("/X"): writer._add_object(image)})


def film(writer):
    """Add a film that plays by itself."""
    annotation = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/RichMedia"),
            NameObject("/Rect"): ArrayObject(FloatObject(number) for number in (0, 0, 9, 9)),
            NameObject("/RichMediaContent"): TextStringObject(MARK),
            NameObject("/AP"): DictionaryObject(),
        }
    )
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(annotation)])


HOSTILE = {
    "a script": lambda writer: writer.add_js(f"app.alert('{MARK}')"),
    "an embedded file": lambda writer: writer.add_attachment(f"{MARK}.exe", MARK.encode()),
    "a program that starts": catalogue("/OpenAction", action("Launch", F=f"{MARK}.exe")),
    "an address that opens": catalogue("/OpenAction", action("URI", URI=f"http://{MARK}.example")),
    "a form that is sent": catalogue("/AA", DictionaryObject({NameObject("/WC"): action("SubmitForm", F=MARK)})),
    "a script of a page": page("/AA", DictionaryObject({NameObject("/O"): action("JavaScript", JS=MARK)})),
    "what was written about it": lambda writer: writer.add_metadata({"/Author": MARK, "/Title": MARK}),
    "a program's own data": page("/PieceInfo", DictionaryObject({NameObject("/X"): TextStringObject(MARK)})),
    "a film": film,
    "a file behind a page": nested_files,
    "a file elsewhere": far_file,
}
WORDS = (MARK.encode(), b"/JS", b"/JavaScript", b"/Launch", b"/URI", b"/OpenAction", b"/AA", b"/EmbeddedFile", b"/XFA")


@tagged("post_install", "-at_install")
class TestPdf(BaseCase):
    """What comes out of a PDF is what is to be seen of it."""

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.lock = Path(folder.name) / "lock"

    def _take(self, data, pages=300):
        return take_in_pdf(data, self.lock, {"pages": pages})

    def _clean(self, data):
        facts, clean = self._take(data)
        self.assertTrue(clean.startswith(b"%PDF-"))
        reader = PdfReader(io.BytesIO(clean))
        self.assertEqual(set(reader.trailer["/Root"]), {"/Type", "/Pages"})
        self.assertEqual(len(reader.pages), facts["pages"])
        # Compressed objects would hide a word.
        plain = changed(clean, lambda writer: None)
        for word in WORDS:
            self.assertNotIn(word, plain)
        return facts, clean

    def _refused(self, rule, data):
        with self.assertRaises(Refused) as caught:
            self._take(data)
        self.assertEqual(caught.exception.rule, rule)
        self.assertTrue(caught.exception.is_final)

    def test_a_plain_one_says_the_same_afterwards(self):
        facts, clean = self._clean(pdf(3, "Ferritin 45 µg/l", link="http://lab.example"))
        self.assertEqual(facts, {"pages": 3})
        self.assertEqual(text_of(clean).count("Ferritin 45 µg/l"), 3)

    def test_nothing_that_acts_or_hides_comes_through(self):
        for name, change in HOSTILE.items():
            data = changed(pdf(), change)
            self.assertIn(MARK.encode(), data, f"{name}: it is in the PDF of this test")
            with self.subTest(name):
                _facts, clean = self._clean(data)
                self.assertIn("Haemoglobin 13.1", text_of(clean))

    def test_what_was_filled_into_a_form_is_still_seen(self):
        _facts, clean = self._clean(form())
        reader = PdfReader(io.BytesIO(clean))
        [stamp] = [reference.get_object() for reference in reader.pages[0]["/Annots"]]
        self.assertEqual(stamp["/Subtype"], "/Stamp")
        self.assertEqual(set(stamp) & {"/A", "/AA", "/FT", "/T", "/V", "/Parent"}, set())
        self.assertIn(b"lidocaine", stamp["/AP"]["/N"].get_data())

    def test_a_form_that_would_lose_its_text_is_refused_and_an_empty_one_is_no_black_box(self):
        def undraw(writer):
            for widget in writer.pages[0]["/Annots"]:
                del widget.get_object()["/AP"]

        def empty(writer):
            for widget in writer.pages[0]["/Annots"]:
                widget.get_object()[NameObject("/V")] = TextStringObject("")

        self._refused("form", changed(form(), undraw))
        _facts, clean = self._clean(changed(form(), empty))
        self.assertNotIn("/Annots", PdfReader(io.BytesIO(clean)).pages[0])

    def test_what_a_page_has_from_above_is_kept(self):
        def change(writer):
            tree = writer._pages.get_object()
            tree[NameObject("/MediaBox")] = ArrayObject(FloatObject(number) for number in (0, 0, 300, 400))
            tree[NameObject("/Rotate")] = NumberObject(90)
            del writer.pages[0]["/MediaBox"]
            writer.pages[0].pop("/Rotate", None)

        _facts, clean = self._clean(changed(pdf(), change))
        [first] = PdfReader(io.BytesIO(clean)).pages
        self.assertEqual([float(number) for number in first.mediabox], [0, 0, 300, 400])
        self.assertEqual(first.rotation, 90)

    def test_what_is_no_sound_pdf_is_refused(self):
        sound = pdf()
        bad = {
            "locked": ("encrypted", changed(sound, lambda writer: writer.encrypt("secret"))),
            "locked without a password": ("encrypted", changed(sound, lambda writer: writer.encrypt("", "owner"))),
            "HTML before it": ("kind", b"<html><script>alert(1)</script>" + sound),
            "a program before it": ("kind", b"MZ\x90\0" + b"\0" * 200 + sound),
            "a line before it": ("kind", b"\n" + sound),
            "HTML in name only": ("unreadable", b"%PDF-1.7\n<html><script>alert(1)</script></html>"),
            "a program in name only": ("unreadable", b"%PDF-1.7\nMZ\x90\0" + b"\0" * 5000),
            "a head alone": ("unreadable", b"%PDF-1.7"),
            "cut short": ("unreadable", sound[: len(sound) // 2]),
            "brackets without end": ("unreadable", b"%PDF-1.4\n" + b"[" * 300_000),
            "no page": ("empty", changed(sound, lambda writer: writer.remove_page(0))),
            "301 pages": ("pages", pdf(301)),
            "a page ten thousand times": ("pages", self._one_page_often()),
        }
        for name, (rule, data) in bad.items():
            with self.subTest(name):
                self._refused(rule, data)

    def _one_page_often(self):
        def change(writer):
            tree = writer._pages.get_object()
            first = tree["/Kids"][0]
            tree[NameObject("/Kids")] = ArrayObject([first.indirect_reference or first] * 10_000)

        return changed(pdf(), change)

    def test_300_pages_are_taken(self):
        self.assertEqual(self._clean(pdf(300))[0], {"pages": 300})

    def test_a_tree_that_is_its_own_ancestor_ends(self):
        def change(writer):
            tree = writer._pages.get_object()
            tree["/Kids"].append(writer._pages)

        writer = PdfWriter(clone_from=io.BytesIO(pdf()))
        change(writer)
        target = io.BytesIO()
        writer.write(target)
        self.assertEqual(self._clean(target.getvalue())[0], {"pages": 1})

    def test_a_page_that_is_a_bomb_is_not_unpacked(self):
        def change(writer):
            content = DecodedStreamObject()
            content.set_data(b" " * 100_000_000)
            writer.pages[0][NameObject("/Contents")] = writer._add_object(content.flate_encode(9))

        data = changed(pdf(), change)
        self.assertLess(len(data), 1_000_000)
        _facts, clean = self._take(data)
        self.assertLess(len(clean), 1_000_000)

    def test_one_file_is_read_at_a_time(self):
        with _turn(self.lock), self.assertRaises(Busy):
            self._take(pdf())
        self._take(pdf())
