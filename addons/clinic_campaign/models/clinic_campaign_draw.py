from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class ClinicCampaign(models.Model):
    """Drawing the recipients: one statement that finds them, asks for consent, and leaves out who is not written to."""

    _inherit = "clinic.campaign"

    def action_draw(self):
        """Draw the recipients, and let marketing write the mailing."""
        for campaign in self:
            campaign._check_may_draw()
            if campaign.drawn_at:
                raise UserError(self.env._("The recipients are drawn already. Take the draw back to draw again."))
            if not campaign.segment_id:
                raise UserError(self.env._("Choose the segment first."))
            campaign.segment_id.check_access("read")
            campaign._draw()
            # Marketing's own models, which a practitioner has no right on.
            campaign.sudo()._ensure_mailing()
        return True

    def action_take_back(self):
        """Forget the draw of a campaign of which nothing was sent."""
        for campaign in self:
            campaign._check_may_draw()
            # Nobody was written to: of the draw nothing is known outside.
            drawn = campaign.sudo()
            drawn.lock_for_update()
            if drawn.mailing_ids.filtered(lambda mailing: mailing.state != "draft") or drawn.recipient_ids.filtered(
                lambda recipient: recipient.state == "sent"
            ):
                raise UserError(self.env._("This campaign is being sent, or was sent: its recipients stay."))
            drawn.recipient_ids._clinic_writing().unlink()
            drawn._clinic_writing().write({"drawn_at": False})
        return True

    def _draw(self):
        """Write all whom the segment finds as recipients of this campaign: chosen, left out or compared with."""
        self.ensure_one()
        self.sudo().lock_for_update()
        now = fields.Datetime.now()
        # All of it in one statement. The lot decides among those alone who would be written to.
        self.env.cr.execute(
            SQL(
                """
                WITH judged AS (%(judged)s),
                     placed AS (
                    SELECT judged.*, COUNT(*) OVER lot AS number, ROW_NUMBER() OVER lot_order AS place
                      FROM judged
                    WINDOW lot AS (PARTITION BY judged.reason IS NULL),
                           lot_order AS (PARTITION BY judged.reason IS NULL ORDER BY RANDOM()))
                INSERT INTO clinic_campaign_recipient (campaign_id, company_id, patient_id, address, state, reason,
                                                       create_uid, create_date, write_uid, write_date)
                SELECT %(campaign)s, %(company)s, patient_id, address,
                       CASE WHEN reason IS NOT NULL THEN 'left_out' WHEN %(control)s THEN 'control' ELSE 'drawn' END,
                       CASE WHEN reason IS NULL AND %(control)s THEN 'control' ELSE reason END,
                       %(user)s, %(now)s, %(user)s, %(now)s
                  FROM placed
              ORDER BY patient_id
                """,
                judged=self._judged_sql(self.segment_id._found_sql()),
                campaign=self.id,
                company=self.company_id.id,
                control=SQL("place <= ROUND(number * %s / 100.0)", self.control_percent or 0),
                user=self.env.uid,
                now=now,
            )
        )
        self.env.invalidate_all()
        self.sudo()._clinic_writing().write({"drawn_at": now})
        if not self.sudo().recipient_count:
            raise UserError(
                self.env._("Nobody of this segment can be written to: %s", self.sudo().left_out_text or "–")
            )

    def _judged_sql(self, patients):
        """Return the SQL of (patient_id, address, reason) of ``patients``, the SQL of ids; no reason: written to."""
        self.ensure_one()
        messages = self.env["clinic.message"]
        return SQL(
            """
            SELECT asked.patient_id, asked.address,
                   CASE WHEN asked.reason IS NULL AND ROW_NUMBER() OVER (
                             PARTITION BY asked.reason IS NULL, asked.address ORDER BY asked.patient_id) > 1
                        THEN 'same_address' ELSE asked.reason END AS reason
              FROM (SELECT known.patient_id, known.address,
                           CASE WHEN known.address IS NULL THEN 'no_address'
                                WHEN known.word IS NULL THEN 'no_consent'
                                WHEN NOT known.word OR %(blacklisted)s THEN 'opted_out'
                                WHEN %(over_cap)s THEN 'over_cap' END AS reason
                      FROM (SELECT p.id AS patient_id, %(address)s AS address, %(word)s AS word
                              FROM clinic_patient p
                              JOIN res_partner contact ON contact.id = p.partner_id
                             WHERE p.id IN (%(patients)s)) AS known) AS asked
            """,
            word=self.env["clinic.message.consent"]._last_word_sql(SQL("p.id"), self.channel, "marketing"),
            blacklisted=self._blacklisted_sql(SQL("known.address")),
            over_cap=messages._over_cap_sql(SQL("known.patient_id"), self.company_id),
            address=self._address_sql(),
            patients=patients,
        )

    def _address_sql(self):
        """Return the SQL of the address of the patient ``p``, whose contact is ``contact``, by this channel."""
        if self.channel == "email":
            return SQL("contact.email_normalized")
        # With the country's code; one that cannot be dialled is found when it is sent.
        return SQL("CASE WHEN LENGTH(p.phone_key) BETWEEN 8 AND 15 THEN '+' || p.phone_key END")

    def _blacklisted_sql(self, address):
        """Return the SQL of whether Odoo's own list of those who want no mailings has ``address``."""
        if self.channel == "email":
            return SQL("EXISTS (SELECT FROM mail_blacklist b WHERE b.active AND b.email = %s)", address)
        return SQL("EXISTS (SELECT FROM phone_blacklist b WHERE b.active AND b.number = %s)", address)
