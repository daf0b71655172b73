from odoo import models
from odoo.http import request

# Whose pages for patients have Odoo's own layout, on routes that are no website's: payment, links in messages.
ADDONS = ("clinic_message.", "clinic_payment.", "clinic_feedback.", "clinic_consent.")


class IrQweb(models.AbstractModel):
    """Pages for patients with Odoo's own layout, which a website makes its own wherever it is used."""

    _inherit = "ir.qweb"

    def _render(self, template, values=None, **options):
        is_ours = isinstance(template, str) and template.startswith(ADDONS)
        if not is_ours or not request or getattr(request, "is_frontend", True):
            return super()._render(template, values, **options)
        if not hasattr(request, "website"):
            request.website = self.env["website"].get_current_website()
        if not hasattr(request, "lang"):
            request.lang = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
        # Nobody edits these pages in the website's builder.
        pages = self.with_context(clinic_patient_page=True, inherit_branding=False)
        return super(IrQweb, pages)._render(template, values, **options)

    def _prepare_environment(self, values):
        prepared = super()._prepare_environment(values)
        return (
            prepared._prepare_frontend_environment(values) if self.env.context.get("clinic_patient_page") else prepared
        )
