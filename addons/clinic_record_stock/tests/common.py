from odoo.addons.clinic_record.tests.common import RecordMixin
from odoo.addons.clinic_stock.tests.common import StockCommon


class RecordStockCommon(RecordMixin, StockCommon):
    """A patient in treatment, and the treatment room's stock: the cream contains lidocaine."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lidocaine = cls.env["clinic.substance"].create(
            {"name": "Test Lidocaine", "product_ids": cls.cream.product_tmpl_id.ids}
        )
        cls.allergy = cls.env["clinic.risk.kind"].create(
            {"name": "Test Lidocaine Allergy", "type": "allergy", "substance_id": cls.lidocaine.id}
        )
        cls.as_doctor = cls.env(user=cls.users["practitioner"])
        cls.procedure = cls.procedure.with_env(cls.as_doctor)
