from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from odoo.addons.clinic.door import a_form, a_list, a_number, an_id, takes

PAYMENT = a_form(method_id=an_id(), amount=a_number(), received=a_number(optional=True))
MOST_PAYMENTS = 20


class ClinicCheckout(models.AbstractModel):
    """Post and pay: one invoice and its payments, in one step and one transaction."""

    _inherit = "clinic.checkout"

    @api.model
    @takes(
        visit_id=an_id(),
        expected=a_number(),
        payments=a_list(PAYMENT, most=MOST_PAYMENTS),
        credits=a_list(an_id()),
    )
    def pay(self, visit_id, expected, payments, credits=None):
        """Check the visit out, if it is not yet, take the patient's credit off and register the payments.

        The amount that the user saw makes a second tap harmless: after the first one less is due, so that it takes
        nothing and gets the same answer.

        :param expected: what was to be paid when the user looked
        :param payments: [{"method_id", "amount", "received"}]; ``received`` is what was handed over in cash
        :param credits: the numbers of the credits that are taken off first, as ``load`` offered them
        :return: the screen, with "taken": whether this call has checked out or taken anything
        :raises UserError: when the visit cannot be checked out, or the payments do not fit; nothing is posted then
        """
        visit = self._visit(visit_id)
        visit._hold_off_checkout()
        currency = visit.currency_id
        if visit.payment_state == "draft":
            raise UserError(self._problem(visit))
        if currency.compare_amounts(visit.amount_to_pay, expected) != 0:
            if visit.is_checked_out:
                return {**self._prepare_screen(visit), "taken": False}
            raise UserError(self._changed_text(visit))
        parts = [self._read_payment(visit, payment) for payment in payments]
        self._check_days(visit, parts)
        was_open = not visit.is_checked_out
        if was_open:
            visit._check_out()
            if currency.compare_amounts(visit.amount_due, expected) != 0:
                raise UserError(self._changed_text(visit))
        self._take_credits(visit, credits or [])
        self._take_payments(visit, parts, may_leave=not was_open)
        return {**self._prepare_screen(visit), "taken": was_open or bool(parts or credits)}

    @api.model
    def _changed_text(self, visit):
        return self.env._(
            "The bill of %(patient)s has changed in the meantime: it is %(amount)s now. Look at it again, then pay.",
            patient=visit.patient_id.name,
            amount=visit.currency_id.format(visit.amount_to_pay),
        )

    @api.model
    def _read_payment(self, visit, payment):
        """Return a payment as it came from the screen: {"method", "amount", "received"}. Raise if it is none."""
        method = self._method_lines(visit.company_id).filtered(lambda line: line.id == payment["method_id"])
        if not method:
            raise UserError(
                self.env._(
                    "%s does not take payments by this method any more. Choose another one, or ask the accountant to "
                    "set up its journal.",
                    visit.company_id.name,
                )
            )
        amount = visit.currency_id.round(payment["amount"])
        received = visit.currency_id.round(payment.get("received") or 0.0)
        if not amount > 0:
            raise UserError(self.env["account.payment"]._nothing_paid_text())
        if received and (method.journal_id.type != "cash" or visit.currency_id.compare_amounts(received, amount) < 0):
            raise UserError(
                self.env._(
                    "Change is given for cash, and from no less than is paid: %s.", visit.currency_id.format(amount)
                )
            )
        return {"method": method, "amount": amount, "received": received}

    @api.model
    def _check_days(self, visit, parts):
        """Raise ``UserError`` when the books are closed for today."""
        branch = visit.company_id.sudo()
        journals = self.env["account.journal"].browse().union(*(part["method"].journal_id for part in parts))
        if not visit.is_checked_out:
            journals |= self.env["account.journal"].search(
                [*self.env["account.journal"]._check_company_domain(branch), ("type", "=", "sale")], limit=1
            )
        today = branch._clinic_today()
        for journal in journals.sudo():
            if branch._get_violated_lock_dates(today, True, journal):
                raise UserError(
                    self.env._(
                        "The accountant has closed %(day)s in %(journal)s. Nothing was posted: ask for the day to be "
                        "opened, then pay again.",
                        day=format_date(self.env, today),
                        journal=journal.name,
                    )
                )

    @api.model
    def _take_credits(self, visit, credits):
        """Set these credits of the patient against what is due."""
        if not credits:
            return
        lines = self._credit_lines(visit).filtered(lambda line: line.id in set(credits))
        if len(lines) != len(set(credits)):
            raise UserError(self.env._("A credit was used in the meantime. Look at the bill again, then pay."))
        for line in lines:
            for invoice in visit.invoice_ids.filtered(lambda one: one.move_type == "out_invoice"):
                if not line.reconciled and invoice._clinic_amount_due() > 0:
                    invoice.js_assign_outstanding_line(line.id)

    @api.model
    def _take_payments(self, visit, parts, may_leave):
        """Register ``parts``. Raise ``UserError`` when they are more than is due, or leave more than the user may.

        :param may_leave: a debt that was allowed before is paid off in parts by anyone at the desk
        """
        currency = visit.currency_id
        due = visit.amount_due
        left = currency.round(due - sum(part["amount"] for part in parts))
        if currency.compare_amounts(left, 0) < 0:
            raise UserError(
                self.env._(
                    "Only %(due)s is to be paid; %(more)s is too much. Change is given for cash alone.",
                    due=currency.format(due),
                    more=currency.format(-left),
                )
            )
        if currency.compare_amounts(left, 0) > 0 and not may_leave:
            visit._check_debt(left)
        for part in parts:
            self._take_payment(visit, part)

    @api.model
    def _take_payment(self, visit, part):
        """Register ``part``, a payment for each invoice that it pays: by none of them more is paid than it says."""
        method, currency = part["method"], visit.currency_id
        left, received = part["amount"], part["received"]
        for invoice in visit._invoices_to_pay().sorted("id"):
            amount = min(left, invoice._clinic_amount_due())
            if currency.compare_amounts(amount, 0) <= 0:
                continue
            payment = visit._register_payment(
                method.journal_id, invoice, payment_method_line_id=method.id, amount=amount
            )
            left = currency.round(left - amount)
            if received:
                # What was handed over for the next invoice is no change of this one.
                share = received if currency.is_zero(left) else amount
                payment._clinic_writing().clinic_received = share
                received = currency.round(received - share)
