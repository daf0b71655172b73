from odoo import Command

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.clinic_account.tests.common import AccountMixin

BARCODE = "5901234123457"


class CheckoutMixin(AccountMixin):
    """The clinic of the other tests, which sells sun cream and takes tips; nothing may stay unpaid at the desk."""

    @classmethod
    def setup_checkout(cls):
        cls.setup_accounting()
        cls.branch.clinic_debt_reception = 0
        cls.branch.clinic_tip_account_id = cls.env["account.account"].create(
            {"name": "Tips to pay out", "code": "201999", "account_type": "liability_current"}
        )
        cls.cream = cls.env["product.product"].create(
            {
                "name": "Sun cream",
                "list_price": 200,
                "barcode": BARCODE,
                "is_confidential": False,
                "taxes_id": [Command.set(cls.tax.ids)],
            }
        )
        cls.card = cls.company_data["default_journal_bank"].inbound_payment_method_line_ids[:1]
        cls.cash = cls.company_data["default_journal_cash"].inbound_payment_method_line_ids[:1]

    def _screen(self, role="reception"):
        return self.env["clinic.checkout"].with_user(self.users[role]).with_company(self.branch)

    def _part(self, method, amount, received=0):
        return {"method_id": method.id, "amount": amount, "received": received}


class CheckoutCommon(CheckoutMixin, AccountTestInvoicingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_checkout()
