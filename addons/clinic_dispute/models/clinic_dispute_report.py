"""What the printed pages show. A report is asked for by its address as well, so rights are checked where it reads."""

from odoo import api, models


class DisputeReport(models.AbstractModel):
    _name = "report.clinic_dispute.report_payment"
    _description = "Dispute Pack of a Payment"
    _of = "account.payment"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return the packs of these documents; that they are printed stands in the access log.

        :raises AccessError: for those who don't keep the books, and for those of other branches
        """
        documents = self.env[self._of].browse(docids).exists()
        packs = self.env["clinic.dispute.pack"]._prepare_packs(documents)
        return {"doc_ids": documents.ids, "doc_model": self._of, "docs": documents, "packs": packs}


class DisputeInvoiceReport(models.AbstractModel):
    _name = "report.clinic_dispute.report_invoice"
    _inherit = "report.clinic_dispute.report_payment"
    _description = "Dispute Pack of an Invoice"
    _of = "account.move"
