from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.clinic_account.tests.common import AccountMixin


class CommissionCommon(AccountMixin, AccountTestInvoicingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_accounting()
        cls.rules = cls.env["clinic.commission.rule"]
        cls.env["clinic.commission.rule"].search([]).active = False

    @classmethod
    def _rule(cls, name="Rule", **vals):
        return cls.rules.create({"name": name, **({} if "amount" in vals else {"percent": 40}), **vals})

    @classmethod
    def _invoiced(cls, treatments=None, **kwargs):
        visit = cls._done(treatments, **kwargs)
        visit.action_checkout()
        return visit

    @classmethod
    def _entries(cls, visit):
        return cls.env["clinic.commission.entry"].search([("procedure_id.visit_id", "=", visit.id)], order="id")
