from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.clinic.door import a_choice, takes

from ..const import AUTOMATIC, CHANNELS, PURPOSES, RECIPIENTS
from ..text import fill

# The provider may have it: nobody sends it again without being asked.
SENDING = "sending"
OPEN = ("queued", SENDING)
# How a message that one reads in the history names its links: who has one acts for the patient.
HIDDEN_LINK = "(…)"


class ClinicMessage(models.Model):
    """One message to or from one person: the outbox, and the history of what was said.

    Each has a ``key`` of its own, so that nothing is said twice. A message is claimed before it is sent and gets its
    result afterwards, each in a transaction of its own: if the machine stops in between, nobody knows whether it was
    sent, and it is listed as unknown rather than sent again.
    """

    _name = "clinic.message"
    _description = "Message"
    _inherit = ["clinic.of.patient.mixin", "clinic.confidential.mixin"]
    _order = "id desc"
    _clinic_logs_lists = False
    # It is a log itself.
    _clinic_logs_changes = False

    key = fields.Char(required=True, readonly=True, copy=False)
    kind_id = fields.Many2one("clinic.message.kind", readonly=True, ondelete="restrict", index="btree_not_null")
    purpose = fields.Selection(PURPOSES, required=True, readonly=True, default="visit")
    direction = fields.Selection([("out", "Sent"), ("in", "Received")], required=True, readonly=True, default="out")
    channel = fields.Selection(CHANNELS, required=True, readonly=True)
    recipient = fields.Selection(RECIPIENTS, required=True, readonly=True, default="patient")
    patient_id = fields.Many2one("clinic.patient", required=True, readonly=True, ondelete="restrict", index=True)
    visit_id = fields.Many2one("clinic.visit", readonly=True, ondelete="restrict", index="btree_not_null")
    visit_start = fields.Datetime("Time of the Visit", readonly=True, help="As the message says it.")
    company_id = fields.Many2one("res.company", string="Branch", required=True, readonly=True)
    address = fields.Char("To", readonly=True, help="The email address, or the number with its country's code.")
    lang = fields.Char("Language", readonly=True)
    subject = fields.Char(readonly=True)
    body = fields.Text("Text", readonly=True)
    text = fields.Text(compute="_compute_text", string="Message")
    state = fields.Selection(
        [
            ("queued", "Waiting"),
            (SENDING, "Being sent"),
            ("sent", "Sent"),
            ("handed_over", "Handed over"),
            ("logged", "Logged"),
            ("received", "Received"),
            ("unknown", "Not known"),
            ("failed", "Failed"),
            ("cancelled", "Not sent"),
        ],
        required=True,
        readonly=True,
        default="queued",
    )
    reason = fields.Char(readonly=True, help="Why it was not sent, or waits.")
    result = fields.Selection(
        [
            ("reached", "Reached"),
            ("no_answer", "No answer"),
            ("call_back", "Will call back"),
            ("wrong_number", "Wrong number"),
        ],
        readonly=True,
        help="Of a call.",
    )
    send_at = fields.Datetime("Send From", readonly=True, help="Not earlier than this.")
    expires_at = fields.Datetime("Send Until", readonly=True, help="Later than this it makes no sense any more.")
    claimed_at = fields.Datetime(readonly=True)
    sent_at = fields.Datetime("Sent On", readonly=True)
    tries = fields.Integer(readonly=True)
    is_trial = fields.Boolean("Trial", readonly=True, help="It did not leave the house: trial operation.")
    reference = fields.Char(readonly=True, help="The provider's own number of the message.")
    again_of_id = fields.Many2one("clinic.message", string="Again", readonly=True, index="btree_not_null")
    user_id = fields.Many2one("res.users", string="By", readonly=True, help="Who sent it or noted it by hand.")

    _key_uniq = models.UniqueIndex("(key)", "This message has been written already.")
    _due_idx = models.Index("(send_at, id) WHERE state = 'queued'")
    _claimed_idx = models.Index("(claimed_at) WHERE state = 'sending'")
    _of_visit_idx = models.Index("(visit_id, kind_id, visit_start)")
    _reference_idx = models.Index("(reference) WHERE reference IS NOT NULL")
    _sent_has_a_time = models.Constraint(
        "CHECK (state NOT IN ('sent', 'handed_over', 'logged', 'received') OR sent_at IS NOT NULL)",
        "A message that was sent has a time.",
    )
    _queued_has_a_time = models.Constraint(
        "CHECK (state != 'queued' OR send_at IS NOT NULL)", "A message that waits has a time."
    )

    @api.depends("kind_id", "channel", "direction")
    def _compute_display_name(self):
        channels = dict(self._fields["channel"]._description_selection(self.env))
        for message in self:
            what = message.kind_id.name or (
                self.env._("Reply") if message.direction == "in" else channels.get(message.channel)
            )
            message.display_name = what or ""

    @api.depends("body")
    def _compute_text(self):
        hidden = self._hidden_links()
        for message in self:
            message.text = fill(message.body, hidden)

    @api.model
    def _hidden_links(self):
        """Return {placeholder: what the history shows instead of the link}; other addons add theirs."""
        return dict.fromkeys(self.env["clinic.message.link"]._purposes(), HIDDEN_LINK)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What was said to a patient stays in the history."))

    def _change(self, vals):
        """Write what only the outbox says of these messages."""
        # The callers have checked the rights; only the outbox writes these fields.
        return self.sudo()._clinic_writing().write(vals)

    # -- by hand ------------------------------------------------------------------------------------------------------

    def _check_may_send(self):
        self.check_access("write")
        if any(message.direction == "in" or not message.kind_id for message in self):
            raise UserError(self.env._("Only what the clinic has written can be sent."))

    def action_send_again(self):
        """Send each of these messages once more, by the same channel."""
        self._check_may_send()
        return self._send_again({message: message.channel for message in self})

    def action_by_email(self):
        """Send these messages by email as well."""
        return self.send_by("email")

    def action_by_sms(self):
        """Send these messages as SMS as well."""
        return self.send_by("sms")

    @takes(channel=a_choice([name for name, _label in AUTOMATIC]))
    def send_by(self, channel):
        """Send these messages once more by ``channel``."""
        self._check_may_send()
        return self._send_again(dict.fromkeys(self, channel))

    def _send_again(self, channels):
        for message in channels:
            if message.state in OPEN:
                raise UserError(self.env._("This message is waiting to be sent. There is no need to send it again."))
            if message.recipient != "patient":
                raise UserError(self.env._("Only a patient's message is sent again."))
            if not message.visit_id:
                raise UserError(self.env._("The visit that this message was about is not known any more."))
        queue = self.env["clinic.message"]
        for message, channel in channels.items():
            number = self.sudo().search_count([("again_of_id", "=", message.id)]) + 1
            values = queue._prepare_message(
                message.kind_id, message.visit_id, "patient", channel, key=f"again:{message.id}:{channel}:{number}"
            )
            queue._enqueue([{**values, "again_of_id": message.id, "user_id": self.env.uid}])
        return True

    def action_cancel(self):
        """Do not send these messages, which wait."""
        self.check_access("write")
        for message in self:
            if message.state != "queued":
                raise UserError(self.env._("Only a message that waits can be taken back."))
        # A worker that is sending one of them holds its row; this transaction then fails to serialize and is retried.
        self.try_lock_for_update()._change(
            {"state": "cancelled", "reason": self.env._("Taken back by %s", self.env.user.name)}
        )
        return True

    def action_settle(self):
        """Take these messages, of which nobody knows whether they arrived, as settled: they need no more attention."""
        self.check_access("write")
        unsettled = self.filtered(lambda message: message.state in ("unknown", "failed"))
        unsettled._change({"state": "cancelled", "user_id": self.env.uid})
        return True
