from odoo import Command

from odoo.addons.clinic_stock.tests.recall_common import RecallMixin

GTIN = "04012345678901"


class PressStock(RecallMixin):
    """Goods in each of their states: recalled, counted, on their way, open."""

    @classmethod
    def _setup_recall(cls):
        cls.users["manager"].company_ids |= cls.other
        recall = cls._open()
        recall.line_ids.filtered(lambda line: line.patient_id == cls.patient).action_reached()
        cls._recall(lot_id=cls.lot_cream.id)
        # One that nobody got.
        cls._open(lot_id=cls._receive(cls.cream, 1, "CLEAN", 60).id)
        # What is opened now is to be discarded today.
        cls._setup_vials(hours=4)
        cls.env["stock.quant"]._update_available_quantity(cls.toxin, cls.location, 200, lot_id=cls.lot_soon)
        for day in (6, 7):
            # One vial that was discarded, and one that is open.
            cls.env["clinic.open.vial"].search([]).discard(cls.env.ref("clinic_stock.scrap_reason_leftover"))
            cls._use(cls.patient, 5, day=day, lot=cls.lot_soon)
        for counted in (12, 11):
            cls._count(cls.gloves, counted, cls.env["stock.lot"])
        cls._setup_scan()

    @classmethod
    def _setup_scan(cls):
        """A supplier's delivery waits, and a count to be applied."""
        places = {
            "location_id": cls.env.ref("stock.stock_location_suppliers").id,
            "location_dest_id": cls.store.id,
            "company_id": cls.branch.id,
        }
        moves = [
            Command.create({"product_id": product.id, "product_uom_qty": quantity, **places})
            for product, quantity in ((cls.toxin, 100), (cls.gloves, 10))
        ]
        in_type = cls.location.warehouse_id.in_type_id
        receipt = cls.env["stock.picking"].create({"picking_type_id": in_type.id, "move_ids": moves, **places})
        receipt.action_confirm()
        line = receipt.move_line_ids.filtered(lambda line: line.product_id == cls.toxin)
        line.write({"lot_name": "NEW", "expiration_date": "2099-12-31 12:00:00", "quantity": 40, "picked": True})
        quant = cls.env["stock.quant"].search(
            [("product_id", "=", cls.gloves.id), ("location_id", "=", cls.location.id)], limit=1
        )
        quant.with_context(inventory_mode=True).write({"inventory_quantity": 9, "inventory_quantity_set": True})

    @classmethod
    def _setup_goods(cls):
        gloves = cls.gloves.with_company(cls.branch).with_context(allowed_company_ids=cls.branch.ids)
        gloves.product_tmpl_id.clinic_reorder_min = 100
        quants = cls.env["stock.quant"]
        quants._update_available_quantity(cls.gloves, cls.store, 20)
        for number in range(7):
            # More of them than the day of the warehouse lists.
            cls._receive(cls.cream, 1, f"SHORT{number}", 30 + number)
        transfer = cls.env["stock.move"].create(
            {
                "product_id": cls.gloves.id,
                "product_uom_qty": 3,
                "product_uom": cls.gloves.uom_id.id,
                "location_id": cls.store.id,
                "location_dest_id": cls.location.id,
                "company_id": cls.branch.id,
            }
        )
        transfer._action_confirm()
        transfer._action_assign()
        cls.treated.consume(cls.cream, 1, lot=cls.lot_cream)
        # A vial that is open though nothing was drawn from it.
        fresh = cls._receive(cls.toxin, 100, "FRESH", 150)
        cls.treated.consume(cls.toxin, 5, lot=fresh).action_undo(opened=True)
        fresh.with_user(cls.users["manager"]).clinic_correct("FRESH1", fresh.clinic_expiry_day, "Typed wrongly")
        line = {"product_id": cls.gloves.id, "quantity": 2, "price_unit": 100, "tax_ids": []}
        sale = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": cls.patients[1].partner_id.id,
                "invoice_line_ids": [Command.create(line)],
            }
        )
        sale.action_post()
