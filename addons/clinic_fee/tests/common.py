from datetime import timedelta

from freezegun import freeze_time

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.clinic_payment.tests.common import PaymentMixin


class FeeMixin(PaymentMixin):
    """The clinic of the other tests: who does not come loses the deposit, who cancels too late pays 1,000."""

    @classmethod
    def setup_fees(cls):
        cls.setup_payment()
        cls.fee_rules = cls.env["clinic.fee.rule"]
        cls.fee_rules.search([]).active = False
        cls.fee_rule = cls._fee_rule(no_show_kind="deposit", late_kind="fixed", late_amount=1000)
        cls.fee_product = cls.env.ref("clinic_fee.product_fee")
        cls.fee_product.taxes_id = cls.laser.taxes_id
        cls.branch.clinic_cancel_cutoff = 24
        cls.sick = cls.env.ref("clinic_visit.cancel_reason_patient")

    @classmethod
    def _fee_rule(cls, **vals):
        return cls.fee_rules.create({"name": "Rule", **vals})

    def _booked(self, start=None, **kwargs):
        """Return a visit whose deposit of 1,150 was paid at the desk."""
        visit = self._held(start, **kwargs)
        visit.with_user(self.users["reception"]).take_deposit(self.cash.id)
        return visit

    def _miss(self, visit, role="reception"):
        """Let ``role`` note that nobody came to ``visit``."""
        with freeze_time(visit.start + timedelta(minutes=30)):
            visit.with_user(self.users[role]).action_no_show()
        self.env.invalidate_all()
        return visit

    def _cancel(self, visit, hours=1, reason=None, role="reception"):
        """Let ``role`` cancel ``visit`` so many hours before it begins."""
        with freeze_time(visit.start - timedelta(hours=hours)):
            visit.with_user(self.users[role]).action_cancel((reason or self.sick).id)
        self.env.invalidate_all()
        return visit

    def _messages(self, visit, trigger):
        return self.env["clinic.message"].search([("visit_id", "=", visit.id), ("kind_id.trigger", "=", trigger)])


class FeeCommon(FeeMixin, AccountTestInvoicingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_fees()
