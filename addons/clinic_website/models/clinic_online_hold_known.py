from odoo import fields, models
from odoo.orm.models import NO_ACCESS

from ..const import KNOWN_FOR

UNKNOWN = dict.fromkeys(("patient_id", "known_by", "known_at", "code_id", "code_used_at"), False)


class ClinicOnlineHold(models.Model):
    """Who keeps the time, once the visitor has shown it: by a code, or by being signed in."""

    _inherit = "clinic.online.hold"

    patient_id = fields.Many2one("clinic.patient", readonly=True, ondelete="set null", groups=NO_ACCESS)
    known_by = fields.Selection(
        [("code", "Code"), ("login", "Signed in"), ("nobody", "Somebody else")], readonly=True, groups=NO_ACCESS
    )
    known_at = fields.Datetime(readonly=True, groups=NO_ACCESS)
    code_id = fields.Many2one("clinic.online.code", readonly=True, ondelete="set null", groups=NO_ACCESS)
    forgotten_at = fields.Datetime(readonly=True, groups=NO_ACCESS, help="Codes that were asked for earlier are over.")
    code_used_at = fields.Datetime(readonly=True, groups=NO_ACCESS)

    def _know(self, patient, by):
        """Remember that the visitor is ``patient``, who has shown it ``by`` a code or a login."""
        self.write({"patient_id": patient.id, "known_by": by, "known_at": fields.Datetime.now()})

    def _forget(self, others=False):
        """Know nobody any more: the visitor leaves, or books for ``others`` than the one who is signed in."""
        now = fields.Datetime.now()
        self.write({**UNKNOWN, "known_by": "nobody" if others else False, "forgotten_at": now})

    def _renew(self, token):
        """Keep all of it under a new ``token``: one that somebody else has put into this browser is good no more."""
        self.token_hash = self._hash(token)

    def _give_up(self):
        """Free the time and know nothing of this visitor any more: somebody else may sit down there."""
        self._let_go()
        self._forget()

    def _visitor(self):
        """Return the patient who keeps this time, as superuser, if that was shown a while ago at most."""
        is_recent = bool(self) and self.known_at and self.known_at > fields.Datetime.now() - KNOWN_FOR
        patient = self.patient_id if is_recent else self.env["clinic.patient"].sudo()
        return patient._kept().filtered("active")

    def _proof(self):
        """Return the message by which the visitor was found to be a patient; none for who is signed in."""
        return self.code_id.message_id if self.known_by == "code" else self.env["clinic.message"]

    def _is_for_other(self):
        """Return whether the visitor has said already that somebody else comes; other addons ask."""
        return False

    def _online(self):
        """Return ``clinic.online`` of the branch, for this visitor."""
        return self.env["clinic.online"]._at(self.company_id, clinic_online_patient=self._visitor().id)
