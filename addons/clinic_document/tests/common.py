import io
import math

from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen import canvas

from odoo.addons.clinic_photo.const import PART_BYTES
from odoo.addons.clinic_photo.tests.common import PhotoMixin
from odoo.addons.clinic_record.tests.common import RecordCommon


def pdf(pages=1, text="Haemoglobin 13.1", link=None):
    """Return a PDF that says ``text`` on each page."""
    target = io.BytesIO()
    drawn = canvas.Canvas(target)
    for _page in range(pages):
        drawn.drawString(72, 720, text)
        if link:
            drawn.linkURL(link, (0, 0, 300, 300))
        drawn.showPage()
    drawn.save()
    return target.getvalue()


def changed(data, change):
    """Return the PDF ``data`` after ``change``, a function of pypdf's writer."""
    writer = PdfWriter(clone_from=io.BytesIO(data))
    change(writer)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def text_of(data):
    """Return what the PDF ``data`` says."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


class DocumentMixin(PhotoMixin):
    """Documents that come by the way that a browser goes."""

    def setup_documents(self):
        self.setup_photos()
        lock = self.key_file.with_name("intake.lock")
        self.patch(self.registry["clinic.document.upload"], "_turn_file", lambda _self: lock)

    def _kind(self, name):
        return self.env.ref(f"clinic_document.kind_{name}")

    def _document_about(self, data, kind="laboratory", **values):
        about = {"patient_id": self.patient.id, "kind_id": self._kind(kind).id, "name": "count.pdf"}
        return {**about, "size": len(data), **values}

    def _send_document(self, data, user=None, key=None, **values):
        """Send ``data`` as ``user`` in parts and return what ``finish`` says."""
        uploads = self.env["clinic.document.upload"].with_user(user or self.users["practitioner"])
        uploads = uploads.with_context(allowed_company_ids=self.branch.ids)
        key = key or self._key()
        uploads.begin(key, self._document_about(data, **values))
        upload = uploads._own(key)
        for number in range(math.ceil(len(data) / PART_BYTES)):
            upload._take_part(number, data[number * PART_BYTES : (number + 1) * PART_BYTES])
        return uploads.finish(key)

    def _document(self, data=None, user=None, **values):
        """Return the document that was made of ``data``."""
        found = self._send_document(data or pdf(), user, **values)
        self.assertEqual(found["state"], "done", found)
        return self.env["clinic.document"].browse(found["document"])


class DocumentCommon(DocumentMixin, RecordCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.procedure = cls.start_visit()
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        self.setup_documents()
