from odoo import api, fields, models
from odoo.exceptions import AccessError

from .. import utils

# What EasyPaisa's answers alone decide.
_DECIDED = {
    *("state", "state_message", "amount", "currency_id", "reference", "provider_reference"),
    *("provider_id", "payment_method_id", "operation", "is_live", "source_transaction_id"),
}
_OWN = "easypaisa_"


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    easypaisa_channel = fields.Selection(
        selection=[("hosted", "EasyPaisa's page"), ("wallet", "Mobile account"), ("otc", "Code for a shop")],
        string="Way of Paying",
        help="Set as soon as EasyPaisa is asked to begin: a payment without it was never begun.",
        readonly=True,
        copy=False,
    )
    easypaisa_token = fields.Char(
        string="Payment Code",
        help="With this code the customer pays in cash at any EasyPaisa shop.",
        readonly=True,
        copy=False,
    )
    easypaisa_expires_at = fields.Datetime(
        string="To Be Paid Until",
        help="Until when EasyPaisa takes the money. Other addons may hold something as long as this.",
        readonly=True,
        copy=False,
    )
    easypaisa_inquired_at = fields.Datetime(string="Last Inquiry", readonly=True, copy=False)
    easypaisa_inquire_after = fields.Datetime(
        string="Next Inquiry",
        help="When EasyPaisa is asked again; empty once the payment is confirmed, or long over.",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `payment`: a payment by EasyPaisa begins as a draft, no matter who makes it."""
        txs = super().create(vals_list)
        if not self.env.su and any(tx.provider_code == "easypaisa" and tx._easypaisa_is_touched() for tx in txs):
            raise AccessError(self.env._("Only EasyPaisa's own answer confirms a payment."))
        return txs

    def write(self, vals):
        """Override of `payment`: nobody confirms or changes a payment by EasyPaisa but EasyPaisa's own answer.

        Our methods and Odoo's work as superuser on transactions; readers with the right to write are people.
        """
        decided = [name for name in vals if name in _DECIDED or name.startswith(_OWN)]
        if decided and not self.env.su and any(tx.provider_code == "easypaisa" for tx in self):
            raise AccessError(self.env._("Only EasyPaisa's own answer confirms or changes a payment."))
        return super().write(vals)

    def _easypaisa_is_touched(self):
        """Whether a new transaction says more than a new one can."""
        return self.state != "draft" or any(self[name] for name in self._fields if name.startswith(_OWN))

    # === BUSINESS METHODS - PRE-PROCESSING === #

    @api.model
    def _compute_reference(self, provider_code, prefix=None, separator="-", **kwargs):
        """Override of `payment` to ensure that EasyPaisa's requirements for references are satisfied.

        At most 20 letters and digits, and none that was ever used: EasyPaisa would answer with the old payment, also
        after this database was restored from a backup. The letters and digits at the end are random.
        """
        if provider_code != "easypaisa":
            return super()._compute_reference(provider_code, prefix=prefix, separator=separator, **kwargs)
        prefix = prefix or self.sudo()._compute_reference_prefix(separator, **kwargs) or "P"
        return super()._compute_reference(
            provider_code, prefix=utils.make_reference(prefix), separator=separator, **kwargs
        )

    @api.model
    def _extract_reference(self, provider_code, payment_data):
        """Override of `payment` to extract the reference from the payment data."""
        if provider_code != "easypaisa":
            return super()._extract_reference(provider_code, payment_data)
        return payment_data.get("orderId")

    @api.model
    def _easypaisa_find(self, reference):
        """Return the transaction that a hint from outside names, or none."""
        if not utils.is_reference(reference):
            return self.browse()
        return self.search([("reference", "=", reference), ("provider_code", "=", "easypaisa")], limit=1)
