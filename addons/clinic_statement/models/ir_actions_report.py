from odoo import api, models


class IrActionsReport(models.Model):
    """A statement is printed in the language of whom it is for: header, footer and direction, not the text alone."""

    _inherit = "ir.actions.report"

    @api.model
    def _render_qweb_html(self, report_ref, docids, data=None):
        spoken = self._clinic_in_language_of_statement(report_ref, docids, data)
        return super(IrActionsReport, spoken)._render_qweb_html(report_ref, docids, data)

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        spoken = self._clinic_in_language_of_statement(report_ref, res_ids, data)
        return super(IrActionsReport, spoken)._render_qweb_pdf_prepare_streams(report_ref, data, res_ids)

    @api.model
    def _clinic_in_language_of_statement(self, report_ref, docids, data):
        """Return this model in the language of all whom the statements are for, if they speak one."""
        name = self._get_report(report_ref).report_name
        if not (name or "").startswith("partner_statement."):
            return self
        ids = docids or (data or {}).get("partner_ids") or ()
        ids = [ids] if isinstance(ids, (int, str)) else ids
        # Which language a customer speaks is no secret of anyone; the entries are read in the user's own name.
        spoken = {lang for lang in self.env["res.partner"].sudo().browse(map(int, ids)).mapped("lang") if lang}
        return self.with_context(lang=spoken.pop()) if len(spoken) == 1 else self
