from odoo import Command

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.clinic_agreement.const import CHECKS
from odoo.addons.clinic_package.tests.common import PackageMixin
from odoo.addons.clinic_payment.tests.common import PaymentMixin

ALL = [check for check, _label in CHECKS]


class AgreementMixin(PackageMixin, PaymentMixin):
    """A clinic with deposits, a debt, a credit and a course, all of whose money agrees."""

    @classmethod
    def setup_agreement(cls):
        cls.setup_payment()
        cls.setup_packages()
        cls._keep_waiting(cls.company_data["default_journal_bank"])
        cls.agreements = cls.env["clinic.agreement"]

    @classmethod
    def setup_accounting(cls):
        # Payments and packages each ask for it.
        if "laser" not in vars(cls):
            super().setup_accounting()

    @classmethod
    def _keep_waiting(cls, journal):
        """Let payments of ``journal`` have entries: they wait for the bank in an account of their own."""
        account = cls.env["account.account"].create(
            {"name": "Waiting", "code": "119998", "account_type": "asset_current", "reconcile": True}
        )
        for lines in (journal.inbound_payment_method_line_ids, journal.outbound_payment_method_line_ids):
            lines.payment_account_id = account

    @classmethod
    def _live(cls):
        """Let something of each kind happen."""
        cls.held = cls._held()
        cls.tx = cls._transaction(cls.held)
        cls.payment = cls._paid(cls.tx)
        done = cls._done(start=cls._at(15))
        done.action_checkout()
        cls._pay(done.invoice_id, 500)
        cls.course = cls._sell()
        cls._pay(cls.course.invoice_line_id.move_id, 20000)

    def _agree(self):
        return self.agreements._agree(self.branch)

    def _found(self, agreement=None):
        """Return {(check, cause): [documents]} of what differs or is explained."""
        found = {}
        for line in (agreement or self._agree()).difference_ids:
            found.setdefault((line.check, line.cause), []).append(line.document)
        return found

    def _sql(self, query, *args):
        """Change the database as nobody but its owner can."""
        self.env.flush_all()
        self.env.cr.execute(query, args)
        self.env.invalidate_all()

    @classmethod
    def _entry(cls, debit, credit, amount, partner=None):
        """Post an entry by hand."""
        lines = [(debit, amount), (credit, -amount)]
        move = cls.env["account.move"].create(
            {
                "move_type": "entry",
                "date": cls.branch._clinic_today(),
                "company_id": cls.branch.id,
                "line_ids": [
                    Command.create({"account_id": account.id, "balance": value, "partner_id": partner and partner.id})
                    for account, value in lines
                ],
            }
        )
        move.action_post()
        return move


class AgreementCommon(AgreementMixin, AccountTestInvoicingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_agreement()
        cls._live()
