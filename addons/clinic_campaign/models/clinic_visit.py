from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import RESULT_DAYS


class ClinicVisit(models.Model):
    """A visit that is booked within a week of a campaign stands for it: its UTM campaign, source and medium."""

    _inherit = "clinic.visit"

    campaign_id = fields.Many2one("utm.campaign", readonly=True, copy=False, index="btree_not_null")
    source_id = fields.Many2one("utm.source", readonly=True, copy=False)
    medium_id = fields.Many2one("utm.medium", readonly=True, copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        visits = super().create(vals_list)
        # What a patient was written to is asked no matter who books.
        visits.sudo()._note_campaign()
        return visits

    def _note_campaign(self):
        """Note the campaign that the patients of these visits were written to last, within the days that count."""
        last = self._last_campaigns()
        for visit in self:
            if mailing := last.get(visit.patient_id.id):
                visit._clinic_writing().write(
                    {
                        "campaign_id": mailing.campaign_id.id,
                        "source_id": mailing.source_id.id,
                        "medium_id": mailing.medium_id.id,
                    }
                )

    def _last_campaigns(self):
        """Return {patient id: the mailing of the last campaign within the days that count}."""
        recipients = self.env["clinic.campaign.recipient"]
        recipients.flush_model(["patient_id", "state", "sent_at", "campaign_id"])
        now = fields.Datetime.now()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (one.id) one.id, m.id
                  FROM clinic_patient one
                  JOIN clinic_patient p ON p.id = one.id OR p.merged_into_id = one.id
                  JOIN clinic_campaign_recipient r ON r.patient_id = p.id
                  JOIN mailing_mailing m ON m.clinic_campaign_id = r.campaign_id
                 WHERE one.id = ANY(%s) AND r.state = 'sent' AND r.sent_at > %s AND r.sent_at <= %s
              ORDER BY one.id, r.sent_at DESC
                """,
                self.patient_id.ids,
                now - timedelta(days=RESULT_DAYS),
                now,
            )
        )
        return {patient: self.env["mailing.mailing"].browse(mailing) for patient, mailing in rows}
