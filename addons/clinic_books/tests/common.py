from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.clinic_account.tests.common import AccountMixin


class BooksCommon(AccountMixin, AccountTestInvoicingCommon):
    """The clinic of the other tests with two branches, which use its chart of accounts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_accounting()
        cls.company_data_2 = cls.setup_other_company()
        cls.north, cls.south = cls.env["res.company"].create(
            [{"name": name, "parent_id": cls.branch.id} for name in ("North", "South")]
        )
        cls.cr.flush()
        everywhere = cls.branch | cls.north | cls.south
        cls.env.user.company_ids += everywhere
        for user in cls.users.values():
            user.company_ids = everywhere
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": everywhere.ids})
        cls.today = cls.branch._clinic_today()
        cls.purchase_tax = cls.company_data["default_tax_purchase"]
        cls.purchase_tax.amount = 16
        cls.cash = cls.company_data["default_journal_cash"]
        cls.bank = cls.company_data["default_journal_bank"]
        cls.rent = cls.env.ref("clinic_books.category_rent")
        cls.rent.account_id = cls.company_data["default_account_expense"]
        cls.vendor = cls.env["res.partner"].create({"name": "Landlord"})

    @classmethod
    def _expense(cls, amount, **values):
        return cls.env["clinic.expense"].create(
            {
                "company_id": cls.north.id,
                "category_id": cls.rent.id,
                "amount": amount,
                "partner_id": cls.vendor.id,
                **values,
            }
        )

    @classmethod
    def _spend(cls, amount, **values):
        return cls._expense(amount, **values)._post()

    @classmethod
    def _sell(cls, branch, amount, date, paid=0.0, journal=None):
        """Return the invoice of ``amount`` before tax in ``branch``, of which ``paid`` was taken into ``journal``."""
        line = {
            "name": "Visit",
            "price_unit": amount,
            "tax_ids": [(6, 0, cls.tax.ids)],
            "account_id": cls.company_data["default_account_revenue"].id,
        }
        values = {
            "move_type": "out_invoice",
            "company_id": branch.id,
            "journal_id": cls.company_data["default_journal_sale"].id,
            "partner_id": cls.patient.partner_id.id,
            "invoice_date": date,
            "invoice_date_due": date,
            "invoice_payment_term_id": False,
            "invoice_line_ids": [(0, 0, line)],
        }
        invoice = cls.env["account.move"].with_company(branch).create(values)
        invoice.action_post()
        if paid:
            due = invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
            register = {"journal_id": journal.id, "amount": paid, "payment_date": date, "line_ids": due.ids}
            cls.env["account.payment.register"].create(register)._create_payments()
        return invoice
