import hashlib
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.orm.models import NO_ACCESS
from odoo.tools import hmac

LENGTH = 32
LOOKS = frozenset("0123456789abcdef")
# What is owed may be paid by the link of the invoice so long.
DEBT_DAYS = 30
# Payments on their way, which may still be done; after a while another way may be tried.
UNDER_WAY, PATIENCE = ("pending", "authorized"), timedelta(minutes=15)


class ClinicPaymentLink(models.Model):
    """What a payment link is good for: one visit, its deposit or its invoice, one amount, one patient, until a time.

    As of the links in messages, the address is stored nowhere: it follows from a seed and the database's secret, and
    only its hash is kept.
    """

    _name = "clinic.payment.link"
    _description = "Payment Link"
    _inherit = ["clinic.of.patient.mixin", "clinic.confidential.mixin"]
    _order = "id desc"
    _clinic_logs_changes = False
    _clinic_logs_lists = False

    token_hash = fields.Char(required=True, readonly=True, groups=NO_ACCESS)
    seed = fields.Char(required=True, readonly=True, groups=NO_ACCESS)
    visit_id = fields.Many2one("clinic.visit", required=True, readonly=True, ondelete="restrict", index=True)
    invoice_id = fields.Many2one(
        "account.move",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        groups="account.group_account_invoice",
        help="Empty: the visit's deposit is paid.",
    )
    patient_id = fields.Many2one("clinic.patient", required=True, readonly=True, ondelete="restrict", index=True)
    company_id = fields.Many2one("res.company", string="Branch", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Float(digits=(16, 4), required=True, readonly=True)
    expires_at = fields.Datetime(required=True, readonly=True)
    transaction_ids = fields.One2many(
        "payment.transaction", "clinic_link_id", readonly=True, groups="account.group_account_invoice"
    )

    _token_uniq = models.UniqueIndex("(token_hash)", "This link is there already.")
    _amount_positive = models.Constraint("CHECK (amount > 0)", "A payment is above zero.")

    @api.model
    def _of(self, visit):
        """Return the link by which what ``visit`` owes now is paid, as superuser; none where nothing is asked.

        The same one as long as the same is asked.
        """
        # Who may not read links may still be asked to pay; callers have checked what they may do with the visit.
        visit, links = visit.sudo(), self.sudo()
        asked = links._prepare_link(visit)
        if not asked:
            return links
        same = [(name, "=", asked[name]) for name in ("visit_id", "invoice_id", "patient_id", "expires_at")]
        if asked["invoice_id"]:
            same = [*same[:3], ("expires_at", ">", fields.Datetime.now())]
        for link in links.search(same):
            if not visit.currency_id.compare_amounts(link.amount, asked["amount"]):
                return link
        seed = secrets.token_hex(16)
        return links.create({**asked, "seed": seed, "token_hash": self._hash(self._token_of(seed))})

    @api.model
    def _prepare_link(self, visit):
        """Return the values of the link for what ``visit`` owes now; None where that is nothing."""
        values = {
            "visit_id": visit.id,
            "invoice_id": False,
            "patient_id": visit.patient_id._kept().id,
            "company_id": visit.company_id.id,
        }
        if visit.state in ("held", "booked", "arrived") and visit.deposit_state == "due":
            until = visit.expires_at if visit.state == "held" else visit.start
            return {**values, "amount": visit.deposit_due, "expires_at": until}
        invoice = visit._invoice_by_link()
        if invoice.state == "posted" and (due := invoice._clinic_amount_due()) > 0:
            until = fields.Datetime.now() + timedelta(days=DEBT_DAYS)
            return {**values, "invoice_id": invoice.id, "amount": due, "expires_at": until}
        return None

    # -- the address --------------------------------------------------------------------------------------------------

    @api.model
    def _token_of(self, seed):
        return hmac(self.env(su=True), "clinic_payment.link", seed)[:LENGTH]

    @api.model
    def _hash(self, token):
        return hashlib.sha256(token.encode()).hexdigest()

    def _address(self):
        """Return the address of the page of this link."""
        self.ensure_one()
        return f"{self.get_base_url()}/clinic/pay/{self._token_of(self.sudo().seed)}"

    @api.model
    def _find(self, token):
        """Return the link of ``token`` as superuser, whatever it is still good for: who has it acts for the patient."""
        links = self.sudo()
        if not isinstance(token, str) or len(token) != LENGTH or not set(token) <= LOOKS:
            return links
        return links.search([("token_hash", "=", self._hash(token))])

    # -- what it is good for ------------------------------------------------------------------------------------------

    def _state(self):
        """Return what can be done by this link now: "open", or why nothing can.

        "paid", "cancelled", "refund" (it is being given back), "refunded", "under_way", "changed" (another amount is
        owed now) or "expired".
        """
        self.ensure_one()
        if self.invoice_id:
            owed, is_gone = self.invoice_id._clinic_amount_due(), not self.invoice_id._clinic_is_live()
            is_paid = not is_gone and owed <= 0
        else:
            visit = self.visit_id
            owed, is_gone = visit.deposit_due, visit.state in ("cancelled", "no_show")
            is_paid = not is_gone and visit.deposit_state in ("paid", "waived", "none")
        if is_paid:
            return "paid"
        if self.transaction_ids.filtered(self._is_under_way):
            return "under_way"
        if is_gone:
            return self._refund_state() or "cancelled"
        if not self.invoice_id and self.visit_id._is_hold_over(self.visit_id.state, self.visit_id.expires_at):
            return "expired"
        if self.expires_at <= fields.Datetime.now():
            return "expired"
        return "changed" if self.currency_id.compare_amounts(owed, self.amount) else "open"

    def _refund_state(self):
        """Return "refund" while money of this link's visit is being given back, "refunded" after that, else None."""
        refunds = self.visit_id.deposit_payment_ids.clinic_refund_ids
        if any(refund._is_still_to_return() for refund in refunds):
            return "refund"
        return "refunded" if "returned" in refunds.mapped("money_state") else None

    def _may_keep_card(self):
        """Return whether the patient may save a card on the page; nothing of ours charges one here."""
        self.ensure_one()
        return False

    @api.model
    def _is_under_way(self, tx):
        """Return whether the payment ``tx`` was made, and is not counted yet: it would be made twice."""
        if tx.state == "done":
            return not tx.payment_id
        since = fields.Datetime.now() - PATIENCE
        return tx.state in UNDER_WAY and (tx.last_state_change or tx.create_date) > since
