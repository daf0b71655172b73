from datetime import timedelta

from freezegun import freeze_time

from odoo import fields

from odoo.addons.clinic_signal.tests.common import SignalMixin
from odoo.addons.clinic_stock.tests.common import StockCommon


class SignalStockCommon(SignalMixin, StockCommon):
    """Two patients who were treated with the same lot; the practitioner leads medically."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch.write({"clinic_medical_lead_id": cls.users["practitioner"].id, "email": "desk@test.clinic"})
        cls.users["practitioner"].email = "sana@test.clinic"
        cls.bilal = cls.env["clinic.patient"].create({"name": "Bilal Test", "phone": "0300 2"})
        cls.first, cls.second = cls._with_lot(cls.patient), cls._with_lot(cls.bilal)

    @classmethod
    def _with_lot(cls, patient, lot=None, quantity=20):
        """Return the procedure of ``patient``, done today, in which ``quantity`` of ``lot`` was used."""
        # One after the other: it is about noon.
        cls.hours = getattr(cls, "hours", 0) + 1
        with freeze_time(fields.Datetime.now() - timedelta(hours=cls.hours)):
            visit = cls.env["clinic.visit"].with_company(cls.branch).book_walk_in(patient, cls.facial, cls.doctor)
            visit.action_start()
            procedure = visit.procedure_ids
            procedure.consume(cls.toxin, quantity, lot=lot or cls.lot_late)
            visit.action_done()
        cls.env.flush_all()
        return procedure

    def _said(self, procedure=None, **values):
        return super()._said(procedure, **{"since": fields.Date.to_string(self.branch._clinic_today()), **values})

    def _alerts(self):
        return self.env["clinic.lot.alert"].search([("lot_id", "=", self.lot_late.id)])
