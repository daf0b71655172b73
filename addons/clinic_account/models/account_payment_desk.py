from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..desk import at_desk, changes, refuse

# What Odoo's own steps hand over when they make or post a payment.
INNER = {
    "destination_account_id",
    "force_balance",
    "line_ids",
    "move_id",
    "outstanding_account_id",
    "state",
    "write_off_line_vals",
}


class AccountPayment(models.Model):
    """A payment of a patient is above zero; at the desk it is taken on the day, and not changed afterwards."""

    _inherit = "account.payment"

    @api.constrains("amount", "partner_id", "partner_type")
    def _check_patient_pays_something(self):
        """What a patient pays, or is paid back, is above zero: a visit that costs nothing needs no payment."""
        nothing = self.filtered(lambda pay: pay.partner_type == "customer" and not pay.amount > 0)
        # Whether a contact is a patient is asked for the clinic, not for the user.
        patients = self.env["clinic.patient"].sudo().with_context(active_test=False)
        if nothing and patients.search_count([("partner_id", "in", nothing.partner_id.ids)], limit=1):
            raise ValidationError(self._nothing_paid_text())

    @api.model
    def _nothing_paid_text(self):
        return self.env._("A payment is above zero. A visit that costs nothing is checked out without one.")

    @api.model_create_multi
    def create(self, vals_list):
        if not at_desk(self.env):
            return super().create(vals_list)
        if any(vals.keys() & INNER for vals in vals_list):
            refuse(self.env)
        payments = super(AccountPayment, self._clinic_writing()).create(vals_list).with_env(self.env)
        payments._check_taken_at_desk()
        return payments

    def write(self, vals):
        if not at_desk(self.env) or not (names := changes(self, vals)):
            return super().write(vals)
        if names & INNER or any(payment.state != "draft" for payment in self):
            refuse(self.env)
        result = super().write(vals)
        self._check_taken_at_desk()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_at_desk(self):
        """The desk deletes its own drafts alone."""
        if at_desk(self.env) and any(payment.state != "draft" or payment.move_id for payment in self):
            refuse(self.env)

    def action_post(self):
        if not at_desk(self.env):
            return super().action_post()
        if any(payment.state != "draft" for payment in self):
            refuse(self.env)
        self._check_taken_at_desk()
        return super(AccountPayment, self._clinic_writing()).action_post()

    def _check_taken_at_desk(self):
        """Raise unless these are payments that a patient makes today."""
        for payment in self:
            if payment.payment_type != "inbound" or payment.partner_type != "customer":
                refuse(self.env)
            if not payment.amount > 0:
                raise UserError(self._nothing_paid_text())
            payment._check_desk_date(payment.date)

    def _check_desk_date(self, day):
        """Raise ``UserError`` when ``day`` is another one than today."""
        if day not in {self.company_id._clinic_today(), fields.Date.context_today(self)}:
            raise UserError(
                self.env._("At the desk a payment is taken today. Ask the accountant to enter one of another day.")
            )
