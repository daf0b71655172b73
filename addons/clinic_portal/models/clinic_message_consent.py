from odoo import api, fields, models

from ..const import MOST_WISHES


class ClinicMessageConsent(models.Model):
    _inherit = "clinic.message.consent"

    source = fields.Selection(selection_add=[("portal", "Said on the portal")], ondelete={"portal": "set default"})

    @api.model
    def _is_flood(self, patient):
        """Return whether ``patient`` has changed this on the portal too often within a day."""
        day_ago = fields.Datetime.subtract(fields.Datetime.now(), days=1)
        recent = [("patient_id", "=", patient.id), ("source", "=", "portal"), ("create_date", ">", day_ago)]
        return self.sudo().search_count(recent) >= MOST_WISHES

    @api.model
    def _say(self, patient, answers, source):
        """Write down what ``patient`` has said, as far as it differs from what is true now; return the rows.

        :param answers: {(channel, purpose): whether the patient agrees}
        """
        words = self._last_words(patient)
        # The page acts on the patient's own word.
        return self.sudo().create(
            [
                {
                    "patient_id": patient.id,
                    "channel": channel,
                    "purpose": purpose,
                    "is_given": agrees,
                    "source": source,
                }
                for (channel, purpose), agrees in answers.items()
                if agrees != self._allows(words, patient, channel, purpose)
            ]
        )
