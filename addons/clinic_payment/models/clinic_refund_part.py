import logging
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..const import MADE

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

    def _is_under_way(self):
        """Return whether this may go back at any time, or has gone back and is not in the books yet."""
        self.ensure_one()
        return self.state in ("to_send", "sent") or (self.state == "done" and not self.transaction_id.payment_id)

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
        try:
            self._check_payment()
            self._source(self)._refund(amount_to_refund=self.amount)
        except psycopg2.Error:
            # Whether it went out is known by nobody here.
            raise
        except Exception as error:
            self._note_failure(error)
        # What the provider has said is not lost by what comes after it.
        self.env["ir.cron"]._commit_progress(0)
        if self.state == "done":
            self._enter()
        elif self.state == "failed":
            self._tell_failed()

    def _source(self, part):
        """Return the payment at the provider, whose refund is noted at ``part`` in the moment it is made."""
        return self.payment_id.payment_transaction_id.with_context(clinic_refund_part=part)

    def _check_payment(self):
        """Raise ``UserError`` when the payment does not stand in the books any more."""
        if self.payment_id.state not in MADE:
            raise UserError(self.env._("The payment was cancelled in the books meanwhile."))

    def _enter(self):
        """Enter in the books what went back; where that fails, the scheduled action tries again."""
        tx = self.transaction_id
        if tx.is_post_processed:
            return
        try:
            with self.env.cr.savepoint():
                tx._post_process()
        except psycopg2.OperationalError:
            # Somebody works at the visit at this moment.
            _logger.info("Refund part %s is entered in the books later", self.id)
        except Exception:
            _logger.exception("Refund part %s is not in the books", self.id)

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
        """Note why the provider was not asked. Once there is a refund at it, only it, or a person, knows more."""
        _logger.warning("Refund part %s: %s", self.id, type(error).__name__)
        if not self.transaction_id:
            known = isinstance(error, UserError)
            self.failure = str(error) if known else self.env._("Something went wrong; see the log.")

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
        user = self.company_id._clinic_accountants()[:1] or self.refund_id.decided_by_id
        self.payment_id.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=self.company_id._clinic_today(),
            summary=text % {"amount": self.currency_id.format(self.amount), "refund": self.refund_id.name},
            user_id=user.id,
        )

    # -- by hand ------------------------------------------------------------------------------------------------------

    def action_not_paid_back(self):
        """Note that the provider's own list does not show this refund: it was not made, and is to be transferred.

        :raises AccessError: for anyone but managers and accountants
        :raises UserError: while it may still be on its way
        """
        part = self._part_to_settle()
        seen = self.env._("Not made, by the provider's own list, as %s has seen.", self.env.user.name)
        if part.transaction_id:
            part.transaction_id._set_canceled(state_message=seen)
        part.failure = seen
        part._tell_failed()
        return True

    def action_paid_back(self):
        """Note that the provider's own list shows this refund: it was made, and is entered in the books.

        :raises AccessError: for anyone but managers and accountants
        :raises UserError: while the answer may still come
        """
        part = self._part_to_settle()
        refund = part.transaction_id
        if not refund:
            refund = part._source(part)._create_child_transaction(part.amount, is_refund=True)
        seen = self.env._("Made, by the provider's own list, as %s has seen.", self.env.user.name)
        refund._set_done(state_message=seen)
        part._enter()
        return True

    def _part_to_settle(self):
        """Return this part as superuser, if a person may say what became of it."""
        self.ensure_one()
        self.check_access("read")
        if not (self.env.user.has_group("clinic.group_manager") or self.env.user.has_group("clinic.group_accountant")):
            raise AccessError(self.env._("Managers and accountants note what a provider's list says."))
        self.env.execute_query(
            SQL("UPDATE clinic_refund_part SET write_date = write_date WHERE id = %s RETURNING id", self.id)
        )
        # The right was checked, and nobody writes these rows by hand.
        part = self.sudo()
        part.invalidate_recordset()
        if not part.payment_id.payment_transaction_id:
            raise UserError(self.env._("This was not paid by a provider, which could say what became of it."))
        if part.state != "sent" or part.sent_at > fields.Datetime.now() - PATIENCE:
            raise UserError(self.env._("Wait for the provider's answer first: it may take half an hour."))
        return part
