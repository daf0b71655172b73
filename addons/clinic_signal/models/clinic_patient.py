from odoo import fields, models
from odoo.exceptions import AccessError, UserError


class ClinicPatient(models.Model):
    _inherit = "clinic.patient"

    signal_ids = fields.One2many(
        "clinic.signal", "patient_id", string="Patient's Reports", groups="clinic.group_cosmetologist"
    )
    signal_count = fields.Integer(
        compute="_compute_signal_count", string="Reports", groups="clinic.group_cosmetologist"
    )

    def _compute_signal_count(self):
        counts = dict(
            self.env["clinic.signal"]._read_group([("patient_id", "in", self.ids)], ["patient_id"], ["__count"])
        )
        for patient in self:
            patient.signal_count = counts.get(patient._origin, 0)

    def action_view_signals(self):
        """Open what this patient has reported."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("clinic_signal.clinic_signal_action")
        return {**action, "domain": [("patient_id", "=", self.id)], "context": {}}

    def action_report_link(self):
        """Show the patient a QR code of the page on which a problem is reported; earlier ones are not good any more."""
        self.ensure_one()
        self._check_may_hand_report()
        patient = self._kept()
        address = self.env["clinic.signal.link"]._hand_over(patient, patient._last_to_report().company_id)
        return {
            "type": "ir.actions.client",
            "tag": "clinic_consent.hand_over",
            "name": self.env._("To report a problem: %s", patient.name),
            "target": "new",
            "params": {
                "word": self.env._("The patient opens this page on their own phone. It can be used once."),
                "state": "waiting",
                "url": address,
                "qr": self.env["clinic.consent.device"]._qr(address),
                "device": False,
                "devices": [],
            },
        }

    def _last_to_report(self):
        """Return the last procedure about which this patient could report a problem, as superuser."""
        # That it was, and in which branch, is no question of what the user may read of it.
        recent = self.env["clinic.signal.link"].sudo()._recent(self)
        if not recent:
            raise UserError(self.env._("Nothing was done lately about which this patient could report a problem."))
        return recent[0]

    def _check_may_hand_report(self):
        if not self.env.user.has_groups("clinic.group_reception,clinic.group_cosmetologist"):
            raise AccessError(self.env._("Links for patients are handed over at the desk or in the treatment room."))
        self.check_access("read")

    def action_send_report_link(self):
        """Send the patient the link to report a problem, by the way that reaches them, about what was done last."""
        self.ensure_one()
        self._check_may_hand_report()
        message = self._kept()._last_to_report().visit_id._send_report_link(self.env.user)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success", "message": self.env._("On its way to %s", message.address)},
        }
