from freezegun import freeze_time

from odoo import Command
from odoo.tests import new_test_user

from odoo.addons.clinic.tests.common import ClinicCommon

from .common import StockMixin


class RecallMixin(StockMixin):
    """A lot of toxin that was used on three patients in two branches, and on a fourth by mistake.

    Ayesha got it in two visits, Bilal once and has no e-mail address, Chandni in the other branch; what was logged for
    Dilshad was taken back, and he got another lot instead.
    """

    @classmethod
    def setup_recall(cls):
        cls.setup_stock()
        cls.branch.write({"phone": "021 111", "email": "front@clinic.example"})
        cls._setup_other_branch()
        cls.patient.email = "ayesha@patients.example"
        cls.bilal, cls.chandni, cls.dilshad = cls.env["clinic.patient"].create(
            [
                {"name": "Bilal Test", "phone": "0300 2"},
                {"name": "Chandni Test", "email": "chandni@patients.example", "branch_id": cls.other.id},
                {"name": "Dilshad Test", "email": "dilshad@patients.example"},
            ]
        )
        cls._use(cls.patient, 10, day=1)
        cls._use(cls.patient, 0.2, day=3, uom=cls.vial)
        cls._use(cls.bilal, 5, day=2)
        cls._use(cls.chandni, 8, day=2, branch=cls.other)
        cls.mistake = cls._use(cls.dilshad, 4, day=4)
        cls.mistake.action_undo()
        cls._use(cls.dilshad, 4, day=5, lot=cls.lot_soon)

    @classmethod
    def _setup_other_branch(cls):
        cls.other = cls.env["res.company"].create(
            {
                "name": "Other Branch",
                "country_id": cls.env.ref("base.pk").id,
                "phone": "042 222",
                "email": "front@other.example",
            }
        )
        cls.env.user.company_ids = [Command.link(cls.other.id)]
        if not cls.other.treatment_location_id:
            # Odoo gives a company a warehouse of its own in tests only.
            cls.env["stock.warehouse"].create({"name": "Other", "code": "OTHER", "company_id": cls.other.id})
        # Open when the first branch is, so that ``_at`` suits both.
        calendar = cls.calendar.copy({"name": "Other hours", "company_id": cls.other.id})
        cls.other.resource_calendar_id = calendar
        place = {"company_id": cls.other.id, "resource_calendar_id": calendar.id, "tz": calendar.tz}
        cls.env["clinic.room"].create({"name": "Far Room", "kind_id": cls.room_kind.id, **place})
        employee = cls.env["hr.employee"].create({"name": "Dr Omar", **place})
        cls.other_doctor = cls.env["clinic.practitioner"].create({"employee_id": employee.id})
        cls.env["clinic.authorization"].create(
            {"practitioner_id": cls.other_doctor.id, "treatment_id": cls.facial.id, "date_from": "2020-01-01"}
        )
        cls.env["stock.quant"]._update_available_quantity(
            cls.toxin, cls.other._get_treatment_location(), 50, lot_id=cls.lot_late
        )
        cls.other_manager = new_test_user(
            cls.env,
            login="test_other_manager",
            groups="clinic.group_manager",
            company_id=cls.other.id,
            company_ids=[Command.set(cls.other.ids)],
            tz="Asia/Karachi",
        )

    @classmethod
    def _use(cls, patient, quantity, day, branch=None, lot=None, uom=None):
        """Use ``quantity`` of the toxin on ``patient``, so many days from today."""
        branch = branch or cls.branch
        visits = cls.env["clinic.visit"].with_context(allowed_company_ids=branch.ids)
        doctor = cls.doctor if branch == cls.branch else cls.other_doctor
        visit = visits.book(patient, cls.facial, cls._at(10, days=day), doctor)
        procedure = cls._treat(visit)
        with freeze_time(visit.start):
            used = procedure.consume(cls.toxin, quantity, uom=uom, lot=lot or cls.lot_late)
            visit.action_done()
        return used

    @classmethod
    def _recall(cls, role="manager", **vals):
        """Return a recall of the lot, begun by ``role``."""
        values = {"lot_id": cls.lot_late.id, "reason": "Particles in some vials", **vals}
        return cls.env["clinic.lot.recall"].with_user(cls.users[role]).create(values)

    @classmethod
    def _open(cls, role="manager", **vals):
        recall = cls._recall(role, **vals)
        recall.action_open()
        return recall

    def _lines(self, recall):
        """Return the lines of all branches, with all rights."""
        return self.env["clinic.lot.recall.line"].search([("recall_id", "=", recall.id)])

    def _line(self, recall, patient):
        return self._lines(recall).filtered(lambda line: line.patient_id == patient).with_env(recall.env)

    def _seen_by_other(self, records):
        """Return ``records`` as the other branch's manager gets them in a request of their own."""
        self.env.flush_all()
        self.env.invalidate_all()
        return records.with_env(self.env(user=self.other_manager, context={"allowed_company_ids": self.other.ids}))


class RecallCommon(RecallMixin, ClinicCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_recall()
