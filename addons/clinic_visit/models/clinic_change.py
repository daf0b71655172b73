from odoo import api, models
from odoo.fields import Domain


class ClinicChange(models.Model):
    """The history of a visit is that of its procedures, too: these hold times, practitioner, room and device."""

    _inherit = "clinic.change"

    @api.model
    def _history_domain(self, records):
        domain = super()._history_domain(records)
        if records._name == "clinic.visit":
            procedures = records.with_context(active_test=False).procedure_ids
            domain |= Domain("model", "=", "clinic.procedure") & Domain("res_id", "in", procedures.ids)
        return domain
