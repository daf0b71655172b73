import re
import shutil

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.clinic.tests.printing import activate, read, squeezed

from .common import AccountCommon

MODULES = ["account", "web", "clinic", "clinic_account"]
PHONE = "+92 42 3571 2345"
# language: (the patient, words of the invoice, of the credit note, of the receipt of a payment)
PRINTED = {
    "en_US": ("Ayesha Test", ("Invoice", "Untaxed Amount", "Amount Due"), ("Credit Note",), ("Payment Receipt",)),
    "ur_PK": ("عائشہ خان", ("انوائس", "رقم بغیر ٹیکس", "واجب الادا رقم"), ("کریڈٹ نوٹ",), ("ادائیگی کی رسید",)),
    "fa_IR": ("مریم رضایی", ("فاکتور", "مبلغ بدون مالیات", "جمع کل"), ("یادداشت بستانکار",), ("رسید پرداخت",)),
    "ar_001": ("ليلى حسن", ("الفاتورة", "المبلغ دون الضريبة"), ("إشعار دائن",), ("إيصال الدفع",)),
}
ENGLISH = re.compile("Invoice|Quantity|Untaxed|Total|Amount|Due|Paid on|Payment|Page|Customer|Treatment")


@tagged("post_install", "-at_install")
class TestDocuments(AccountCommon, HttpCase):
    """What the patient takes home: in the patient's language and direction, no matter who prints it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch.company_details = f"<p>Noor Clinic<br>{PHONE}</p>"
        for code in PRINTED.keys() - {"en_US"}:
            activate(cls.env, code, MODULES)

    def _documents(self, lang, hour):
        """Return (invoice, credit note, payment) of a visit of a patient who speaks ``lang``."""
        self.patient.write({"name": PRINTED[lang][0], "lang": lang})
        visit = self._done(start=self._at(hour))
        visit.action_checkout()
        payment = self._pay(visit.invoice_id)
        return visit.invoice_id, self._credit(visit.invoice_id), payment

    def _print(self, report, record):
        """Print as reception does, who speaks English."""
        reports = self.env["ir.actions.report"].with_user(self.users["reception"]).with_company(self.branch)
        data, kind = reports.with_context(force_report_rendering=True)._render_qweb_pdf(report, record.ids)
        self.assertEqual((kind, data[:5]), ("pdf", b"%PDF-"))
        return data

    def _left_of(self, pdf, word):
        """Return where ``word`` begins on its page, from the left: 0 to 1; the last of several."""
        page = read(pdf, "-bbox")
        width = float(re.search('<page width="([0-9.]+)"', page)[1])
        return float(re.findall(f'<word xMin="([0-9.]+)"[^>]*>[^<]*{re.escape(word)}', page)[-1]) / width

    @mute_logger("odoo.addons.base.models.ir_actions_report")
    def test_each_document_speaks_the_patient_s_language_in_its_direction(self):
        self.assertTrue(shutil.which("pdftotext"), "Debian: apt-get install poppler-utils")
        for number, (lang, (name, *words)) in enumerate(PRINTED.items()):
            with self.subTest(lang=lang):
                self._check_documents(lang, name, words, self._documents(lang, 9 + 2 * number))

    def test_their_mails_speak_the_patient_s_language(self):
        english = re.compile("Dear|Here is your|Do not hesitate|Best regards")
        for number, lang in enumerate(PRINTED):
            documents = self._documents(lang, 9 + 2 * number)
            names = (
                "email_template_edi_invoice",
                "email_template_edi_credit_note",
                "mail_template_data_payment_receipt",
            )
            for name, document in zip(names, documents, strict=True):
                template = self.env.ref(f"account.{name}")
                for field in ("subject", "body_html"):
                    text = template._render_field(field, document.ids, compute_lang=True)[document.id]
                    with self.subTest(lang=lang, name=name, field=field):
                        self.assertIn(document.name, text.replace("-", "/"))
                        self.assertEqual(bool(english.search(text)), lang == "en_US" and field == "body_html")

    def _check_documents(self, lang, name, words, documents):
        invoice, _note, payment = documents
        reports = ("account.report_invoice_with_payments",) * 2 + ("account.report_payment_receipt",)
        for report, document, said in zip(reports, documents, words, strict=True):
            pdf = self._print(report, document)
            text = squeezed(read(pdf))
            for part in (name, PHONE, document.name, "1,150.00", *said):
                self.assertIn(squeezed(part), text, f"{part} in {report}, {lang}")
            for confidential in ("Facial", "Laser"):
                self.assertNotIn(confidential, text)
            if lang != "en_US":
                self.assertFalse(ENGLISH.findall(text.replace("PaymentReference", "")), report)
        pdf = self._print(reports[0], invoice)
        self.assertEqual(self._left_of(pdf, "1,150.00") < 0.4, lang != "en_US", "the totals stand on the other side")
        self.assertEqual(self._left_of(self._print(reports[2], payment), payment.name) < 0.5, lang == "en_US")

    @mute_logger("odoo.addons.base.models.ir_actions_report")
    def test_one_printing_of_several_languages_is_one_document_each(self):
        invoices = self.env["account.move"]
        for hour, lang in ((9, "ur_PK"), (11, "en_US"), (13, "ur_PK")):
            invoices |= self._documents(lang, hour)[0]
            # The next one is another person's.
            self.patient = self.patient.create({"name": "Next"})
        reports = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        streams, _kind = reports._pre_render_qweb_pdf("account.report_invoice", invoices.ids)
        self.assertEqual(list(streams), invoices.ids)
        for invoice, stream in zip(invoices, streams.values(), strict=True):
            text = squeezed(read(stream["stream"].getvalue()))
            self.assertIn(squeezed(invoice.name), text)
            self.assertEqual("صفحہ" in text, invoice.partner_id.lang == "ur_PK", "its footer, too")
            for other in invoices - invoice:
                self.assertNotIn(squeezed(other.name), text)

    def test_values_are_held_in_a_page_from_right_to_left(self):
        invoice, _note, _payment = self._documents("ur_PK", 9)
        reports = self.env["ir.actions.report"].with_user(self.users["reception"])
        page = reports._render_qweb_html("account.report_invoice", invoice.ids)[0].decode()
        self.assertIn(f"\u200e{PHONE}\u200e</span>", page)
        self.assertRegex(page, f'<span[^>]+dir="ltr"[^>]*>\u200e{invoice.name}\u200e</span>')
        self.assertRegex(page, '<body[^>]+dir="rtl"')
        self.patient.lang = "en_US"
        page = reports._render_qweb_html("account.report_invoice", invoice.ids)[0].decode()
        self.assertNotIn("\u200e", page)
        self.assertRegex(page, '<body[^>]+dir="ltr"')

    def test_names_of_files_and_memos_tell_nothing(self):
        invoice, note, payment = self._documents("en_US", 9)
        said = [
            invoice._get_invoice_report_filename(),
            note._get_invoice_report_filename(),
            payment.memo,
            payment.payment_reference,
            invoice.payment_reference,
            invoice.invoice_origin,
            note.ref,
            *(invoice | note).message_ids.mapped("body"),
            *payment.message_ids.mapped("body"),
            *(invoice | note | payment.move_id).line_ids.mapped("name"),
        ]
        for text in filter(None, said):
            self.assertNotRegex(text, "Facial|Laser|Patient complained.*Facial")
