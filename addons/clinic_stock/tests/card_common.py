from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields

from .common import StockMixin


class CardMixin(StockMixin):
    """A filler of two lots whose life in two branches is written down by hand in ``STORY``."""

    # What happens, hour by hour: (method, arguments …, the row that the card must show of it).
    # A row: kind, lot, in, out, moved, balance, balance of the lot.
    STORY = (
        ("receive", ("A", 2), ("receipt", "A", 200, 0, 0, 200, 200)),
        ("receive", ("B", 1), ("receipt", "B", 100, 0, 0, 300, 100)),
        ("supply", ("A", 1.5), ("transfer", "A", 0, 0, 150, 300, 200)),
        ("supply", ("B", 1), ("transfer", "B", 0, 0, 100, 300, 100)),
        ("use", ("A", 12.5), ("visit", "A", 0, 12.5, 0, 287.5, 187.5)),
        ("undo", (), ("return", "A", 12.5, 0, 0, 300, 200)),
        ("use", ("B", 20), ("visit", "B", 0, 20, 0, 280, 80)),
        ("throw", ("A", 5), ("scrap", "A", 0, 5, 0, 275, 195)),
        ("count", ("B", 83), ("count", "B", 3, 0, 0, 278, 83)),
        ("count", ("A", 135), ("count", "A", 0, 10, 0, 268, 185)),
        ("give_back", ("A", 0.07), ("return", "A", 0, 7, 0, 261, 178)),
        ("send", ("A", 10), ("transfer", "A", 0, 10, 0, 251, 168)),
    )
    OTHER_STORY = (
        ("receive", ("A", 0.4), ("receipt", "A", 40, 0, 0, 40, 40)),
        ("fetch", ("A", 10), ("transfer", "A", 10, 0, 0, 50, 50)),
    )
    FIELDS = ("kind", "lot_id", "quantity_in", "quantity_out", "quantity_moved", "balance", "lot_balance")

    @classmethod
    def setup_card(cls):
        cls.setup_stock()
        cls.filler = cls._create_item("Filler", cls.unit_u, uom_ids=[Command.link(cls.vial.id)])
        cls.lots = {
            name: cls.env["stock.lot"].create(
                {"name": name, "product_id": cls.filler.id, "expiration_date": fields.Datetime.now() + timedelta(900)}
            )
            for name in ("A", "B")
        }
        cls.suppliers = cls.env.ref("stock.stock_location_suppliers")
        cls.transit = cls.env["stock.location"].create({"name": "On the way", "usage": "transit", "company_id": False})
        cls.procedure = cls._treat(cls.book(start=cls._at(10, days=1), practitioner=cls.doctor))
        cls.other_branch = cls.env["res.company"].create({"name": "Other Branch"})
        cls.env.user.company_ids += cls.other_branch
        cls.began = fields.Datetime.now().replace(microsecond=0) - timedelta(days=30)
        cls.hours = 0

    @classmethod
    def tell(cls, story=None, branch=None):
        """Let ``story`` happen in ``branch``, an hour between its events, and return the rows of the card."""
        branch = branch or cls.branch
        teller = Teller(cls, branch)
        for event, arguments, _row in story or cls.STORY:
            cls.hours += 1
            with freeze_time(cls.began + timedelta(hours=cls.hours)):
                getattr(teller, event)(*arguments)
        return cls.card(branch=branch)

    @classmethod
    def card(cls, domain=(), order="date, id", branch=None, user=None, **search):
        """Return the rows of the filler's card in ``branch``, the oldest first."""
        cls.env.invalidate_all()
        rows = cls.env["clinic.stock.card"].with_user(user or cls.env.user)
        branches = [("company_id", "in", (branch or cls.branch).ids)]
        return rows.search([("product_id", "=", cls.filler.id), *branches, *domain], order=order, **search)

    def shown(self, rows):
        """Return ``rows`` as they are written in a story."""
        return [tuple(row.lot_id.name if name == "lot_id" else row[name] for name in self.FIELDS) for row in rows]

    def written(self, story=None):
        return [row for _event, _arguments, row in story or self.STORY]


class Teller:
    """Does in one branch what a story says, as the people there do it."""

    def __init__(self, case, branch):
        self.case = case
        self.env = case.env(context={**case.env.context, "allowed_company_ids": branch.ids})
        self.rooms = branch._get_treatment_location().with_env(self.env)
        self.warehouse = self.rooms.warehouse_id
        self.store = self.warehouse.lot_stock_id
        self.filler = case.filler.with_env(self.env)

    def lot(self, name):
        return self.case.lots[name].with_env(self.env)

    def receive(self, lot, vials):
        return self._transfer(self.warehouse.in_type_id, lot, vials, self.case.suppliers, self.store)

    def supply(self, lot, vials):
        return self._transfer(self.warehouse.int_type_id, lot, vials, self.store, self.rooms)

    def send(self, lot, quantity):
        return self._move(lot, quantity, self.store, self.case.transit)

    def fetch(self, lot, quantity):
        return self._move(lot, quantity, self.case.transit, self.store)

    def use(self, lot, quantity):
        procedure = self.case.procedure.with_user(self.case.users["practitioner"])
        self.consumption = procedure.consume(self.filler, quantity, lot=self.lot(lot))

    def undo(self):
        self.consumption.action_undo()

    def throw(self, lot, quantity):
        self.case._scrap(self.filler, quantity, self.lot(lot))

    def count(self, lot, quantity):
        self.case._count(self.filler, quantity, self.lot(lot))

    def give_back(self, lot, vials):
        receipt = self.env["stock.move"].search(
            [("product_id", "=", self.filler.id), ("location_id", "=", self.case.suppliers.id)], order="id", limit=1
        )
        self._transfer(
            self.warehouse.out_type_id, lot, vials, self.store, self.case.suppliers, origin_returned_move_id=receipt.id
        )

    def _move(self, lot, quantity, source, target):
        move = self.env["stock.move"].create(self._prepare_move(lot, quantity, self.filler.uom_id, source, target))
        move._action_done()

    def _transfer(self, picking_type, lot, vials, source, target, **vals):
        values = self._prepare_move(lot, vials, self.case.vial, source, target)
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": picking_type.id,
                "location_id": source.id,
                "location_dest_id": target.id,
                "move_ids": [Command.create({**values, **vals})],
            }
        )
        picking.button_validate()

    def _prepare_move(self, lot, quantity, unit, source, target):
        shared = {
            "product_id": self.filler.id,
            "location_id": source.id,
            "location_dest_id": target.id,
            "company_id": self.env.company.id,
        }
        line = {"lot_id": self.lot(lot).id, "quantity": quantity, "product_uom_id": unit.id, **shared}
        return {
            "product_uom": unit.id,
            "product_uom_qty": quantity,
            "move_line_ids": [Command.create(line)],
            "picked": True,
            **shared,
        }
