from odoo.fields import Domain

from odoo.addons.clinic.tests.common import ClinicCommon, ClinicMixin


class VisitMixin(ClinicMixin):
    @classmethod
    def book(cls, treatments=None, start=None, practitioner=None, **kwargs):
        visits = cls.env["clinic.visit"].with_company(cls.branch)
        return visits.book(cls.patient, treatments or cls.facial, start or cls._at(10), practitioner, **kwargs)


class VisitCommon(VisitMixin, ClinicCommon):
    pass


class HomeMixin:
    """Reads the manager's home as the manager does, and opens what its buttons open."""

    def _load_home(self, branches=None):
        home = self.env["clinic.home"].with_user(self.users["manager"])
        return home.with_context(allowed_company_ids=(branches or self.branch).ids).load()

    def _tile(self, key, **kwargs):
        return next(tile for tile in self._load_home(**kwargs)["tiles"] if tile["key"] == key)

    def _alert(self, key, **kwargs):
        """Return how many the alert counts, and the records that its button opens."""
        alert = next((alert for alert in self._load_home(**kwargs)["alerts"] if alert["key"] == key), None)
        if not alert:
            return 0, None
        return alert["count"], self._opened(alert["opens"])

    def _opened(self, opens):
        """Return the records that a click opens for the manager."""
        if "model" in opens:
            return self.env[opens["model"]].with_user(self.users["manager"]).browse(opens["id"])
        model = self.env[self.env.ref(opens["action"]).res_model]
        model = model.with_user(self.users["manager"]).with_context(allowed_company_ids=self.branch.ids)
        return model.search(Domain(opens["domain"]))
