from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL, split_every

from ..const import UNSUBSCRIBE

# So many leave together; each batch is asked again before it does.
BATCH = 100


class MailingMailing(models.Model):
    """The mailing of a campaign goes to its recipients, whatever its domain says, and asks again before each batch."""

    _inherit = "mailing.mailing"

    clinic_campaign_id = fields.Many2one(
        "clinic.campaign", string="Campaign", readonly=True, copy=False, ondelete="restrict", index="btree_not_null"
    )

    _one_a_campaign = models.UniqueIndex(
        "(clinic_campaign_id) WHERE clinic_campaign_id IS NOT NULL", "This campaign has its mailing already."
    )

    @api.model
    def _clinic_first_body(self):
        """Return the body with which a mailing begins: with the link to leave, in neutral words."""
        return Markup(
            '<div class="o_layout o_basic_theme"><p>%s</p><p><br></p>'
            '<p style="font-size: 12px;"><a href="%s">%s</a></p></div>'
        ) % (
            self.env._("Dear %s,", Markup('<t t-out="object.name"></t>')),
            UNSUBSCRIBE,
            self.env._("Unsubscribe"),
        )

    def write(self, vals):
        """Keep a campaign's mailing among those being sent until nobody is left, whatever batch is through."""
        going_on = self.browse()
        if vals.get("state") == "done":
            going_on = self.filtered(
                lambda mailing: mailing.state in ("in_queue", "sending") and mailing._clinic_is_left()
            )
            super(MailingMailing, going_on).write({"state": "sending"})
        return super(MailingMailing, self - going_on).write(vals)

    def _clinic_is_left(self):
        """Return whether a recipient of this campaign's mailing is neither written to nor handed to the outbox."""
        self.ensure_one()
        self.env.flush_all()
        [[is_left]] = self.env.execute_query(
            SQL(
                """
                SELECT EXISTS (
                    SELECT FROM clinic_campaign_recipient r
                     WHERE r.campaign_id = %s AND r.state = 'drawn'
                       AND NOT EXISTS (SELECT FROM mailing_trace t WHERE t.mass_mailing_id = %s AND t.res_id = r.id))
                """,
                self.clinic_campaign_id.id or None,
                self.id,
            )
        )
        return is_left

    def _get_recipients_domain(self):
        if self.clinic_campaign_id:
            return fields.Domain("campaign_id", "=", self.clinic_campaign_id.id) & fields.Domain("state", "=", "drawn")
        return super()._get_recipients_domain()

    def _get_remaining_recipients(self):
        # Which of them have it already is counted; marketing may not read it.
        return super(MailingMailing, self.sudo())._get_remaining_recipients()

    def _action_view_documents_filtered(self, view_filter):
        # Whom of the recipients it shows is asked below the rights; the recipients have their own.
        self.check_access("read")
        return super(MailingMailing, self.sudo())._action_view_documents_filtered(view_filter)

    def _action_send_mail(self, res_ids=None):
        campaigns = self.filtered("clinic_campaign_id")
        for mailing in campaigns:
            # By the scheduled action alone, which sends with all rights and commits each step.
            if self.env.su:
                mailing._clinic_send()
            else:
                mailing.action_put_in_queue()
        others = self - campaigns
        return super(MailingMailing, others)._action_send_mail(res_ids=res_ids) if others else True

    def _clinic_send(self):
        """Send this mailing to those of its recipients who may be written to now; the others wait or are left out."""
        self.ensure_one()
        recipients = self.env["clinic.campaign.recipient"]
        waits = []
        for ids in split_every(BATCH, self._get_remaining_recipients(), list):
            # Its words may have been changed since it was launched, or while it is sent.
            if missing := self._clinic_missing():
                return self._clinic_stop(missing)
            batch = recipients.browse(ids)._ask_again()
            quiet = batch._quiet_ends()
            waits += quiet.values()
            if ready := [recipient.id for recipient in batch if recipient not in quiet]:
                super()._action_send_mail(res_ids=ready)
            self._clinic_commit()
        return self._clinic_after(waits)

    def _clinic_stop(self, missing):
        """Take this mailing out of the queue, and say why."""
        self.write({"state": "draft"})
        self.message_post(body=missing)
        self._clinic_commit()

    def _clinic_after(self, waits):
        """Write down that this mailing is sent, or goes on when the first of ``waits``, quiet hours, has ended."""
        if waits:
            self.write({"state": "sending", "schedule_date": min(waits)})
            self.env.ref("mass_mailing.ir_cron_mass_mailing_queue")._trigger(min(waits))
        elif not self._clinic_is_left():
            self.write({"state": "done", "sent_date": fields.Datetime.now(), "kpi_mail_required": not self.sent_date})
        self._clinic_commit()

    def _clinic_commit(self):
        """Commit, unless a test runs in this transaction."""
        self.env["mail.mail"]._clinic_commit(True)

    # -- what leaves ---------------------------------------------------------------------------------------------------

    def _clinic_key(self, patient, channel):
        """Return what makes this mailing one message to ``patient``."""
        self.ensure_one()
        campaign = self.clinic_campaign_id
        return f"campaign:{campaign.id}:{patient.id}" if campaign else f"mailing:{self.id}:{patient.id}:{channel}"

    def _clinic_has_reached(self, united, channel, recipient):
        """Return whether this mailing has gone to one of ``united``, entries of one person: by a key, or by a row."""
        keys = [self._clinic_key(patient, channel) for patient in united]
        if self.env["clinic.message"].sudo().search_count([("key", "in", keys)], limit=1):
            return True
        rows = [
            ("campaign_id", "=", self.clinic_campaign_id.id),
            ("patient_id", "in", united.ids),
            ("state", "=", "sent"),
        ]
        return bool(recipient) and bool(recipient.search_count([*rows, ("id", "!=", recipient.id)], limit=1))

    def _clinic_gate(self, channel, address, recipient=None):
        """Return (messages to claim, why it may not leave or None, quiet until) of one mail or SMS to ``address``.

        :param recipient: the row of the campaign that it goes to
        """
        self.ensure_one()
        messages = self.env["clinic.message"].sudo()
        if self.clinic_campaign_id and (not recipient or recipient.campaign_id != self.clinic_campaign_id):
            return [], "no_consent", None
        found = recipient.patient_id._kept() if recipient else messages._patients_of(channel, [address])
        patients = found.filtered("active")
        if found and not patients:
            return [], "no_consent", None
        values = [
            messages._prepare_mailed(self, patient, channel, address, self._clinic_key(patient, channel))
            for patient in patients
        ]
        rows = messages.union(*(messages.new(row) for row in values))
        if recipient and recipient.patient_id.merged_into_id:
            return values, "merged", None
        if patients and self._clinic_has_reached(patients._united(), channel, recipient):
            return values, "same_address", None
        return values, rows._why_not_mailed(), rows._mailed_quiet_until()
