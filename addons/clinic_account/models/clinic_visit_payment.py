from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import clean_context

# How the desk takes a payment, each by one button.
KINDS = ("card", "cash")


class ClinicVisit(models.Model):
    """Taking a payment at the desk: checked out and paid by one tap."""

    _inherit = "clinic.visit"

    amount_to_pay = fields.Monetary(
        compute="_compute_amount_to_pay",
        compute_sudo=True,
        help="What the patient pays at the desk: what is due, or before checkout what it will charge.",
    )

    @api.depends("amount_due", "amount_total", "is_checked_out")
    def _compute_amount_to_pay(self):
        for visit in self:
            if visit.is_checked_out:
                visit.amount_to_pay = visit.amount_due
            else:
                # An invoice that was credited in full says what was charged, not what will be.
                visit.amount_to_pay = visit._amount_expected() if visit.invoice_id else visit.amount_total

    def payment_offer(self):
        """Return what the desk sees before it takes a payment: the amount, and by what it can be taken."""
        self.ensure_one()
        self.check_access("write")
        self.env["account.move"].check_access("create")
        draft = self.payment_state == "draft"
        payable = not draft and self.currency_id.compare_amounts(self.amount_to_pay, 0) > 0
        return {
            "amount": self.currency_id.format(self.amount_to_pay) if payable else "",
            "kinds": [kind for kind in KINDS if payable and self.company_id._clinic_journal(kind)],
            "draft": draft,
        }

    def action_pay_card(self):
        """Check this visit out, if it is not yet, and take the whole payment by card; see ``_pay``."""
        return self._pay("card")

    def action_pay_cash(self):
        """Check this visit out, if it is not yet, and take the whole payment in cash; see ``_pay``."""
        return self._pay("cash")

    def action_pay_other(self):
        """Check this visit out, if it is not yet, and open Odoo's own payment: in parts, by another journal."""
        self.ensure_one()
        return self.action_register_payment() if self.amount_due > 0 else self.action_checkout()

    def _pay(self, kind):
        """Check out and register one payment of all that is due of this visit; a second tap takes none.

        :raises UserError: when the visit cannot be checked out, or there is nothing to pay or no journal for it
        """
        self.ensure_one()
        self.check_access("write")
        self._wait_for_other_checkout()
        if self.payment_state == "draft":
            raise UserError(
                self.env._("The invoice of %s is a draft. Open it and confirm it first.", self.patient_id.name)
            )
        if self.payment_state == "paid":
            return self._action_paid(self.env._("Paid already"))
        journal = self._payment_journal(kind)
        if not self.is_checked_out:
            self._check_out()
        due = self.amount_due
        if self.payment_state == "paid":
            return self._action_paid(self.env._("Checked out: there is nothing to pay."))
        self._register_payment(journal)
        labels = {"card": self.env._("%s paid by card"), "cash": self.env._("%s paid in cash")}
        return self._action_paid(labels[kind] % self.currency_id.format(due))

    def _payment_journal(self, kind):
        """Return the journal for ``kind``. Raise ``UserError`` where there is none."""
        journal = self.company_id._clinic_journal(kind)
        if not journal:
            labels = {"card": self.env._("card payments"), "cash": self.env._("cash")}
            raise UserError(
                self.env._(
                    "%(branch)s has no journal for %(kind)s. Ask the accountant to set one up.",
                    branch=self.company_id.name,
                    kind=labels[kind],
                )
            )
        return journal

    def _register_payment(self, journal, invoices=None, **values):
        """Register a payment of what is due into ``journal``, by Odoo's own dialog, and return it.

        :param invoices: those that are paid, if not all
        :param values: of the dialog, where it is not all that is due
        """
        context = {
            **clean_context(self.env.context),
            "active_model": "account.move",
            "active_ids": (self._invoices_to_pay() if invoices is None else invoices).ids,
            "dont_redirect_to_payments": True,
        }
        dialogs = self.env(context=context)["account.payment.register"].with_company(self.company_id)
        today = self.company_id._clinic_today()
        values = {"journal_id": journal.id, "payment_date": today, "group_payment": True, **values}
        return dialogs.create(values)._create_payments()

    def _action_paid(self, message):
        """Say that the visit is paid, and offer its receipt: nobody has to wait for a PDF."""
        return {
            "type": "ir.actions.client",
            "tag": "clinic_account.paid",
            "params": {
                "title": self.patient_id.name,
                "message": message,
                "receipt": self._receipt_url(),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _receipt_url(self):
        """Return the address of the page that is printed for the patient."""
        return f"/report/html/account.report_invoice_with_payments/{self.invoice_id.id}"
