from odoo import api, models
from odoo.fields import Domain


class ClinicHome(models.AbstractModel):
    """What a manager sees of the records: how many notes nobody has signed, and nothing of what they say."""

    _inherit = "clinic.home"

    @api.model
    def _prepare_alerts(self):
        # Who is in the room today still has the day to sign.
        over = Domain("state", "=", "done") | self._past_domain("start")
        return [
            *super()._prepare_alerts(),
            self._alert(
                "unsigned",
                self.env._("Procedures with a note not signed"),
                "clinic.procedure",
                over & Domain("has_unsigned_note", "=", True),
                "clinic_visit.clinic_procedure_action",
                self.env._("Show"),
            ),
            # Counted for those managers who are privacy officers, too.
            self._alert(
                "glass",
                self.env._("Emergency access to review"),
                "clinic.break.glass",
                Domain("outcome", "=", False) & Domain("user_id", "!=", self.env.uid),
                "clinic.clinic_break_glass_action",
                self.env._("Review"),
                urgent=True,
            ),
        ]
