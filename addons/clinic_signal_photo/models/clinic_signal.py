from odoo import models


class ClinicSignal(models.Model):
    _inherit = "clinic.signal"

    def _after_report(self):
        """Take the photos that came with the report into the record first."""
        for signal in self:
            signal.link_id.photo_ids._file(signal)
        super()._after_report()

    def _prepare_rows(self):
        rows = super()._prepare_rows()
        # Of reports that the user may read; each picture is asked for by its own right.
        for signal, row in zip(self.sudo(), rows, strict=True):
            row["photos"] = signal.link_id.photo_ids.photo_id.filtered("active").mapped("uuid")
        return rows
