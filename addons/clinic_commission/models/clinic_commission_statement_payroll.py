import io

import xlsxwriter

from odoo import models
from odoo.exceptions import UserError


class ClinicCommissionStatement(models.Model):
    """The list that goes to payroll."""

    _inherit = "clinic.commission.statement"

    def action_payroll(self):
        """Download the payroll list of these statements; with none selected, of all that are approved and not paid."""
        statements = self or self.search([("state", "=", "approved"), ("company_id", "in", self.env.companies.ids)])
        statements._check_payroll()
        return {
            "type": "ir.actions.act_url",
            "url": f"/clinic_commission/payroll?statements={','.join(map(str, statements.ids))}",
            "target": "download",
        }

    def _check_payroll(self):
        """Raise when the user may not have the payroll list of these statements, or one is no more than a draft."""
        self.check_access("write")
        self.check_access("read")
        if not self:
            raise UserError(self.env._("There are no approved statements. Approve the month's statements first."))
        if draft := self.filtered(lambda statement: statement.state == "draft"):
            raise UserError(
                self.env._(
                    "%(name)s, %(month)s is a draft: only what is approved goes to payroll.",
                    name=draft[0].practitioner_id.name,
                    month=draft[0].month_name,
                )
            )

    def _payroll_columns(self):
        """Return [(heading, width, value of a statement)]; other addons add theirs."""
        states = dict(self._fields["state"]._description_selection(self.env))
        return [
            (self.env._("Practitioner"), 30, lambda statement: statement.practitioner_id.name),
            (self.env._("Branch"), 24, lambda statement: statement.company_id.name),
            (self.env._("Month"), 18, lambda statement: statement.month_name),
            (self.env._("Entries"), 10, lambda statement: statement.entry_count),
            (self.env._("Base"), 16, lambda statement: statement.base_amount),
            (self.env._("To Pay"), 16, lambda statement: statement.amount),
            (self.env._("Currency"), 10, lambda statement: statement.currency_id.name),
            (self.env._("Status"), 12, lambda statement: states[statement.state]),
        ]

    def _payroll_xlsx(self):
        """Return the payroll list of these statements as an XLSX file."""
        output, columns = io.BytesIO(), self._payroll_columns()
        with xlsxwriter.Workbook(output, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
            sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
            sheet.freeze_panes(1, 0)
            for number, (heading, width, _value) in enumerate(columns):
                sheet.set_column(number, number, width)
                sheet.write_string(0, number, heading, bold)
            for row, statement in enumerate(self.sorted(lambda s: (s.company_id.name, s.practitioner_id.name)), 1):
                for number, (_heading, _width, value) in enumerate(columns):
                    self._write_cell(sheet, row, number, value(statement))
        return output.getvalue()

    def _write_cell(self, sheet, row, column, value):
        """Write ``value``: a name that looks like a formula stays a text."""
        if isinstance(value, int | float):
            sheet.write_number(row, column, value)
        else:
            sheet.write_string(row, column, value or "")
