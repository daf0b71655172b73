from odoo import api, models

# Whose documents are printed in the language of whom they are for.
SPOKEN = {"account.move", "account.payment"}


class IrActionsReport(models.Model):
    """Invoices and payments are printed in their customer's language: header, footer and direction, not the text alone.

    Odoo prints header and footer of all documents of a printing in the language of who prints.
    """

    _inherit = "ir.actions.report"

    @api.model
    def _render_qweb_html(self, report_ref, docids, data=None):
        groups = self._clinic_by_language(report_ref, docids)
        spoken = self.with_context(lang=next(iter(groups))) if len(groups) == 1 else self
        return super(IrActionsReport, spoken)._render_qweb_html(report_ref, docids, data)

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        groups = self._clinic_by_language(report_ref, res_ids)
        if len(groups) < 1 or len(set(res_ids)) != len(res_ids):
            return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids)
        streams = {}
        for lang, ids in groups.items():
            spoken = super(IrActionsReport, self.with_context(lang=lang))
            streams |= spoken._render_qweb_pdf_prepare_streams(report_ref, dict(data or {}), ids)
        if len(groups) > 1 and streams.keys() != set(res_ids):
            # A page that cannot be distinguished from the others is printed with them, as by Odoo.
            return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids)
        return {res_id: streams[res_id] for res_id in sorted(streams, key=[*res_ids, False].index)}

    @api.model
    def _clinic_by_language(self, report_ref, ids):
        """Return {language: ids} of the documents ``ids`` of a printing; nothing when they are in the user's."""
        model = self._get_report(report_ref).model
        if model not in SPOKEN or not ids:
            return {}
        groups = {}
        # Which language a customer speaks is no secret of anyone; the documents are read in the user's own name.
        for document in self.env[model].sudo().browse([ids] if isinstance(ids, int) else ids).exists():
            lang = document.partner_id.lang or document.company_id.partner_id.lang or self.env.lang
            groups.setdefault(lang, []).append(document.id)
        return groups
