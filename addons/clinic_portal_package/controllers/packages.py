from odoo import http
from odoo.http import request

from odoo.addons.clinic_portal.controllers.base import HEADERS, PortalBase, of_patient
from odoo.addons.clinic_portal.controllers.visits import ROUTE


class PortalPackages(PortalBase, http.Controller):
    @http.route("/my/clinic/<int:patient_id>/packages/<int:course_id>.pdf", methods=["GET"], **ROUTE)
    @of_patient
    def statement(self, patient, course_id, **_kwargs):
        """Send the statement of a package: sessions used and left, paid and due."""
        course = self._own("clinic.course", patient, course_id, [("state", "!=", "draft")])
        # The statement of what somebody else has bought is theirs.
        if not course or course.is_gift:
            return None
        day = course.company_id._clinic_today()
        dialog = course.env["clinic.course.statement"].create({"course_id": course.id, "day": day})
        reports = course.env["ir.actions.report"]
        content, _type = reports._render_qweb_pdf("clinic_package.action_report_course_statement", dialog.ids)
        headers = {
            **HEADERS,
            "Content-Type": "application/pdf",
            "Content-Length": str(len(content)),
            # A neutral name: it stays in the browser's downloads.
            "Content-Disposition": f'attachment; filename="statement-{course.id}.pdf"',
        }
        return request.make_response(content, headers=list(headers.items()))
