from odoo import models


class ClinicLotRecallLine(models.Model):
    """What of a patient stands in the exported list."""

    _inherit = "clinic.lot.recall.line"

    def _prepare_columns(self):
        """Return {label: function of a line} of what is exported."""
        states = dict(self._fields["state"]._description_selection(self.env))
        channels = dict(self._fields["channel"]._description_selection(self.env))
        return {
            self.env._("Patient Number"): lambda line: line.patient_id.number,
            self.env._("Patient"): lambda line: line.patient_id.name,
            self.env._("Phone"): lambda line: line.phone,
            self.env._("E-mail"): lambda line: line.email,
            self.env._("Branch"): lambda line: line.company_id.sudo().name,
            self.env._("Dose"): lambda line: line.dose,
            self.env._("Unit"): lambda line: line.uom_id.name,
            self.env._("First Used"): lambda line: line.date_first,
            self.env._("Last Used"): lambda line: line.date_last,
            self.env._("Visits"): lambda line: ", ".join(line.consumption_ids.visit_id.mapped("name")),
            self.env._("Practitioners"): lambda line: line.practitioners,
            self.env._("Channel"): lambda line: channels[line.channel],
            self.env._("Status"): lambda line: states[line.state],
            self.env._("Message"): lambda line: line.recall_id._local_day(line.sent_at, line.company_id),
            self.env._("Sent By"): lambda line: line.sent_by_id.name,
            self.env._("Failure"): lambda line: line.failure,
            self.env._("Marked"): lambda line: line.recall_id._local_day(line.marked_at, line.company_id),
            self.env._("Marked By"): lambda line: line.marked_by_id.name,
            self.env._("Reason"): lambda line: line.reason,
        }
