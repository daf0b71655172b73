from odoo import http
from odoo.http import content_disposition, request

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class LotRecall(http.Controller):
    """The list of a recall, as a file that is stored nowhere."""

    @http.route(
        "/clinic/lot-recall/<int(max=2147483647):recall_id>/patients.xlsx", type="http", auth="user", readonly=False
    )
    def patients(self, recall_id, branches=""):
        """Return the patients of the recall in ``branches``, ids joined by "-", whom the user sees."""
        chosen = [int(branch) for branch in branches.split("-") if branch.isdecimal()]
        recalls = request.env["clinic.lot.recall"].with_context(allowed_company_ids=chosen or request.env.companies.ids)
        recall = recalls.browse(recall_id).exists()
        if not recall:
            raise request.not_found()
        content = recall._export_patients()
        name = f"{recall.name.replace('/', '-')}.xlsx"
        return request.make_response(
            content, [("Content-Type", XLSX), ("Content-Disposition", content_disposition(name))]
        )
