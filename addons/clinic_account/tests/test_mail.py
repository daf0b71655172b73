from odoo import Command
from odoo.tests import tagged
from odoo.tools import email_split, mute_logger

from odoo.addons.mail.tests.common import MockEmail

from .common import FamilyCommon

OTHERS = {"mother", "child", "worker", "employer", "colleague", "guardian"}


@tagged("post_install", "-at_install")
class TestMail(FamilyCommon, MockEmail):
    """Who gets a bill that is sent, and whom its files are served to: the patient and named readers alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name, user in cls.logins.items():
            user.partner_id.email = f"{name}@example.com"
        # Both read one mailbox.
        cls.colleague = cls.logins["colleague"].partner_id
        cls.colleague.email = "office@example.com"
        cls.logins["employer"].partner_id.email = "office@example.com"

    def _send_invoice(self, invoice):
        """Send ``invoice`` as the checkout screen and the invoice's own button do, and return what went out."""
        action = invoice.with_user(self.users["reception"]).action_invoice_sent()
        wizards = self.env[action["res_model"]].with_user(self.users["reception"])
        wizard = wizards.with_context(**action["context"]).create({})
        with self.mock_mail_gateway():
            wizard.action_send_and_print()
        return self._sent()

    def _send_payment(self, payment):
        action = self.env["ir.actions.act_window"]._for_xml_id("account.account_send_payment_receipt_by_email_action")
        template = self.env.ref("account.mail_template_data_payment_receipt")
        context = {
            "mail_post_autofollow": True,
            "default_composition_mode": "comment",
            "default_model": "account.payment",
            "default_res_ids": payment.ids,
            "default_template_id": template.id,
            "default_email_layout_xmlid": "mail.mail_notification_light",
        }
        composers = self.env[action["res_model"]].with_user(self.users["reception"]).with_context(**context)
        composer = composers.create({})
        with self.mock_mail_gateway():
            composer.action_send_mail()
        return self._sent()

    def _sent(self):
        """Return (addresses, [mails])."""
        mails = list(self._mails)
        to = {one for mail in mails for field in ("email_to", "email_cc") for one in self._addresses(mail.get(field))}
        return to, mails

    def _addresses(self, value):
        return email_split(", ".join(value) if isinstance(value, list) else value or "")

    def _outsiders(self, document):
        """Return who follows ``document``, or is notified of it, beside its patient and the clinic's own people."""
        people = document.message_partner_ids | document.message_ids.notified_partner_ids
        people |= document.message_ids.partner_ids
        return people.filtered(lambda one: not one.user_ids or all(one.user_ids.mapped("share"))) - document.partner_id

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def test_a_bill_goes_to_its_patient_alone(self):
        for name, invoice in self.invoices.items():
            with self.subTest(name):
                to, mails = self._send_invoice(invoice)
                self.assertEqual(to, {f"{name}@example.com"})
                self.assertFalse(self._outsiders(invoice))
                for mail in mails:
                    self.assertNotRegex(f"{mail['subject']} {mail['body']}", "Facial|Laser")
                    names = [attachment[0] for attachment in mail["attachments"]]
                    self.assertEqual(names, [invoice._get_invoice_report_filename()])
                    [content] = [attachment[1] for attachment in mail["attachments"]]
                    for other in set(self.invoices.values()) - {invoice}:
                        self.assertNotIn(other.name.encode(), content)
                        self.assertNotIn(other.access_token or "no token", mail["body"])

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def test_so_do_credit_notes_and_receipts_of_payments(self):
        invoice = self.invoices["worker"]
        payment = self._pay(invoice)
        self.assertEqual(payment.partner_id, self.worker.partner_id)
        for to, mails in (self._send_payment(payment), self._send_invoice(self._credit(invoice))):
            self.assertEqual(to, {"worker@example.com"})
            self.assertNotRegex(" ".join(f"{mail['subject']} {mail['body']}" for mail in mails), "Facial|Laser")
        self.assertFalse(self._outsiders(payment))
        self.assertFalse(self._outsiders(invoice.reversal_move_ids))

    def test_each_patient_is_billed_alone_whatever_contact_stands_above(self):
        for patient in (self.child, self.worker):
            self.assertEqual(patient.partner_id.commercial_partner_id, patient.partner_id)
        someone = self.env["res.partner"].create({"name": "Someone", "parent_id": self.employer.id})
        self.assertEqual(someone.commercial_partner_id, self.employer)
        address = self.env["res.partner"].create({"name": "Bills", "type": "invoice", "parent_id": someone.id})
        someone_ill = self.env["clinic.patient"].sudo().create({"partner_id": someone.id})
        self.assertEqual((someone | address).commercial_partner_id, someone_ill.partner_id)
        self.mother.partner_id.parent_id = self.employer
        family = self.mother.partner_id | self.child.partner_id
        self.assertEqual(family.commercial_partner_id, family)

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def test_without_an_address_of_its_own_a_bill_goes_nowhere(self):
        self.child.email = False
        invoice = self.invoices["child"]
        action = invoice.with_user(self.users["reception"]).action_invoice_sent()
        wizards = self.env[action["res_model"]].with_user(self.users["reception"])
        wizard = wizards.with_context(**action["context"]).create({})
        self.assertFalse(wizard.mail_partner_ids - self.child.partner_id)

    @mute_logger("odoo.addons.mail.models.mail_mail", "odoo.http")
    def test_files_and_messages_of_a_sent_bill_are_served_to_its_patient_and_named_readers(self):
        invoice = self.invoices["child"]
        self._send_invoice(invoice)
        payment = self._pay(invoice)
        self._send_payment(payment)
        self.env.flush_all()
        self._check_served(invoice, payment, {"child"})
        self.child.invoice_reader_ids = [Command.set(self.logins["guardian"].partner_id.ids)]
        self._check_served(invoice, payment, {"child", "guardian"})

    def _check_served(self, invoice, payment, allowed):
        urls = self._urls(invoice, payment)
        seen = {url: set() for url in urls}
        for login in [*sorted(OTHERS), None]:
            user = self.logins[login].login if login else None
            self.authenticate(user, user)
            for url, mark in urls.items():
                content = self.url_open(url).content
                if mark in content:
                    seen[url].add(login)
            self._check_messages(invoice, payment, login, allowed)
        for url, logins in seen.items():
            self.assertLessEqual(logins, allowed, url)
        for kind in ("pdf", "html"):
            self.assertEqual(seen[f"/my/invoices/{invoice.id}?report_type={kind}"], allowed)
        self.assertEqual(seen[f"/my/invoices/{invoice.id}?report_type=pdf&download=true"], allowed)

    def _urls(self, invoice, payment):
        """Return {address: what stands in its answer, if it serves the bill}."""
        attachments = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_field", "in", (False, "invoice_pdf_report_file")),
                    "|",
                    "&",
                    ("res_model", "=", "mail.message"),
                    ("res_id", "in", (invoice.message_ids | payment.message_ids).ids),
                    "|",
                    "&",
                    ("res_model", "=", "account.move"),
                    ("res_id", "=", invoice.id),
                    "&",
                    ("res_model", "=", "account.payment"),
                    ("res_id", "=", payment.id),
                ]
            )
        )
        self.assertGreaterEqual(len(attachments), 2, "the bill and what was sent of it")
        name = invoice.name.encode()
        urls = {}
        for attachment in attachments:
            urls[f"/web/content/{attachment.id}"] = attachment.raw[:200]
            urls[f"/web/content/{attachment.id}?download=true"] = attachment.raw[:200]
            urls[f"/account/download_invoice_attachments/{attachment.id}"] = attachment.raw[:200]
        for kind in ("pdf", "html", "text", "pdf&download=true"):
            urls[f"/my/invoices/{invoice.id}?report_type={kind}"] = name
        urls[f"/my/invoices/{invoice.id}"] = name
        for kind in ("pdf", "html"):
            for report, record in (
                ("account.report_invoice_with_payments", invoice),
                ("account.report_invoice", invoice),
                ("account.report_payment_receipt", payment),
            ):
                urls[f"/report/{kind}/{report}/{record.id}"] = name
        urls |= {
            f"/web/content/account.move/{invoice.id}/invoice_pdf_report_file": name,
            f"/account/download_invoice_documents/{invoice.id}/pdf": name,
            f"/account/download_invoice_documents/{invoice.id}/all": name,
            f"/account/download_move_attachments/{invoice.id}": name,
            f"/mail/view?model=account.move&res_id={invoice.id}": name,
            f"/mail/message/{invoice.message_ids[:1].id}": name,
        }
        return urls

    def _check_messages(self, invoice, payment, login, allowed):
        """The messages on a bill are shown to nobody else, by any route of the chatter."""
        if login in allowed:
            return
        for document in (invoice, payment):
            thread = {"thread_model": document._name, "thread_id": document.id}
            for route in ("/mail/thread/messages", "/mail/chatter_fetch"):
                answer = self.url_open(
                    route, json={"jsonrpc": "2.0", "params": {**thread, "fetch_params": {"limit": 30}}}
                ).text
                self.assertNotIn(invoice.name, answer, f"{login}: {route}")
