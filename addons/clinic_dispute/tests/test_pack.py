from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.clinic.tests.printing import activate, read, squeezed
from odoo.addons.clinic_account.tests.common import DeskMixin
from odoo.addons.clinic_payment.tests.common import PaymentCommon

MARK = "Zq7Marker"
OF_PAYMENT, OF_INVOICE = "clinic_dispute.report_payment", "clinic_dispute.report_invoice"


class DisputeCommon(DeskMixin, PaymentCommon, HttpCase):
    def setUp(self):
        super().setUp()
        self.rule.terms = f"We keep it on the day itself, also of {self.laser.name}."
        self.visit = self._held()
        evidence = {"clinic_accepted_at": self._now(), "clinic_accepted_text": self.visit.deposit_text}
        self.tx = self._transaction(
            self.visit, provider_reference="PRV-77", clinic_ip="203.0.113.9", clinic_browser="Test/1.0", **evidence
        )
        self.payment = self._paid(self.tx)

    def _pack(self, document=None, role="manager"):
        document = document or self.payment
        packs = self.env["clinic.dispute.pack"].with_user(self.users[role])
        [pack] = packs._prepare_packs(document.with_user(self.users[role]))
        return pack

    def _words(self, pack):
        """Return all that a pack says."""
        parts = [pack["title"], *(text for row in pack["about"] for text in row)]
        for section in pack["sections"]:
            parts += [section["title"], section["none"], *section["columns"]]
            parts += [text for row in (*section["rows"], *section["lines"]) for text in row]
        return "\n".join(filter(None, parts))

    def _html(self, role="manager", document=None, report=OF_PAYMENT):
        reports = self.env["ir.actions.report"].with_user(self.users[role])
        return reports._render_qweb_html(report, (document or self.payment).ids)[0].decode()


@tagged("post_install", "-at_install")
class TestPack(DisputeCommon):
    """What one PDF tells a bank, and what it never does."""

    def test_it_tells_of_booking_agreement_and_money(self):
        text = self._words(self._pack())
        for part in (
            self.visit.name,
            self.branch.name,
            self.visit.booked_by_id.name,
            "By phone",
            "Asia/Karachi",
            self.branch._clinic_moment_text(self.visit.start),
            "1,150.00",
            "We keep it on the day itself",
            "203.0.113.9",
            "Test/1.0",
            "PRV-77",
            self.tx.reference,
            self.payment.name,
            self.patient.name,
            "No invoice was made yet.",
        ):
            self.assertIn(part, text)

    def test_what_happened_to_the_visit_is_there_with_times_and_people(self):
        self.visit.with_user(self.users["reception"]).action_cancel(self.env.ref("clinic_visit.cancel_reason_patient"))
        text = self._words(self._pack())
        self.assertIn("Cancelled, by the patient", text)
        self.assertIn("What happened", text)

    def test_each_step_says_who(self):
        """From the visit's own fields where the change log has nothing, e.g. of what was imported."""
        self._perform(self.visit)
        pack = self._pack()
        [steps] = [section for section in pack["sections"] if section["title"] == "What happened"]
        said = [line[2] for line in steps["lines"]]
        for word in ("Held", "Booked", "Arrived", "Done"):
            self.assertIn(word, said)

    def test_the_invoice_of_the_visit_and_what_was_paid_back(self):
        self._perform(self.visit)
        self.visit.action_checkout()
        self._pay(self.visit.invoice_id, 500)
        text = self._words(self._pack())
        self.assertIn(self.visit.invoice_id.name, text)
        self.assertIn("500.00", text)
        same = self._words(self._pack(self.visit.invoice_id))
        for part in (self.payment.name, "203.0.113.9", "5,750.00"):
            self.assertIn(part, same)

    def test_messages_are_there_without_links(self):
        visit = self._held(start=self._at(14))
        visit._send_payment_link()
        [message] = self.env["clinic.message"].sudo().search([("visit_id", "=", visit.id)])
        message._change({"state": "sent", "sent_at": self._now()})
        payment = self._paid(self._transaction(visit))
        text = self._words(self._pack(payment))
        for part in ("A deposit is asked for", "Email", "Trial", visit.patient_id.name):
            self.assertIn(part, text)
        for part in ("/clinic/pay/", "{pay}", "{link}"):
            self.assertNotIn(part, text)

    def test_nothing_of_the_patient_s_health_is_in_it(self):
        """Marked wherever somebody could write it, and searched for in all that is said."""
        kind = self.env["clinic.message.kind"].create({"name": f"{MARK} kind", "trigger": "after", "hours": 3})
        of_laser = self.env["clinic.message.kind"].create(
            {
                "name": f"{MARK} of laser",
                "trigger": "before",
                "hours": 2,
                "treatment_ids": [Command.set(self.laser.ids)],
            }
        )
        base = {
            "patient_id": self.patient.id,
            "visit_id": self.visit.id,
            "company_id": self.branch.id,
            "channel": "email",
            "state": "sent",
            "sent_at": self._now(),
            "body": f"{MARK} cream",
        }
        self.env["clinic.message"].sudo().create(
            [
                {**base, "key": "dispute:1", "kind_id": kind.id},
                {**base, "key": "dispute:2", "kind_id": of_laser.id},
                {**base, "key": "dispute:3", "direction": "in", "state": "received"},
                {**base, "key": "dispute:4", "channel": "call", "state": "logged"},
            ]
        )
        self.visit.sudo().write({"note": f"{MARK} note"})
        reason = self.env["clinic.cancel.reason"].create({"name": f"{MARK} pregnant", "by_patient": True})
        self.visit.action_cancel(reason)
        text = self._words(self._pack()) + self._html()
        self.assertIn("We keep it on the day itself", text)
        for word in (MARK, self.laser.name, "pregnant"):
            self.assertNotIn(word, text)
        self.assertIn("Before a visit", text)

    def test_it_is_english_whatever_the_patient_and_the_reader_speak(self):
        activate(self.env, "ur_PK", ["web", "clinic", "clinic_dispute"])
        self.patient.lang = self.users["manager"].lang = "ur_PK"
        page = self._html()
        for word in ("Booked by", "Time of the visit", "Payments"):
            self.assertIn(word, page)
        self.assertNotRegex(page, r'<body[^>]+dir="rtl"')

    @mute_logger("odoo.addons.base.models.ir_actions_report")
    def test_it_is_printed_with_numbered_pages(self):
        reports = self.env["ir.actions.report"].with_user(self.users["manager"])
        reports = reports.with_context(force_report_rendering=True)
        pdf, kind = reports._render_qweb_pdf(OF_PAYMENT, self.payment.ids)
        self.assertEqual(kind, "pdf")
        text = squeezed(read(pdf))
        for part in (self.visit.name, "203.0.113.9", "PRV-77", "Page"):
            self.assertIn(squeezed(part), text)
        self.assertNotIn(squeezed(self.laser.name), text)

    def test_that_it_was_printed_is_logged(self):
        log = self.env["clinic.access.log"].sudo()
        before = log.search_count([("action", "=", "print"), ("model", "=", "account.payment")])
        self._html()
        row = log.search([("action", "=", "print"), ("model", "=", "account.payment")], limit=1)
        self.assertEqual(log.search_count([("action", "=", "print"), ("model", "=", "account.payment")]), before + 1)
        self.assertEqual((row.patient_id, row.user_id), (self.patient, self.users["manager"]))

    def test_what_is_no_patient_s_has_no_pack(self):
        partner = self.env["res.partner"].create({"name": "Supplier"})
        payment = self.env["account.payment"].create(
            {"amount": 5, "partner_id": partner.id, "company_id": self.branch.id}
        )
        payment.action_post()
        with self.assertRaisesRegex(UserError, "what a patient paid"):
            self._pack(payment)

    def test_a_visit_that_was_booked_again_is_in_it(self):
        visit = self._held(start=self._at(14))
        self._expire(visit)
        with freeze_time(visit.expires_at):
            payment = self._paid(self._transaction(visit, 1150))
        self.assertTrue(visit.rebooked_as_id)
        text = self._words(self._pack(payment))
        self.assertIn(visit.name, text)
        self.assertIn(visit.rebooked_as_id.name, text)


@tagged("post_install", "-at_install")
class TestPackRights(DisputeCommon):
    """Made by those who keep the books, of their own branches, by the button and by the report's own address."""

    def test_by_the_button(self):
        for role in ("reception", "practitioner", "cosmetologist", "warehouse"):
            self.assert_refused(role, "account.payment", "action_clinic_dispute_pack", self.payment.ids)
        for role in ("accountant", "manager"):
            answer, error = self._ask(role, "account.payment", "action_clinic_dispute_pack", self.payment.ids)
            self.assertFalse(error)
            self.assertEqual(answer["report_name"], OF_PAYMENT)

    def _address(self, login, converter, report=OF_PAYMENT, document=None):
        self.authenticate(login, login)
        with mute_logger("odoo.http", "odoo.sql_db"):
            return self.url_open(f"/report/{converter}/{report}/{(document or self.payment).id}")

    def test_by_the_address(self):
        self.visit.action_cancel(self.env.ref("clinic_visit.cancel_reason_patient"))
        new_test_user(
            self.env, "test_portal", "base.group_portal", partner_id=self.patient.partner_id.id, password="test_portal"
        )
        for login in ("reception", "practitioner", "warehouse", "portal"):
            for converter in ("html", "pdf", "text"):
                with self.subTest(login=login, converter=converter):
                    answer = self._address(f"test_{login}", converter)
                    self.assertNotEqual(answer.status_code, 200)
                    self.assertNotIn("203.0.113.9", answer.text)
                    self.assertNotIn("Traceback", answer.text)
        self.authenticate(None, None)
        self.assertNotIn("203.0.113.9", self.url_open(f"/report/html/{OF_PAYMENT}/{self.payment.id}").text)
        for login in ("accountant", "manager"):
            answer = self._address(f"test_{login}", "html")
            self.assertEqual(answer.status_code, 200)
            self.assertIn("203.0.113.9", answer.text)

    def test_a_manager_of_another_branch(self):
        other = self.env["res.company"].create({"name": "Other"})
        manager = self.users["manager"]
        manager.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        self.env.flush_all()
        for report, document in ((OF_PAYMENT, self.payment), (OF_INVOICE, self.payment.move_id)):
            answer = self._address("test_manager", "html", report, document)
            self.assertNotEqual(answer.status_code, 200)
            self.assertNotIn("203.0.113.9", answer.text)
        self.assert_refused("manager", "account.payment", "action_clinic_dispute_pack", self.payment.ids)

    def test_a_visit_of_a_branch_where_one_does_not_work(self):
        """The payment may stand in one's own branch, and the visit in another."""
        other = self.env["res.company"].create({"name": "Other"})
        self.env.cr.execute("UPDATE clinic_visit SET company_id = %s WHERE id = %s", [other.id, self.visit.id])
        self.env.invalidate_all()
        with self.assertRaisesRegex(AccessError, "Other"):
            self._pack()
