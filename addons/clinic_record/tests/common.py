from datetime import timedelta

from odoo import fields
from odoo.tools import SQL

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

    @classmethod
    def be_earlier(cls, procedure, days=1):
        """Let ``procedure`` have been performed ``days`` ago, which the real methods refuse."""
        cls.env.flush_all()
        for table, column in (("clinic_procedure", "id"), ("clinic_reservation", "procedure_id")):
            query = SQL(
                "UPDATE %(table)s SET start = start - %(days)s * interval '1 day',"
                " stop = stop - %(days)s * interval '1 day' WHERE %(column)s = %(id)s",
                table=SQL.identifier(table),
                column=SQL.identifier(column),
                days=days,
                id=procedure.id,
            )
            cls.env.cr.execute(query)
        cls.env.invalidate_all()


class RecordCommon(RecordMixin, VisitCommon):
    pass
