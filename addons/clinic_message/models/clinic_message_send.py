import logging
import smtplib
from datetime import timedelta

import psycopg2.errors
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from odoo.addons.base.models.ir_mail_server import MailDeliveryException

from ..outcome import Outcome
from ..text import fill
from .clinic_message import SENDING

_logger = logging.getLogger(__name__)

# Minutes to wait after each attempt that failed for a while.
BACK_OFF = (1, 5, 15, 60, 240, 720)
# Kinds of which the patient has to hear in time.
CHANGES = ("booked", "moved", "cancelled")
# trigger -> the state in which the visit still is when the message makes sense
EXPECTED = {"booked": "booked", "moved": "booked", "before": "booked", "cancelled": "cancelled", "after": "done"}
# No attempt takes that long: a worker that claimed a message before that is dead.
DEAD = timedelta(minutes=15)


class ClinicMessage(models.Model):
    """Sending: claim, send, write down what came of it; each is committed before the next."""

    _inherit = "clinic.message"

    @api.model
    def _cron_send(self):
        """Send what is due, one message after the other, until nothing is or the time is up."""
        self._find_unknown()
        while message := self._next_of_all():
            claimed = message._claim()
            # Committed before the provider is called: no later worker sends it again.
            left = self.env["ir.cron"]._commit_progress(0)
            if claimed:
                outcome = message._attempt()
                message._write_outcome(outcome)
                left = self.env["ir.cron"]._commit_progress(1, remaining=self._count_due())
            if not left:
                break

    @api.model
    def _due_domain(self):
        return [("state", "=", "queued"), ("send_at", "<=", fields.Datetime.now())]

    @api.model
    def _next_of_all(self):
        """Return the first message that is due, while other workers send, too."""
        while True:
            try:
                return self._next_due()
            except psycopg2.errors.SerializationFailure:
                # Somebody else has just sent it. Nothing of ours is lost: what we did was committed.
                self.env.cr.rollback()

    @api.model
    def _next_due(self):
        """Return the first message that is due and that nobody else has in hand, locked."""
        return self.search(self._due_domain(), order="send_at, id", limit=10).try_lock_for_update(limit=1)

    @api.model
    def _count_due(self):
        return self.search_count(self._due_domain())

    def _claim(self):
        """Take this message in hand, if it is still to be sent now; else say why not, or when."""
        self.ensure_one()
        now = fields.Datetime.now()
        if reason := self._why_not(now):
            self._change({"state": "cancelled", "reason": reason})
            return False
        quiet = self._quiet_until(now)
        if quiet and self.expires_at and quiet >= self.expires_at:
            self._give_up_for_the_night()
            return False
        if quiet:
            self._change({"send_at": quiet, "reason": self.env._("Waits for the end of the quiet hours.")})
            return False
        # Stored before sending: a link that the patient receives always works.
        self._links()
        claimed = {"state": SENDING, "claimed_at": now, "sent_at": now, "tries": self.tries + 1, "reason": False}
        if self.recipient == "patient":
            # As it is now: a number that was mistyped may have been corrected since.
            claimed["address"] = self.sudo().patient_id._kept()._message_address(self.channel, self.company_id)[0]
        self._change(claimed)
        return True

    def _give_up_for_the_night(self):
        """Do not send what the patient would get too late; where that matters, somebody has to call."""
        changes = self.kind_id.trigger in CHANGES
        reason = self.env._("The quiet hours end too late for it.")
        self._change({"state": "failed" if changes else "cancelled", "reason": reason})
        if changes:
            self._ask_to_call()

    def _why_not(self, now):
        """Return why this message is not sent any more, asked in the moment before it is; None if it is.

        Other addons add their reasons.
        """
        self.ensure_one()
        if outdated := self._why_outdated(now):
            return outdated
        visit = self.visit_id
        if self.recipient == "patient":
            patient = self.sudo().patient_id._kept()
            obstacle = self._obstacle(self.kind_id, visit or self, patient, self.channel)[1]
            if obstacle:
                return obstacle
            if self._is_over_cap(now):
                return self.env._("The patient has had enough messages this week.")
        return None

    def _why_outdated(self, now):
        """Return why what this message says is not true any more, or None."""
        self.ensure_one()
        visit, trigger = self.visit_id, self.kind_id.trigger
        if self.expires_at and self.expires_at <= now:
            return self.env._("Its time has passed.")
        # Of one that was cancelled it names the time that the patient knows.
        if visit and trigger != "cancelled" and visit.start != self.visit_start:
            return self.env._("The visit has another time now.")
        wanted = EXPECTED.get(trigger)
        if visit and wanted and visit.state != wanted and not (wanted == "booked" and visit.state == "arrived"):
            return self.env._("The visit is not what it was when this was written.")
        return None

    def _attempt(self):
        """Send this message and return its ``Outcome``; an error of ours is one, too."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                return self._transmit()
        except Exception:
            _logger.exception("Message %s: nobody knows whether it was sent", self.id)
            return Outcome("unknown", self.env._("Something unforeseen happened. The server's log says more."))

    def _transmit(self):
        if self._is_trial() and not self._trial_address():
            return Outcome("sent")
        if self.channel == "email":
            return self._transmit_email()
        provider = self.env["clinic.message.provider"]._for(self.channel, self.company_id)
        if provider:
            return provider._transmit(self)
        return provider._transmit_odoo(self)

    @api.model
    def _is_trial(self):
        # A switch of the whole database, which no user reads by themselves.
        return self.env["ir.config_parameter"].sudo().get_param("clinic_message.trial") == "True"

    def _trial_address(self):
        self.ensure_one()
        if self.channel != "email":
            return self._trial_number()
        # As above.
        return self.env["ir.config_parameter"].sudo().get_param("clinic_message.trial_email") or None

    @api.model
    def _trial_number(self):
        # As above.
        return self.env["ir.config_parameter"].sudo().get_param("clinic_message.trial_phone") or None

    def _to(self):
        """Return to where this message goes: in trial operation to the one who tries it."""
        self.ensure_one()
        return self._trial_address() if self._is_trial() else self.address

    # -- email --------------------------------------------------------------------------------------------------------

    def _transmit_email(self):
        """Send an email by Odoo's mail servers, not by its queue, which neither repeats nor knows what was sent."""
        servers = self.env["ir.mail_server"].sudo()
        sender = self._sender()
        if not sender:
            return Outcome("failed", self.env._("The branch has no email address. Enter it in its settings."))
        try:
            mail = servers._build_email__(**self._prepare_email(sender))
        except (AssertionError, ValueError) as error:
            return Outcome("failed", str(error))
        try:
            session = servers._connect__(smtp_from=sender)
        except (MailDeliveryException, UserError, OSError, smtplib.SMTPException):
            return Outcome("queued", self.env._("The mail server can't be reached."))
        try:
            return Outcome("sent", reference=servers.send_email(mail, smtp_session=session))
        except (MailDeliveryException, OSError, smtplib.SMTPException) as error:
            return self._outcome_of_mail(error.__context__ if isinstance(error, MailDeliveryException) else error)
        finally:
            self._quit(session)

    @api.model
    def _quit(self, session):
        try:
            if session:
                session.quit()
        except (OSError, smtplib.SMTPException):
            _logger.debug("The mail server had closed the session already")

    def _outcome_of_mail(self, error):
        """Return the ``Outcome`` of a mail that ended in ``error``."""
        if isinstance(error, smtplib.SMTPRecipientsRefused):
            code, words = next(iter(error.recipients.values()))
        elif isinstance(error, smtplib.SMTPResponseException):
            code, words = error.smtp_code, error.smtp_error
        else:
            return Outcome("unknown", self.env._("The mail server gave no answer after it had the mail."))
        text = words.decode(errors="replace") if isinstance(words, bytes) else str(words)
        if 400 <= code < 500:
            return Outcome("queued", self.env._("The mail server asks to try later: %s", f"{code} {text}"))
        return Outcome("failed", self.env._("The mail server refused it: %s", f"{code} {text}"))

    def _sender(self):
        branch = self.company_id.sudo()
        return branch.email_formatted or branch.catchall_formatted

    def _prepare_email(self, sender):
        """Return the arguments of ``ir.mail_server._build_email__``."""
        subject, body = self._filled()
        direction = self.env["res.lang"]._get_data(code=self.lang).direction or "ltr"
        return {
            "email_from": sender,
            "email_to": [self._to()],
            "subject": subject or self.company_id.sudo().name,
            "body": Markup('<div dir="%s">%s</div>') % (direction, plaintext2html(body)),
            "subtype": "html",
            "reply_to": sender,
            # The same for each attempt, by which a mail system that gets it twice knows it.
            "message_id": f"<clinic-message-{self.id}@{self.env.cr.dbname}>",
            "headers": {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
        }

    # -- the text -----------------------------------------------------------------------------------------------------

    def _template(self):
        self.ensure_one()
        audience = "patient" if self.recipient == "patient" else "staff"
        return self.env["clinic.message.template"]._find(self.kind_id, self.channel, self.lang, audience)

    def _values(self):
        """Return {placeholder: text} with the links, which are nowhere stored."""
        return {**self._prepare_values(self.visit_id, self.lang, self.visit_start), **self._links()}

    def _filled(self):
        """Return (subject, text) as they are sent, with their links."""
        links = self._links()
        return fill(self.subject, links), fill(self.body, links)

    def _links(self):
        """Return the links that this message has, by placeholder; other addons add theirs."""
        self.ensure_one()
        links = self.env["clinic.message.link"]
        return {
            purpose: links._address(self, purpose)
            for purpose in links._purposes()
            if f"{{{purpose}}}" in f"{self.subject or ''}{self.body or ''}"
        }

    # -- what came of it ----------------------------------------------------------------------------------------------

    def _write_outcome(self, outcome):
        """Write down what came of an attempt; what failed for a while is tried again later, but not for ever."""
        self.ensure_one()
        vals = {"state": outcome.state, "reason": outcome.reason, "claimed_at": False, "is_trial": self._is_trial()}
        if vals["is_trial"] and (address := self._trial_address()):
            vals["reason"] = outcome.reason or self.env._("Trial: it went to %s.", address)
        if outcome.reference:
            vals["reference"] = outcome.reference[:200]
        if outcome.state == "queued":
            if self.tries > len(BACK_OFF):
                vals.update(state="failed", sent_at=False)
            else:
                later = fields.Datetime.now() + timedelta(minutes=BACK_OFF[self.tries - 1])
                vals.update(send_at=later, sent_at=False)
        elif outcome.state == "failed":
            vals["sent_at"] = False
        self._change(vals)
        if vals["state"] in ("failed", "unknown"):
            self._ask_to_call()

    @api.model
    def _find_unknown(self):
        """List as unknown what somebody had in hand who died: it may have been sent."""
        dead = [("state", "=", SENDING), ("claimed_at", "<", fields.Datetime.now() - DEAD)]
        lost = self.search(dead).try_lock_for_update()
        for message in lost:
            message._write_outcome(Outcome("unknown", self.env._("The server stopped while it was being sent.")))
        if lost:
            self.env["ir.cron"]._commit_progress(0)

    def _ask_to_call(self):
        """Give reception a task for a visit whose patient was not reached."""
        self.ensure_one()
        visit = self.visit_id
        if self.recipient != "patient" or not visit:
            return
        if visit.state not in ("booked", "held") and self.kind_id.trigger != "cancelled":
            return
        user = visit.booked_by_id
        if not user.active or not user.has_group("clinic.group_reception"):
            user = self.company_id.sudo()._clinic_message_manager() or self.env.ref("base.user_admin")
        visit.sudo().activity_schedule(
            "mail.mail_activity_data_call",
            user_id=user.id,
            summary=self.env._("Call the patient: the message could not be sent"),
        )
