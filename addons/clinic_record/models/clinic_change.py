from odoo import api, models
from odoo.fields import Domain


class ClinicChange(models.Model):
    """The history of a note is that of its amendments, too."""

    _inherit = "clinic.change"

    @api.model
    def _history_domain(self, records):
        domain = super()._history_domain(records)
        if records._name == "clinic.note":
            domain |= Domain("model", "=", "clinic.note") & Domain("res_id", "in", self._chain(records))
        return domain

    @api.model
    def _chain(self, notes):
        """Return the ids of all notes that amend, or are amended by, one of ``notes``."""
        # That there is an amendment is no secret from who sees the history, whose values are checked one by one.
        notes, found = notes.sudo(), notes.browse()
        while notes:
            found |= notes
            notes = (notes.amends_id | notes.amendment_ids) - found
        return found.ids
