from odoo import api, models
from odoo.fields import Domain

from odoo.addons.clinic_record.models.clinic_my_day import ONE_LOOK


class ClinicMyDay(models.AbstractModel):
    """What patients have reported to the user, whatever day it is."""

    _inherit = "clinic.my.day"

    @api.model
    def load(self, day=None):
        """Add the open reports that the user is to look at."""
        loaded = super().load(day)
        return {**loaded, "signals": self._load_signals() if loaded["days"][0] == loaded["today"] else []}

    @api.model
    def _load_signals(self):
        """Return the open reports about what the user has performed, or that the user was told of.

        The urgent ones first; also of other branches.
        """
        performed = Domain("procedure_ids.practitioner_id.user_id", "=", self.env.uid)
        told = Domain("activity_ids", "any", [("user_id", "=", self.env.uid)])
        # Who is to look at it is asked here; whether the record may be opened still, below.
        signals = self.env["clinic.signal"].sudo().search(Domain("state", "=", "open") & (performed | told))
        if not signals:
            return []
        cared = self.env["clinic.patient"].browse(signals.patient_id.ids)._in_care(self.env.user.company_ids)
        if cared:
            self.env["clinic.access.log"]._log(cared, "open", model=self._name, within=ONE_LOOK)
        return signals.filtered(lambda signal: signal.patient_id in cared)._prepare_rows()
