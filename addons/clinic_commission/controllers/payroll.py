from werkzeug.exceptions import NotFound

from odoo.http import Controller, content_disposition, request, route


class PayrollController(Controller):
    @route("/clinic_commission/payroll", type="http", auth="user", readonly=True)
    def payroll(self, statements="", **_kwargs):
        """Send the payroll list of approved statements to who keeps the books."""
        ids = [int(word) for word in statements.split(",") if word.isdecimal() and len(word) < 10]
        records = request.env["clinic.commission.statement"].browse(ids).exists()
        if not records:
            raise NotFound
        companies = request.env.user.company_ids.ids
        records = records.with_context(allowed_company_ids=companies)
        records._check_payroll()
        name = request.env._("Payroll %s", " ".join(sorted(set(records.mapped("month_name")))))
        return request.make_response(
            records._payroll_xlsx(),
            headers=[
                ("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
                ("Content-Disposition", content_disposition(f"{name}.xlsx")),
            ],
        )
