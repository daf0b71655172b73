from odoo import api, fields, models

from ..closed import GONE, check_not_before, check_not_later, refuse_closed

FIXED = {
    "amount",
    "currency_id",
    "date",
    "journal_id",
    "company_id",
    "payment_type",
    "payment_method_line_id",
    "move_id",
}
UNDONE = ("draft", "canceled", "rejected")


class AccountPayment(models.Model):
    """Cash that was counted by a closing is not changed."""

    _inherit = "account.payment"

    clinic_till_id = fields.Many2one(
        "clinic.till.closing",
        string="Till Closing",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )

    # What the next closing counts is found among all that was ever paid.
    _clinic_till_open_idx = models.Index("(company_id, journal_id, date) WHERE clinic_till_id IS NULL")

    @api.model_create_multi
    def create(self, vals_list):
        payments = super().create(vals_list)
        check_not_before(payments)
        check_not_later(payments)
        return payments

    def write(self, vals):
        changed, undone = vals.keys() & FIXED, vals.get("state") in UNDONE
        shown = self.filtered("clinic_till_id")
        counted = shown.filtered(lambda payment: payment.journal_id.type == "cash")
        for payment in counted:
            if undone or any(payment._clinic_differs(name, vals[name]) for name in changed):
                refuse_closed(self.env, payment.clinic_till_id)
        if undone:
            # What was before the first count could never be confirmed again.
            check_not_before(self.filtered(lambda payment: payment.state in ("in_process", "paid")))
        # A draft holds the closing back, so that its day was checked; what comes back to life is checked again.
        revived = self.filtered(lambda payment: payment.state in GONE) if "state" in vals else self.browse()
        result = super().write(vals)
        # What the closing showed beside its cash was not counted; when it becomes cash, the next one expects it.
        cash = (shown - counted).filtered(lambda payment: payment.journal_id.type == "cash")
        if cash:
            cash._clinic_writing().write({"clinic_till_id": False})
        check_not_before(self if vals.keys() & {"date", "journal_id", "company_id"} else revived)
        if vals.keys() & {"date", "journal_id", "company_id", "state"}:
            check_not_later(self)
        return result

    def _clinic_differs(self, name, value):
        """Return whether ``value`` is another one than this payment's in the field ``name``."""
        field = self._fields[name]
        return field.convert_to_cache(value, self) != field.convert_to_cache(self[name], self)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        """What a closing has counted is not deleted."""
        for payment in self:
            if payment.clinic_till_id and payment.journal_id.type == "cash":
                refuse_closed(self.env, payment.clinic_till_id)
