from freezegun import freeze_time

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.clinic_account.tests.common import AccountMixin
from odoo.addons.clinic_stock.tests.common import StockMixin


class StockAccountMixin(StockMixin, AccountMixin):
    @classmethod
    def setup_stock_accounting(cls):
        cls.setup_accounting()
        cls.setup_stock()
        cls.toxin.taxes_id = cls.tax

    @classmethod
    def _finish(cls, visit):
        with freeze_time(visit.start):
            visit.action_done()


class StockAccountCommon(StockAccountMixin, AccountTestInvoicingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_stock_accounting()
        cls.visit = cls.book(practitioner=cls.doctor)
        cls.procedure = cls._treat(cls.visit)
