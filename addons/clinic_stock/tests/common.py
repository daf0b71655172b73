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
        cls.store = cls.location.warehouse_id.lot_stock_id
        cls.lot_soon = cls._receive(cls.toxin, 30, "SOON", 20)
        cls.lot_late = cls._receive(cls.toxin, 100, "LATE", 200)
        cls.lot_expired = cls._receive(cls.toxin, 50, "OLD", -3)
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
            # The day of expiry is the branch's, wherever the clock of this test stands.
            vals = {"name": lot_name, "product_id": product.id, "expiration_date": expires}
            lot = lot.with_company(cls.branch).create(vals).with_env(cls.env)
        cls.env["stock.quant"]._update_available_quantity(product, cls.location, quantity, lot_id=lot)
        return lot

    @classmethod
    def _setup_vials(cls, product=None, hours=24, dilution=2.5):
        """Let the toxin be a multi-dose vial of 100 U."""
        (product or cls.toxin).product_tmpl_id.write(
            {"clinic_vial_uom_id": cls.vial.id, "clinic_open_hours": hours, "clinic_dilution": dilution}
        )

    @classmethod
    def _prepare_stock_move(cls, product, quantity, lot, source, destination, **vals):
        line = {
            "product_id": product.id,
            "product_uom_id": product.uom_id.id,
            "quantity": quantity,
            "lot_id": lot.id if lot else False,
            "location_id": source.id,
            "location_dest_id": destination.id,
            "company_id": cls.branch.id,
        }
        return {
            "product_id": product.id,
            "product_uom": product.uom_id.id,
            "product_uom_qty": quantity,
            "location_id": source.id,
            "location_dest_id": destination.id,
            "company_id": cls.branch.id,
            "move_line_ids": [Command.create(line)],
            "picked": True,
            **vals,
        }

    @classmethod
    def _move(cls, product, quantity, lot, source, destination, **vals):
        """Do a stock move of ``quantity`` of ``lot`` at once and return it."""
        values = cls._prepare_stock_move(product, quantity, lot, source, destination, **vals)
        move = cls.env["stock.move"].create(values)
        move._action_done()
        return move

    @classmethod
    def _count(cls, product, quantity, lot, location=None):
        """Count ``quantity`` of ``lot`` in the treatment rooms, as the warehouse does."""
        quants = cls.env["stock.quant"].with_context(inventory_mode=True)
        place = {"product_id": product.id, "location_id": (location or cls.location).id, "lot_id": lot.id}
        quants.create({**place, "inventory_quantity": quantity}).action_apply_inventory()

    @classmethod
    def _scrap(cls, product, quantity, lot, reason="damaged", **vals):
        scrap = cls.env["stock.scrap"].create(
            {
                "product_id": product.id,
                "scrap_qty": quantity,
                "lot_id": lot.id if lot else False,
                "location_id": cls.location.id,
                "company_id": cls.branch.id,
                "scrap_reason_tag_ids": [
                    Command.set(cls.env.ref(f"clinic_stock.scrap_reason_{reason}").ids if reason else [])
                ],
                **vals,
            }
        )
        scrap.do_scrap()
        return scrap

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
