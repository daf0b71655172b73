from odoo import api, models
from odoo.exceptions import UserError

# What tells about a patient.
PATIENT_FIELDS = ("visit_id", "patient_id")


class ClinicStockCardAccess(models.Model):
    """Who opens and exports the card: the warehouse without patients, and patients only with a trace in the log."""

    _inherit = "clinic.stock.card"

    def export_data(self, fields_to_export):
        """Anyone who reads the card exports it, too: its own columns and nothing behind them.

        The right to export is for all models at once; with it the warehouse would take the patients' addresses along.
        """
        if self.env.is_admin() or self.env.user.has_group("base.group_allow_export"):
            return super().export_data(fields_to_export)
        self._check_own_columns(fields_to_export)
        self.check_access("read")
        for name in fields_to_export:
            if name != ".id":
                self._check_field_access(self._fields[name], "read")
        # Rows and columns are checked. The names of lots and locations the list shows as well, no matter who reads it.
        rows = self.sudo()._export_rows([[name] for name in fields_to_export])
        if set(PATIENT_FIELDS) & set(fields_to_export):
            self.env["clinic.access.log"]._log(self._confidential_patients(), "export", model=self._name)
        return {"datas": rows}

    def _check_own_columns(self, names):
        """Raise ``UserError`` when one of ``names`` is more than a column of the card."""
        for name in names:
            if name == "id" or (name not in self._fields and name != ".id"):
                raise UserError(
                    self.env._("%s is not a column of the stock card. Choose the columns in the list.", name)
                )

    def _log_opening(self, fields):
        """Write down an opening only where patients are shown: others have opened a stock card, and no record."""
        if self._shows_patients() and (fields is None or set(PATIENT_FIELDS) & set(fields)):
            super()._log_opening(fields)

    @api.model
    def _shows_patients(self):
        """Return whether the user may read which patient a row is about."""
        return any(self._has_field_access(self._fields[name], "read") for name in PATIENT_FIELDS)

    def action_open_document(self):
        """Open the visit, transfer, scrap order or move of this row, whichever the user may read; else nothing."""
        self.ensure_one()
        if self._shows_patients() and self.visit_id.has_access("read"):
            return self.visit_id.get_formview_action()
        if not self.move_id.has_access("read"):
            return False
        action = self.move_id.action_open_reference()
        return action if self.env[action["res_model"]].has_access("read") else self.move_id.get_formview_action()
