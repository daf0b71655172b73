import logging

import psycopg2.errors
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, plaintext2html
from odoo.tools.misc import clean_context

_logger = logging.getLogger(__name__)


class ClinicLotRecallLine(models.Model):
    """A message to the patient: neutral, in the patient's language, once.

    Another addon adds its channel by the value in ``channel``, by ``_find_channel``, and by a method
    ``_send_by_<channel>`` that puts the messages of all these lines into its outbox; what became of them it tells by
    ``_write_outcome``.
    """

    _inherit = "clinic.lot.recall.line"

    # No foreign key: the mail goes once it is sent, and must not wait for who holds this line at that moment.
    mail_mail_id_int = fields.Integer(string="Outgoing Mail", readonly=True, index="btree_not_null")

    def _can_send(self):
        """Return whether a message reaches this patient by the channel."""
        self.ensure_one()
        return hasattr(self, f"_send_by_{self.channel}")

    def action_send(self):
        """Put a message to each of these patients into the outbox; none of them gets it twice."""
        self.check_access("read")
        self.recall_id.check_access("write")
        self.recall_id._check_open()
        # Who sends to the same patients at this moment has their lines; who was faster makes this transaction fail
        # to serialize, and Odoo runs it again. The rights were checked; nobody writes the lines by hand.
        lines = self.sudo().try_lock_for_update()
        for line in lines:
            line._check_can_send()
        lines.write(
            {
                "state": "sending",
                "message_state": "sending",
                "sent_by_id": self.env.uid,
                "sent_at": fields.Datetime.now(),
                "failure": False,
            }
        )
        for channel, group in lines.grouped("channel").items():
            getattr(group, f"_send_by_{channel}")()
        return True

    def _check_can_send(self):
        """Raise ``UserError`` when this patient got the message already, or has to be called."""
        self.ensure_one()
        name = self.patient_id.display_name
        if self.state not in ("to_inform", "failed"):
            raise UserError(self.env._("%s was written to, or reached, already.", name))
        if not self._can_send():
            raise UserError(self.env._("No message reaches %s: there is no e-mail address. Call instead.", name))

    def _send_by_email(self):
        """Put the mails into Odoo's outbox; its job sends them in batches, each once."""
        # A mail that failed would be sent by the one who retries it.
        mails = self.env(context=clean_context(self.env.context))["mail.mail"].sudo()
        mails.browse(self.filtered("mail_mail_id_int").mapped("mail_mail_id_int")).exists().unlink()
        for line, mail in zip(self, mails.create(self._prepare_mails()), strict=True):
            line.mail_mail_id_int = mail.id
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _prepare_mails(self):
        """Return the values of each line's mail. It hangs on no record, so that it tells nothing but its text."""
        texts = {}
        values = []
        for line in self:
            key = line.recall_id, line._language()
            if key not in texts:
                texts[key] = line.recall_id._texts(key[1])
            values.append(line._prepare_mail(*texts[key]))
        return values

    def _language(self):
        """Return the code of the language in which the patient is addressed."""
        self.ensure_one()
        return self.patient_id.lang or self.company_id.partner_id.lang or self.env.lang or "en_US"

    def _prepare_mail(self, subject, message):
        self.ensure_one()
        lang, branch = self._language(), self.company_id
        placeholders = self._prepare_placeholders(f"{subject}\n{message}")
        body = plaintext2html(self.recall_id._fill_in(message, placeholders))
        direction = self.env["res.lang"]._get_data(code=lang).direction or "ltr"
        sender = branch.email_formatted or self.env.user.email_formatted
        return {
            "subject": self.recall_id._fill_in(subject, placeholders),
            "body_html": Markup('<div dir="%s">%s</div>') % (direction, body),
            "email_to": self.patient_id.email_formatted,
            "email_from": sender,
            "reply_to": sender,
            "author_id": branch.partner_id.id,
            "auto_delete": True,
        }

    def _prepare_placeholders(self, text):
        """Return what is filled into ``text``. Raises ``UserError`` when the branch does not know it."""
        self.ensure_one()
        branch = self.company_id
        if "{phone}" in text and not branch.phone:
            raise UserError(
                self.env._(
                    "%s has no phone number that patients could call. Enter it in the branch's settings, or take "
                    "“{phone}” out of the message.",
                    branch.name,
                )
            )
        return {
            "patient": self.patient_id.name,
            "branch": branch.name,
            "phone": branch.phone or "",
            "date": format_date(self.env, self.date_last, lang_code=self._language()),
        }

    # -- what became of it --------------------------------------------------------------------------------------------

    @api.model
    def _mails_done(self, mails, failure=None):
        """Write down that ``mails`` were sent, or why not."""
        # The outbox has no rights on recalls.
        lines = self.sudo().search([("mail_mail_id_int", "in", mails.ids)])
        if not lines:
            return
        try:
            # Nothing that happens here may undo that the mail was sent, else it would be sent again.
            with self.env.cr.savepoint():
                lines._write_outcome(failure)
        except psycopg2.errors.SerializationFailure:
            _logger.info("Somebody has changed lines %s of a lot recall while their mail was sent", lines.ids)

    def _write_outcome(self, failure=None):
        """Write down that the message to these patients was sent, or why not; who was reached meanwhile stays so."""
        outcome = "failed" if failure else "sent"
        vals = {"message_state": outcome, "failure": failure}
        unmarked = self.filtered(lambda line: line.state not in ("reached", "unreachable"))
        (self - unmarked).write(vals)
        return unmarked.write({**vals, "state": outcome})
