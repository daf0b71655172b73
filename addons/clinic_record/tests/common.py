from datetime import timedelta

from odoo import fields

from odoo.addons.clinic_visit.tests.common import VisitCommon, VisitMixin


class RecordMixin(VisitMixin):
    """A clinic whose hours never end, so that a procedure can be started at whatever time the test runs."""

    @classmethod
    def setup_clinic(cls, branch):
        super().setup_clinic(branch)
        cls._open_around_the_clock()

    @classmethod
    def start_visit(cls, treatments=None, practitioner=None):
        """Return the first procedure, in treatment, of a visit that has just been booked for the test's patient."""
        visit = (
            cls.env["clinic.visit"]
            .with_company(cls.branch)
            .book_walk_in(cls.patient, treatments or cls.facial, practitioner or cls.doctor)
        )
        visit.action_start()
        return visit.procedure_ids[:1]

    @classmethod
    def arrive(cls, treatments=None, practitioner=None, hours=1):
        """Return the first procedure of another visit, booked in ``hours``, whose patient has arrived already."""
        start = fields.Datetime.now() + timedelta(hours=hours)
        visit = cls.book(treatments, start, practitioner or cls.doctor)
        visit.action_arrive()
        return visit.procedure_ids[:1]


class RecordCommon(RecordMixin, VisitCommon):
    pass
