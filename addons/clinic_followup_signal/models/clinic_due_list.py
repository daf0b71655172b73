from odoo import api, models


class ClinicDueList(models.AbstractModel):
    """At which number, and when, somebody wants to be called: all that reception learns of a report."""

    _inherit = "clinic.due.list"

    @api.model
    def _prepare_recall(self, recall):
        values = super()._prepare_recall(recall)
        return {**values, "asked": self._prepare_asked(recall) if recall.cause == "asked" else False}

    @api.model
    def _prepare_asked(self, recall):
        # Who calls may know the number and the time; the origin, and the rest of the report, is read by nobody here.
        signal_id = recall.sudo().origin.removeprefix("s")
        signal = self.env["clinic.signal"].sudo().browse(int(signal_id)).exists()
        when = dict(signal._fields["call_when"]._description_selection(self.env))
        return {"number": signal.call_number or "", "when": when.get(signal.call_when, "")}
