from odoo import api, fields, models
from odoo.exceptions import UserError


class ClinicVisit(models.Model):
    """A visit with what is sold at the desk: one basket, whether it is paid by one tap or on the checkout screen."""

    _inherit = "clinic.visit"

    checkout_line_ids = fields.One2many(
        "clinic.checkout.line", "visit_id", string="Sold at the Desk", readonly=True, groups="clinic.group_reception"
    )

    @api.depends(
        "checkout_line_ids.discount",
        "checkout_line_ids.price_unit",
        "checkout_line_ids.product_id",
        "checkout_line_ids.quantity",
    )
    def _compute_amounts(self):
        return super()._compute_amounts()

    def _prepare_lines(self, procedures):
        # What is in the basket does not depend on who asks for the amount.
        sold = self.sudo().checkout_line_ids
        return [*super()._prepare_lines(procedures), *(line._prepare_invoice_line() for line in sold)]

    def _amount_expected(self):
        """Also what is sold, where nothing else is charged."""
        if self.procedure_ids.filtered(lambda p: p.state != "cancelled" and p.treatment_id):
            return super()._amount_expected()
        lines = self._prepare_lines(self.procedure_ids.browse())
        return self.company_id._clinic_total(lines, self.patient_id.partner_id)["total_included"] if lines else 0.0

    def _has_something_to_charge(self):
        return super()._has_something_to_charge() or bool(self.sudo().checkout_line_ids)

    def _check_checkout(self):
        """Also that each line has an account, which nobody at the desk can do anything about."""
        super()._check_checkout()
        branch = self.company_id
        # The basket is asked in the name of nobody, as for its amount.
        for product in self.sudo().checkout_line_ids.product_id.filtered("is_confidential"):
            if product != product.product_tmpl_id._clinic_tip_product():
                raise UserError(
                    self.env._(
                        "%s has become confidential and does not stand on bills by its name. Take it off the bill.",
                        product.display_name,
                    )
                )
        for vals in self._prepare_lines(self._procedures_to_charge()):
            product = self.env["product.product"].sudo().with_company(branch).browse(vals["product_id"])
            account = vals["account_id"] if "account_id" in vals else product._get_product_accounts()["income"]
            if not account:
                raise UserError(
                    self.env._(
                        "%(product)s has no account in %(branch)s. Ask the accountant to set its income account, or "
                        "that of tips in the clinic's settings.",
                        product=product.display_name,
                        branch=branch.name,
                    )
                )

    def action_checkout(self):
        """Who may not leave it unpaid takes the payment first, on the checkout screen."""
        self.ensure_one()
        self.check_access("write")
        open_debt = self.state == "done" and not self.is_checked_out and self.payment_state != "draft"
        if (
            open_debt
            and not self.env.su
            and not self.env.user._clinic_may_leave_unpaid(self.company_id, self.amount_to_pay)
        ):
            return self.action_open_checkout()
        return super().action_checkout()

    def action_open_checkout(self):
        """Open the checkout screen of this visit."""
        self.ensure_one()
        self.check_access("write")
        action = self.env["ir.actions.client"]._for_xml_id("clinic_checkout.clinic_checkout_action")
        return {**action, "params": {"visit_id": self.id}}

    def _check_debt(self, left):
        """Raise ``UserError`` when the user may not let this visit's patient owe ``left`` of it."""
        self.ensure_one()
        if self.env.su or self.env.user._clinic_may_leave_unpaid(self.company_id, left):
            return
        currency, branch = self.currency_id, self.company_id.sudo()
        raise UserError(
            self.env._(
                "%(left)s would stay unpaid; you may leave %(limit)s. Take the whole payment, or ask a manager.",
                left=currency.format(left),
                limit=currency.format(branch.clinic_debt_reception),
            )
        )

    def _receipt_url(self):
        return f"/report/html/clinic_checkout.report_receipt/{self.invoice_id.id}"
