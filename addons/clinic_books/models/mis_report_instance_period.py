from odoo import fields, models


class MisReportInstancePeriod(models.Model):
    _inherit = "mis.report.instance.period"

    clinic_company_id = fields.Many2one(
        "res.company",
        string="Branch",
        ondelete="cascade",
        help="Only the entries of this branch are in this column. Empty: those of all branches.",
    )

    def _get_additional_move_line_filter(self):
        """In a branch's column, only its own entries."""
        domain = super()._get_additional_move_line_filter()
        if self.clinic_company_id and self.source_aml_model_name:
            domain.append(("company_id", "=", self.clinic_company_id.id))
        return domain
