import logging
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

# A provider that has not answered by then is asked by a person.
PATIENCE = timedelta(minutes=30)


class ClinicRefundPart(models.Model):
    """What one provider is to give back of one payment: sent at most once, whatever happens on the way.

    That it is sent is stored before it is sent. Where the machine stops between the two, or the answer is lost, nobody
    sends it again but a person who has looked at the provider's own list.
    """

    _name = "clinic.refund.part"
    _description = "Refund by a Provider"
    _order = "id"

    refund_id = fields.Many2one("clinic.refund", required=True, readonly=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(related="refund_id.company_id", store=True)
    currency_id = fields.Many2one(related="refund_id.currency_id")
    payment_id = fields.Many2one("account.payment", required=True, readonly=True, ondelete="restrict", index=True)
    provider_id = fields.Many2one(
        "payment.provider", related="payment_id.payment_transaction_id.provider_id", related_sudo=True
    )
    move_id = fields.Many2one(
        "account.move", string="Credit Note", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    amount = fields.Monetary(required=True, readonly=True)
    sent_at = fields.Datetime(readonly=True)
    transaction_id = fields.Many2one(
        "payment.transaction", readonly=True, ondelete="restrict", index="btree_not_null", string="Refund at Provider"
    )
    failure = fields.Char(string="Why Not", readonly=True)
    is_replaced = fields.Boolean("Given Back Otherwise", readonly=True)
    is_asked_about = fields.Boolean(readonly=True)
    state = fields.Selection(
        [
            ("to_send", "To send"),
            ("sent", "Sent, no answer yet"),
            ("done", "Paid back"),
            ("failed", "Not paid back"),
            ("replaced", "Given back otherwise"),
        ],
        compute="_compute_state",
        compute_sudo=True,
        store=True,
    )

    _amount_positive = models.Constraint("CHECK (amount > 0)", "A refund is above zero.")
    _one_transaction = models.UniqueIndex(
        "(transaction_id) WHERE transaction_id IS NOT NULL", "This refund at the provider is noted already."
    )
    _open_idx = models.Index("(id) WHERE state IN ('to_send', 'sent')")

    @api.depends("sent_at", "failure", "is_replaced", "transaction_id.state")
    def _compute_state(self):
        for part in self:
            said = part.transaction_id.state
            if part.is_replaced:
                part.state = "replaced"
            elif said == "done":
                part.state = "done"
            elif part.failure or said in ("cancel", "error"):
                part.state = "failed"
            else:
                part.state = "sent" if part.sent_at else "to_send"

    # -- sending ------------------------------------------------------------------------------------------------------

    @api.model
    def _cron_send(self):
        """Send what was approved, one after the other, and ask a person about what stays without an answer."""
        for part in self.search([("state", "=", "to_send")]):
            part._send()
            if not self.env["ir.cron"]._commit_progress(1):
                return
        late = fields.Datetime.now() - PATIENCE
        self.search([("state", "=", "sent"), ("sent_at", "<", late), ("is_asked_about", "=", False)])._ask_about()

    def _send(self):
        """Ask the provider for this refund; that it is asked is stored before."""
        if not self._note_sent():
            return
        self.env["ir.cron"]._commit_progress(0)
        source = self.payment_id.payment_transaction_id
        try:
            refund = source._refund(amount_to_refund=self.amount)
        except psycopg2.Error:
            # Whether it went out is known by nobody here.
            raise
        except Exception as error:
            self._note_failure(error)
            return
        self._note_transaction(refund)

    def _note_sent(self):
        """Store that this is sent, unless another worker is at it or has done so; return whether it is ours."""
        query = SQL(
            "SELECT id FROM clinic_refund_part WHERE id = %s AND sent_at IS NULL FOR UPDATE SKIP LOCKED", self.id
        )
        if not self.env.execute_query(query):
            return False
        self.sent_at = fields.Datetime.now()
        return True

    def _note_failure(self, error):
        """Note that the provider was not asked, or has refused, before there was any refund at it."""
        _logger.warning("Refund part %s was not sent: %s", self.id, type(error).__name__)
        said = str(error) if isinstance(error, UserError) else self.env._("Something went wrong; see the log.")
        self.failure = said
        self._tell_failed()

    def _note_transaction(self, refund):
        """Note what the provider has said of ``refund``, its transaction."""
        self.transaction_id = refund
        if refund.state == "done" and not refund.is_post_processed:
            refund._post_process()
        elif self.state == "failed":
            self._tell_failed()

    def _tell_failed(self):
        """Give the accountant a task: the money is still here."""
        for part in self:
            text = self.env._("The provider did not give %(amount)s back: %(refund)s. Look there, then transfer it.")
            part._give_task(text)

    def _ask_about(self):
        """Give the accountant a task about what the provider has not answered."""
        for part in self:
            part.is_asked_about = True
            text = self.env._("No answer to the refund of %(amount)s: %(refund)s. Look in the provider's own list.")
            part._give_task(text)

    def _give_task(self, text):
        accountants = self.env.ref("clinic.group_accountant").all_user_ids.filtered(
            lambda user: user.active and self.company_id in user.company_ids
        )
        user = accountants[:1] or self.refund_id.decided_by_id
        self.payment_id.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=self.company_id._clinic_today(),
            summary=text % {"amount": self.currency_id.format(self.amount), "refund": self.refund_id.name},
            user_id=user.id,
        )

    # -- by hand ------------------------------------------------------------------------------------------------------

    def action_not_paid_back(self):
        """Note that the provider's own list does not show this refund: it was not made.

        :raises AccessError: for anyone but managers and accountants
        :raises UserError: while it may still be on its way
        """
        self.ensure_one()
        self.check_access("read")
        if not (self.env.user.has_group("clinic.group_manager") or self.env.user.has_group("clinic.group_accountant")):
            raise AccessError(self.env._("Managers and accountants note what a provider's list says."))
        # The right was checked, and nobody writes these rows by hand.
        part = self.sudo()
        if part.state != "sent" or part.sent_at > fields.Datetime.now() - PATIENCE:
            raise UserError(self.env._("Wait for the provider's answer first: it may take half an hour."))
        if part.transaction_id.state in ("pending", "authorized"):
            raise UserError(
                self.env._(
                    "The provider says that %s is on its way. Settle it at that payment.", part.transaction_id.reference
                )
            )
        if part.transaction_id:
            part.transaction_id._set_canceled(state_message=self.env._("Not made, by the provider's own list."))
        part.failure = self.env._("Not made, by the provider's own list, as %s has seen.", self.env.user.name)
        return True
