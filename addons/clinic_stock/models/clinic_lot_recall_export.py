from odoo import fields, models

from .. import xlsx


class ClinicLotRecall(models.Model):
    """The list of a recall as a file, for the authorities or the manufacturer; who takes it stands in the log."""

    _inherit = "clinic.lot.recall"

    def action_export(self):
        """Download the list of patients."""
        self.ensure_one()
        branches = "-".join(map(str, self.env.companies.ids))
        return {
            "type": "ir.actions.act_url",
            "url": f"/clinic/lot-recall/{self.id}/patients.xlsx?branches={branches}",
            "target": "download",
        }

    def _export_patients(self):
        """Return the list of those patients whom the user sees, as an .xlsx file."""
        self.ensure_one()
        # Their own button, since exporting whatever one likes is a right that clinic roles lack.
        self.check_access("write")
        lines = self.line_ids
        lines.check_access("read")
        self.env["clinic.access.log"]._log(lines.patient_id, "export", reason=self.name, model=lines._name)
        columns = lines._prepare_columns()
        rows = [[value(line) or None for value in columns.values()] for line in lines]
        return xlsx.table(self.env._("Lot recall"), self._prepare_head(), list(columns), rows)

    def _prepare_head(self):
        """Return [(label, value)] of what stands above the list."""
        self.ensure_one()
        return [
            (self.env._("Recall"), self.name),
            (self.env._("Item"), self.product_id.sudo().display_name),
            (self.env._("Lot"), self.lot_id.name),
            (self.env._("Expires"), self.expiration_date or None),
            (self.env._("Reason"), self.reason),
            (self.env._("Opened"), self._local_day(self.opened_at, self.env.company)),
            (self.env._("Left in stock"), self.stock_left),
            (self.env._("Patients"), self.patient_count),
            (self.env._("Reached"), self.reached_count),
            (self.env._("Patients in other branches, not listed"), self.elsewhere_count),
            (self.env._("As of"), self._local_day(fields.Datetime.now(), self.env.company)),
        ]

    def _local_day(self, moment, branch):
        # The time zone of a branch is no secret.
        return branch.sudo()._clinic_local(moment).date() if moment else None
