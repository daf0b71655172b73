from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..const import AUTOMATIC, PURPOSES


class ClinicMessageConsent(models.Model):
    """What a patient has said about being written to, by which channel and for what; the last word counts.

    Append-only: what was said stays, with how it was said.
    """

    _name = "clinic.message.consent"
    _description = "Message Consent"
    _inherit = ["clinic.of.patient.mixin", "clinic.confidential.mixin"]
    _order = "id desc"
    _clinic_logs_lists = False

    patient_id = fields.Many2one("clinic.patient", required=True, ondelete="restrict", index=True)
    channel = fields.Selection(AUTOMATIC, required=True)
    purpose = fields.Selection(PURPOSES, required=True)
    is_given = fields.Boolean("Agrees", help="Off: the patient wants no such messages.")
    source = fields.Selection(
        [
            ("desk", "Said at the desk"),
            ("phone", "Said on the phone"),
            ("form", "Written form"),
            ("link", "Link in a message"),
            ("reply", "Reply to a message"),
        ],
        required=True,
        default="desk",
    )
    evidence = fields.Char(size=200, help="Where it can be looked up: the form's number, the words of the reply.")
    said_at = fields.Datetime(string="On", required=True, readonly=True, default=fields.Datetime.now)
    user_id = fields.Many2one("res.users", string="Entered By", readonly=True, default=lambda self: self.env.user)

    _last_word_idx = models.Index("(patient_id, channel, purpose, id DESC)")

    @api.depends("channel", "purpose", "is_given")
    def _compute_display_name(self):
        channels, purposes = dict(AUTOMATIC), dict(PURPOSES)
        for consent in self:
            answer = self.env._("yes") if consent.is_given else self.env._("no")
            name = f"{channels.get(consent.channel)}, {purposes.get(consent.purpose)}"
            consent.display_name = f"{name}: {answer}"

    def write(self, vals):
        self.check_access("write")
        if vals.keys() - {"patient_id"} or not self.env.su:
            self._refuse_change()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self._refuse_change()

    def _refuse_change(self):
        raise UserError(self.env._("What a patient has said stays as it is. Enter what is said now."))

    @api.model
    def _last_words(self, patients):
        """Return {(patient id, channel, purpose): whether the patient agrees} of what was said last."""
        # Whether somebody may be written to does not depend on who asks.
        rows = self.sudo().search_fetch(
            [("patient_id", "in", patients.ids)], ["patient_id", "channel", "purpose", "is_given"], order="id"
        )
        return {(row.patient_id.id, row.channel, row.purpose): row.is_given for row in rows}

    @api.model
    def _allows(self, words, patient, channel, purpose):
        """Return whether ``patient`` may be written to, by ``words`` of ``_last_words``.

        About visits, aftercare and how it was unless they have said no; news and offers only once they have said yes.
        """
        return words.get((patient.id, channel, purpose), purpose != "marketing")

    @api.model
    def _agrees_sql(self, patient, purpose):
        """Return the SQL that says whether ``patient``, an SQL id, has said yes to ``purpose`` by some channel."""
        self.flush_model()
        return SQL(
            """
            EXISTS (SELECT FROM (SELECT DISTINCT ON (channel) is_given
                                   FROM clinic_message_consent
                                  WHERE patient_id = %s AND purpose = %s
                               ORDER BY channel, id DESC) AS word
                     WHERE word.is_given)
            """,
            patient,
            purpose,
        )

    @api.model
    def _last_word_sql(self, patient, channel, purpose):
        """Return the SQL of what ``patient``, an SQL id, has said last; NULL where nothing was said."""
        self.flush_model()
        return SQL(
            "(SELECT is_given FROM clinic_message_consent WHERE patient_id = %s AND channel = %s AND purpose = %s"
            " ORDER BY id DESC LIMIT 1)",
            patient,
            channel,
            purpose,
        )

    @api.model
    def _withdraw(self, patients, channel, source, evidence=None, purposes=None):
        """Write down that ``patients`` want no messages by ``channel``."""
        words = self._last_words(patients)
        # The callers act on the patient's own word: a link or a reply.
        self.sudo().create(
            [
                {
                    "patient_id": patient.id,
                    "channel": channel,
                    "purpose": purpose,
                    "is_given": False,
                    "source": source,
                    "evidence": evidence,
                }
                for patient in patients
                for purpose in (purposes or [name for name, _label in PURPOSES])
                if words.get((patient.id, channel, purpose)) is not False
            ]
        )
