from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields

from odoo.addons.clinic.tests.common import ClinicCommon
from odoo.addons.clinic_visit.tests.common import VisitMixin


class StockMixin(VisitMixin):
    """A toxin in units (100 U a vial) by lot with expiry, a cream in ml by lot, and gloves without lots."""

    @classmethod
    def setup_stock(cls):
        cls.unit_u = cls.env["uom.uom"].create({"name": "U"})
        cls.vial = cls.env["uom.uom"].create(
            {"name": "Vial 100 U", "relative_uom_id": cls.unit_u.id, "relative_factor": 100}
        )
        cls.ml = cls.env.ref("uom.product_uom_milliliter")
        cls.toxin = cls._create_item("Toxin", cls.unit_u, clinic_billable=True, uom_ids=[Command.link(cls.vial.id)])
        cls.cream = cls._create_item("Cream", cls.ml)
        cls.gloves = cls._create_item("Gloves", cls.env.ref("uom.product_uom_unit"), tracking="none")
        cls.location = cls.branch._get_treatment_location()
        cls.lot_soon = cls._receive(cls.toxin, 30, "SOON", 20)
        cls.lot_late = cls._receive(cls.toxin, 100, "LATE", 200)
        cls.lot_expired = cls._receive(cls.toxin, 50, "OLD", -1)
        cls.lot_cream = cls._receive(cls.cream, 10, "C1", 100)
        cls._receive(cls.gloves, 10)

    @classmethod
    def _create_item(cls, name, uom, **vals):
        values = {
            "name": name,
            "type": "consu",
            "is_storable": True,
            "clinic_item": True,
            "uom_id": uom.id,
            "tracking": "lot",
            "list_price": 300,
            "standard_price": 100,
            "use_expiration_date": vals.get("tracking", "lot") == "lot",
            **vals,
        }
        return cls.env["product.product"].create(values)

    @classmethod
    def _receive(cls, product, quantity, lot_name=None, days=None):
        """Put ``quantity`` into the treatment rooms, under a lot that expires in ``days``, and return the lot."""
        lot = cls.env["stock.lot"]
        if lot_name:
            expires = fields.Datetime.now() + timedelta(days=days)
            lot = lot.create({"name": lot_name, "product_id": product.id, "expiration_date": expires})
        cls.env["stock.quant"]._update_available_quantity(product, cls.location, quantity, lot_id=lot)
        return lot

    @classmethod
    def _treat(cls, visit):
        """Bring ``visit`` into treatment, on its own day."""
        with freeze_time(visit.start):
            visit.action_arrive()
            visit.action_start()
        return visit.procedure_ids.filtered(lambda p: p.state == "in_progress")

    def _on_hand(self, product, lot=None):
        quants = self.env["stock.quant"].search(
            [("product_id", "=", product.id), ("location_id", "=", self.location.id)]
        )
        return sum(quants.filtered(lambda q: not lot or q.lot_id == lot).mapped("quantity"))


class StockCommon(StockMixin, ClinicCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_stock()
        cls.procedure = cls._treat(cls.book(start=cls._at(10, days=1), practitioner=cls.doctor))
