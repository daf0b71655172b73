from odoo import api, models

# In the context of a page that is part of a printing. An object, so that nobody can hand it over from outside.
LOGGED = object()


class IrActionsReport(models.Model):
    """Whatever is printed of patients' records stands in the access log."""

    _inherit = "ir.actions.report"

    @api.model
    def _render_qweb_html(self, report_ref, docids, data=None):
        self._log_print(report_ref, docids)
        return super()._render_qweb_html(report_ref, docids, data)

    @api.model
    def _render_qweb_text(self, report_ref, docids, data=None):
        self._log_print(report_ref, docids)
        return super()._render_qweb_text(report_ref, docids, data)

    def _render_qweb_pdf(self, report_ref, res_ids=None, data=None):
        self._log_print(report_ref, res_ids)
        # The page is rendered from HTML, which is the same printing.
        printing = self.with_context(clinic_print_logged=LOGGED)
        return super(IrActionsReport, printing)._render_qweb_pdf(report_ref, res_ids, data)

    def _log_print(self, report_ref, ids):
        """Write down that this user prints the records ``ids``, if they belong to patients' records."""
        if self.env.context.get("clinic_print_logged") is LOGGED or not ids:
            return
        model = self._get_report(report_ref).model
        records = self.env[model].browse([ids] if isinstance(ids, int) else ids) if model in self.env else None
        if isinstance(records, self.pool["clinic.confidential.mixin"]):
            self.env["clinic.access.log"]._log(records._confidential_patients(), "print", model=model)
