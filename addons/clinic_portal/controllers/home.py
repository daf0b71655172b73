from odoo import http
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

from .base import PortalBase, of_patient


class PortalHome(PortalBase, CustomerPortal):
    @http.route()
    def home(self, **kw):
        """Show patients their own pages; others, and those who ask for it, see Odoo's."""
        patients = self._patients() if request.httprequest.path.rstrip("/").endswith("/my") else None
        return self._home(patients[0]) if patients else super().home(**kw)

    @http.route("/my/clinic", type="http", auth="user", methods=["GET"], sitemap=False)
    def clinic_home(self, **_kwargs):
        """Lead to the first of the user's patients."""
        patients = self._patients()
        return self._go(f"/my/clinic/{patients[0].id}" if patients else "/my/home")

    @http.route("/my/clinic/<int:patient_id>", type="http", auth="user", methods=["GET"], sitemap=False)
    @of_patient
    def clinic_home_of(self, patient, **_kwargs):
        """Show the next visit, what is to do, and the last invoices."""
        return self._home(patient)

    def _home(self, patient):
        patient = patient.with_context(allowed_company_ids=self._branch(patient).ids)
        return self._page("clinic_portal.page_home", patient, "home", **self._facts(patient)._prepare_home(patient))
