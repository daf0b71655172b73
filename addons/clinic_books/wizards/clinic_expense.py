from base64 import b64decode

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tools import SQL
from odoo.tools.mimetypes import guess_mimetype

SLIPS = ("image/jpeg", "image/png", "image/webp", "image/gif", "application/pdf")
LARGEST_SLIP = 10 * 1024 * 1024


class ClinicExpense(models.TransientModel):
    """A short form for what the clinic has spent: it makes a native vendor bill, or a receipt where no vendor is named.

    All of it happens in one transaction: what cannot be posted or paid leaves nothing behind.
    """

    _name = "clinic.expense"
    _description = "New Expense"

    company_id = fields.Many2one(
        "res.company", string="Branch", required=True, default=lambda self: self._default_company_id()
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    category_id = fields.Many2one("clinic.expense.category", required=True)
    amount = fields.Monetary(string="Amount with Tax", required=True)
    date = fields.Date(required=True, compute="_compute_date", store=True, readonly=False, precompute=True)
    partner_id = fields.Many2one(
        "res.partner", string="Vendor", compute="_compute_partner_id", store=True, readonly=False
    )
    tax_ids = fields.Many2many(
        "account.tax",
        string="Taxes",
        domain="[('type_tax_use', '=', 'purchase'), ('company_id', 'parent_of', company_id)]",
        compute="_compute_tax_ids",
        store=True,
        readonly=False,
    )
    ref = fields.Char(string="Bill Number")
    description = fields.Char()
    journal_id = fields.Many2one(
        "account.journal",
        string="Paid From",
        domain="[('type', 'in', ('bank', 'cash')), ('company_id', 'parent_of', company_id)]",
        help="The cash desk or bank account that paid it. Empty: it is still to be paid.",
    )
    date_due = fields.Date(string="Due Date")
    repeat = fields.Selection(
        [("monthly", "Every Month"), ("quarterly", "Every Quarter"), ("yearly", "Every Year")],
        help="The next one is made by itself when this one is posted, and posted on its day. It is then to be paid.",
    )
    repeat_until = fields.Date(string="Until")
    is_advertising = fields.Boolean(related="category_id.is_advertising")
    source_id = fields.Many2one("utm.source")
    campaign_id = fields.Many2one("utm.campaign")
    slip = fields.Binary(string="Picture of the Slip", attachment=False)
    slip_name = fields.Char()
    bill_id = fields.Many2one("account.move", readonly=True, copy=False)

    @api.model
    def _default_company_id(self):
        """Return the branch at work; of a clinic with branches, rather one of them than the company above."""
        chosen = self.env.company
        branches = (self.env.companies - chosen).filtered(lambda company: chosen in company.sudo().parent_ids)
        return branches[:1] or chosen

    @api.depends("company_id")
    def _compute_date(self):
        for expense in self:
            expense.date = expense.date or (expense.company_id or self.env.company)._clinic_today()

    @api.depends("category_id")
    def _compute_partner_id(self):
        usual = self.env["clinic.expense.category"].search([]).partner_id
        for expense in self:
            # What was chosen by hand stays; what another category proposed does not.
            chosen = expense.partner_id - usual
            expense.partner_id = expense.category_id.partner_id or chosen

    @api.depends("category_id")
    def _compute_tax_ids(self):
        for expense in self:
            expense.tax_ids = expense._taxes_of_branch(expense.category_id.tax_ids)

    @api.onchange("company_id")
    def _onchange_company_id(self):
        # What was chosen by hand stays, as far as the branch knows it.
        known = self._taxes_of_branch(self.tax_ids)
        if known != self.tax_ids:
            self.tax_ids = known or self._taxes_of_branch(self.category_id.tax_ids)

    def _taxes_of_branch(self, taxes):
        return taxes.filtered(lambda tax: tax.company_id in self.company_id.sudo().parent_ids)

    # -- buttons ------------------------------------------------------------------------------------------------------

    def action_post(self):
        """Post the expense and open its bill."""
        bill = self._post()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": bill.id,
            "views": [[False, "form"]],
        }

    def action_post_and_new(self):
        """Post the expense and offer the form for the next one, of the same branch and day."""
        self._post()
        action = self.env["ir.actions.act_window"]._for_xml_id("clinic_books.clinic_expense_action")
        return {**action, "context": {"default_company_id": self.company_id.id, "default_date": str(self.date)}}

    # -- posting ------------------------------------------------------------------------------------------------------

    def _post(self):
        """Make, post and, if it is paid, pay the bill of this expense; return the bill.

        :raises UserError: for what is missing or does not fit, before anything is written
        """
        self.ensure_one()
        self.check_access("write")
        # A second tap, or an answer that was lost: it waits for the first, and gets its bill.
        self.env.execute_query(SQL("SELECT id FROM clinic_expense WHERE id = %s FOR UPDATE", self.id))
        self.invalidate_recordset(["bill_id"])
        if self.bill_id:
            return self.bill_id
        journal = self._purchase_journal()
        self._check_values()
        self._check_locks(journal)
        bill = self.env["account.move"].with_company(self.company_id).create(self._prepare_bill(journal))
        self._fit_total(bill)
        self._attach_slip(bill)
        bill.action_post()
        if self.journal_id:
            self._pay(bill)
        self._clinic_writing().bill_id = bill
        return bill

    def _purchase_journal(self):
        """Return the journal of this branch's bills."""
        journals = self.env["account.journal"]
        found = journals.search([*journals._check_company_domain(self.company_id), ("type", "=", "purchase")])
        if not found:
            raise UserError(
                self.env._(
                    "%(branch)s has no journal for vendor bills. Ask the accountant to set one up under Invoicing, "
                    "Configuration, Journals.",
                    branch=self.company_id.name,
                )
            )
        return found.sorted(lambda journal: (journal.company_id != self.company_id, journal.sequence, journal.id))[0]

    def _check_values(self):
        if self.currency_id.compare_amounts(self.amount, 0) <= 0:
            raise ValidationError(self.env._("Enter the amount that was spent, above zero."))
        if self.date > self.company_id._clinic_today():
            raise ValidationError(
                self.env._("This expense is of a day to come. Enter its bill on its day, or repeat an earlier one.")
            )
        if self.date_due and self.date_due < self.date:
            raise ValidationError(self.env._("An expense is not due before its own date."))
        if self.repeat and self.repeat_until and self.repeat_until <= self.date:
            raise ValidationError(self.env._("It is repeated until a day after its own date."))
        foreign = self.tax_ids.filtered(lambda tax: tax.company_id not in self.company_id.sudo().parent_ids)
        if foreign or self.tax_ids.filtered(lambda tax: tax.type_tax_use != "purchase"):
            raise ValidationError(self.env._("Choose taxes on purchases of this branch."))
        if len(set(self.tax_ids.mapped("price_include"))) > 1:
            raise ValidationError(
                self.env._("Taxes that are in the price and taxes on top of it do not go together in one expense.")
            )
        self._check_journal()

    def _check_journal(self):
        # Where it belongs is asked of a journal that the user may not even read, to say so in words.
        paid_from = self.journal_id.sudo()
        if not paid_from:
            return
        if paid_from.type not in ("bank", "cash") or paid_from.company_id not in self.company_id.sudo().parent_ids:
            raise ValidationError(self.env._("Choose a cash desk or bank account of this branch."))
        if not paid_from.outbound_payment_method_line_ids:
            raise UserError(
                self.env._(
                    "Nothing can be paid from %(journal)s: it has no outgoing payment method. Ask the accountant to "
                    "add one to the journal, or leave the expense to be paid.",
                    journal=paid_from.name,
                )
            )

    def _check_locks(self, journal):
        """Refuse what belongs into closed books: Odoo would book it on a later day without a word."""
        company = self.company_id
        journals = [journal, self.journal_id] if self.journal_id else [journal]
        locks = [
            lock for one in journals for lock in company._get_violated_lock_dates(self.date, bool(self.tax_ids), one)
        ]
        if locks:
            raise UserError(
                self.env._(
                    "The books are closed on this day: %(locks)s. Date the expense later, or ask the accountant to "
                    "open the period.",
                    locks=company._format_lock_dates(set(locks)),
                )
            )

    def _prepare_bill(self, journal):
        """Return the values of the vendor bill, or of the receipt where no vendor is named."""
        return {
            "move_type": "in_invoice" if self.partner_id else "in_receipt",
            "company_id": self.company_id.id,
            "journal_id": journal.id,
            "partner_id": self.partner_id.id,
            "currency_id": self.currency_id.id,
            "invoice_date": self.date,
            "date": self.date,
            "invoice_date_due": self.date_due or self.date,
            "invoice_payment_term_id": False,
            "ref": self.ref,
            "clinic_expense_category_id": self.category_id.id,
            "source_id": self.source_id.id if self.is_advertising else False,
            "campaign_id": self.campaign_id.id if self.is_advertising else False,
            "auto_post": self.repeat or "no",
            "auto_post_until": self.repeat_until if self.repeat else False,
            "invoice_line_ids": [Command.create(self._prepare_line())],
        }

    def _prepare_line(self):
        """Return the values of the bill's one line."""
        in_price = bool(self.tax_ids) and self.tax_ids[0].price_include
        untaxed = self.company_id._clinic_untaxed(self.amount, self.tax_ids, self.partner_id)
        return {
            "name": self.description or self.category_id.name,
            "account_id": self.category_id._clinic_account_in(self.company_id).id,
            "quantity": 1,
            "price_unit": self.amount if in_price else untaxed,
            "tax_ids": [Command.set(self.tax_ids.ids)],
        }

    def _fit_total(self, bill):
        """Let the tax take what rounding leaves over: the total is what stands on the slip."""
        left = self.currency_id.round(self.amount - bill.amount_total)
        if self.currency_id.is_zero(left):
            return
        taxes = bill.line_ids.filtered("tax_line_id")
        if not taxes:
            raise UserError(
                self.env._(
                    "With these taxes the bill would amount to %(total)s, not to what was entered. Choose other taxes.",
                    total=bill.currency_id.format(bill.amount_total),
                )
            )
        taxes[0].amount_currency += left

    def _attach_slip(self, bill):
        if not self.slip:
            return
        try:
            raw = b64decode(self.slip, validate=True)
        except ValueError as error:
            raise ValidationError(self.env._("The picture of the slip cannot be read. Take it again.")) from error
        if len(raw) > LARGEST_SLIP:
            raise ValidationError(self.env._("The picture of the slip is larger than 10 MB. Take a smaller one."))
        if guess_mimetype(raw) not in SLIPS:
            raise ValidationError(self.env._("The slip is a picture (JPEG, PNG, WebP) or a PDF."))
        attachment = self.env["ir.attachment"].create(
            {"name": self.slip_name or self.env._("Slip"), "raw": raw, "res_model": bill._name, "res_id": bill.id}
        )
        bill._message_set_main_attachment_id(attachment, force=True)

    def _pay(self, bill):
        """Pay all of ``bill`` from the journal by Odoo's own way, on the day of the expense."""
        due = bill.line_ids.filtered(lambda line: line.account_type == "liability_payable")
        register = self.env["account.payment.register"]
        values = {"journal_id": self.journal_id.id, "payment_date": self.date, "line_ids": due.ids}
        register.create(values)._create_payments()
