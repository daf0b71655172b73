from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.tools import SQL

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.clinic_checkout.tests.common import CheckoutMixin
from odoo.addons.clinic_message.tests.common import MessageMixin


class PaymentMixin(CheckoutMixin, MessageMixin):
    """The clinic of the other tests, which asks 30 % in advance for what costs more than 5,000."""

    @classmethod
    def setup_payment(cls):
        cls.setup_checkout()
        cls.setup_messages()
        cls.rules = cls.env["clinic.deposit.rule"]
        cls.rules.search([]).active = False
        # The laser costs 5,000, 5,750 with its tax of 15 %.
        cls.rule = cls._rule(treatment_id=cls.laser.id, percent=20, terms="We keep it on the day itself.")
        cls._setup_provider()

    @classmethod
    def _rule(cls, **vals):
        return cls.rules.create({"name": "Rule", **vals})

    @classmethod
    def _setup_provider(cls):
        """Make a provider that takes every payment, without any of the real ones."""
        form = cls.env["ir.ui.view"].create(
            {"name": "Test redirect", "type": "qweb", "arch": '<form action="dummy" method="post"></form>'}
        )
        cls.method = cls.env.ref("payment.payment_method_unknown")
        cls.provider = cls.env["payment.provider"].create(
            {
                "name": "Test provider",
                "code": "none",
                "state": "test",
                "is_published": True,
                "company_id": cls.branch.id,
                "payment_method_ids": [Command.set(cls.method.ids)],
                "redirect_form_view_id": form.id,
            }
        )
        cls.method.active = True
        journal = cls.company_data["default_journal_bank"]
        cls.env["account.payment.method.line"].create(
            {
                "payment_method_id": cls.env["account.payment.method"]
                .sudo()
                .create({"name": "Test online", "code": "none", "payment_type": "inbound"})
                .id,
                "journal_id": journal.id,
                "payment_provider_id": cls.provider.id,
            }
        )
        cls.provider.journal_id = journal

    # -- booking and paying -------------------------------------------------------------------------------------------

    @classmethod
    def _held(cls, start=None, treatments=None, **kwargs):
        """Return a visit that waits for its deposit of 1,150."""
        return cls.book(treatments or cls.laser, start or cls._at(10), cls.doctor, **kwargs)

    @classmethod
    def _transaction(cls, visit, amount=None, **vals):
        """Return a new online payment for ``visit``, as its payment page makes one."""
        transactions = cls.env["payment.transaction"].sudo()
        return transactions.create(
            {
                "provider_id": cls.provider.id,
                "payment_method_id": cls.method.id,
                "reference": transactions._compute_reference("none", prefix=visit.name),
                "amount": amount or visit.deposit_due or 1150,
                "currency_id": visit.currency_id.id,
                "partner_id": visit.patient_id.partner_id.id,
                "operation": "online_redirect",
                "clinic_visit_id": visit.id,
                **vals,
            }
        )

    @classmethod
    def _paid(cls, tx):
        """Let ``tx`` be done, and its post-processing run; return its payment."""
        tx._set_done()
        tx._post_process()
        return tx.payment_id

    def _expire(self, visit):
        """Let the scheduled action release ``visit``, just after its deadline."""
        with freeze_time(visit.expires_at + timedelta(minutes=1)), self.enter_registry_test_mode():
            self.env.ref("clinic_visit.cron_release_expired_holds").method_direct_trigger()
        self.env.invalidate_all()

    def _perform(self, visit):
        """Let what is booked be done."""
        with freeze_time(visit.start):
            visit.action_arrive()
            for procedure in visit.procedure_ids:
                procedure.action_start()
                procedure.action_done()

    # -- the books ----------------------------------------------------------------------------------------------------

    def _ledger(self):
        """Return (balance, what is open, number of documents) of the patient's posted receivable, by SQL."""
        self.env.flush_all()
        query = SQL(
            """
            SELECT SUM(line.balance), SUM(line.amount_residual), COUNT(DISTINCT line.move_id)
              FROM account_move_line line
              JOIN account_account account ON account.id = line.account_id
             WHERE line.partner_id = %s AND line.parent_state = 'posted'
               AND account.account_type = 'asset_receivable'
            """,
            self.patient.partner_id.id,
        )
        [(balance, residual, moves)] = self.env.execute_query(query)
        return float(balance or 0), float(residual or 0), moves

    def _now(self, **delta):
        return fields.Datetime.now() + timedelta(**delta)


class PaymentCommon(PaymentMixin, AccountTestInvoicingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_payment()
