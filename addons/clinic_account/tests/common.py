from freezegun import freeze_time

from odoo import Command
from odoo.tests import HttpCase, JsonRpcException, new_test_user
from odoo.tools import mute_logger

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.clinic_visit.tests.common import VisitMixin


class AccountMixin(VisitMixin):
    """The clinic of the other tests, in a company with a chart of accounts and a tax of 15 %."""

    @classmethod
    def setup_accounting(cls):
        branch = cls.company_data["company"]
        # Somebody who works in the clinic: Odoo dates what a person enters by the person's zone, and not by UTC.
        cls.env.user.write({"group_ids": [Command.link(cls.env.ref("clinic.group_manager").id)], "tz": "Asia/Karachi"})
        cls.setup_clinic(branch)
        if "clinic_debt_reception" in branch._fields:
            # With clinic_checkout; most tests check out first and pay later.
            branch.clinic_debt_reception = 1_000_000
        cls.tax = cls.company_data["default_tax_sale"]
        (cls.facial | cls.laser).write({"taxes_id": [(6, 0, cls.tax.ids)]})

    @classmethod
    def _done(cls, treatments=None, **kwargs):
        """Return a visit whose procedures have been performed."""
        visit = cls.book(treatments, **kwargs)
        with freeze_time(visit.start):
            visit.action_arrive()
            for procedure in visit.procedure_ids:
                procedure.action_start()
                procedure.action_done()
        return visit

    @classmethod
    def _pay(cls, invoice, amount=None):
        """Pay ``invoice`` by Odoo's own wizard."""
        wizard = cls.env["account.payment.register"].with_context(active_model="account.move", active_ids=invoice.ids)
        vals = {"amount": amount} if amount else {}
        return wizard.create(vals)._create_payments()

    @classmethod
    def _credit(cls, invoice):
        """Credit all of ``invoice`` by Odoo's own wizard and return the posted credit note."""
        wizard = cls.env["account.move.reversal"].with_context(active_model="account.move", active_ids=invoice.ids)
        wizard = wizard.create({"journal_id": invoice.journal_id.id, "reason": "Patient complained"})
        wizard.reverse_moves()
        note = wizard.new_move_ids
        if note.state == "draft":
            note.action_post()
        return note


class DeskMixin:
    """What a browser asks the server as somebody who is signed in."""

    def _ask(self, login, model, method, *args, **kwargs):
        """Return (answer, None), or (None, the exception's name and message)."""
        self.authenticate(f"test_{login}", f"test_{login}")
        params = {"model": model, "method": method, "args": list(args), "kwargs": kwargs}
        try:
            with mute_logger("odoo.http", "odoo.sql_db"):
                return self.make_jsonrpc_request(f"/web/dataset/call_kw/{model}/{method}", params), None
        except JsonRpcException as error:
            return None, str(error)

    def assert_refused(
        self, login, model, method, *args, kinds=("AccessError", "UserError", "ValidationError"), **kwargs
    ):
        """Asked by ``login``, the server refuses in words."""
        _answer, error = self._ask(login, model, method, *args, **kwargs)
        self.assertIn((error or "").rpartition(".")[2], kinds, f"{login}: {model}.{method}{args}")


class AccountCommon(AccountMixin, AccountTestInvoicingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_accounting()


class FamilyCommon(AccountCommon, HttpCase):
    """Patients of one family and of one employer, who each have an invoice and a login to the portal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        partners = cls.env["res.partner"].sudo()
        cls.employer = partners.create({"name": "Employer Ltd", "is_company": True})
        cls.mother = cls._login("mother", cls._register("Mother"))
        cls.child = cls._register("Child", parent_id=cls.mother.partner_id.id)
        cls.worker = cls._register("Worker", parent_id=cls.employer.id)
        cls.logins = {
            "mother": cls.mother,
            "child": cls._login("child", cls.child),
            "worker": cls._login("worker", cls.worker),
            "employer": cls._login("employer", partner=cls.employer),
            "colleague": cls._login(
                "colleague", partner=partners.create({"name": "Colleague", "parent_id": cls.employer.id})
            ),
            "guardian": cls._login("guardian", partner=partners.create({"name": "Guardian"})),
        }
        cls.invoices = {
            name: cls._invoice_of(patient) for name, patient in (("child", cls.child), ("worker", cls.worker))
        }
        cls.invoices["mother"] = cls._invoice_of(cls.mother.partner_id.sudo().clinic_patient_ids)

    @classmethod
    def _register(cls, name, **vals):
        return cls.env["clinic.patient"].sudo().create({"name": name, **vals})

    @classmethod
    def _login(cls, login, patient=None, partner=None):
        partner = partner or patient.partner_id
        return new_test_user(cls.env, f"portal_{login}", "base.group_portal", partner_id=partner.id)

    @classmethod
    def _invoice_of(cls, patient):
        cls.patient, other = patient, cls.patient
        visit = cls._done(start=cls._at(9 + patient.id % 8))
        cls.patient = other
        visit.action_checkout()
        return visit.invoice_id
