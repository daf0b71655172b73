from odoo.addons.clinic.tests.common import ClinicCommon, ClinicMixin


class VisitMixin(ClinicMixin):
    @classmethod
    def book(cls, treatments=None, start=None, practitioner=None, **kwargs):
        visits = cls.env["clinic.visit"].with_company(cls.branch)
        return visits.book(cls.patient, treatments or cls.facial, start or cls._at(10), practitioner, **kwargs)


class VisitCommon(VisitMixin, ClinicCommon):
    pass
