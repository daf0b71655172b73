import logging
import os
from datetime import timedelta
from decimal import Decimal

from freezegun import freeze_time
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import StockCommon
from .ledger import Ledger, Refused

_logger = logging.getLogger(__name__)
# CLINIC_LEDGER_EXAMPLES=100 does some thousand operations.
EXAMPLES = int(os.environ.get("CLINIC_LEDGER_EXAMPLES") or 5)
OPERATIONS = 40
LOTS, SIZE, HOURS = 2, 100, 24
quantities = st.integers(1, 15000).map(lambda hundredths: Decimal(hundredths) / 100)
lots = st.integers(0, LOTS - 1)
operations = st.one_of(
    st.tuples(st.just("receive"), lots, st.integers(1, 3).map(lambda vials: Decimal(vials * SIZE))),
    st.tuples(st.just("supply"), lots, quantities),
    st.tuples(st.just("give_back"), lots, quantities),
    st.tuples(st.just("draw"), lots, quantities),
    st.tuples(st.just("draw"), lots, st.integers(1, 4000).map(lambda hundredths: Decimal(hundredths) / 100)),
    st.tuples(st.just("undo"), st.integers(0, 99)),
    st.tuples(st.just("discard"), st.integers(0, 99)),
    st.tuples(st.just("scrap"), lots, quantities),
    st.tuples(st.just("count"), lots, st.one_of(st.just(Decimal(0)), quantities)),
    st.tuples(st.just("wait"), st.integers(1, 30)),
)
# Something is there to begin with.
BEGINNING = [("receive", number, Decimal(SIZE * 2)) for number in range(LOTS)]
BEGINNING += [("supply", number, Decimal(150)) for number in range(LOTS)]


@tagged("post_install", "-at_install")
class TestLedger(StockCommon):
    """Whatever is done with the stock in whatever order: it is what a ledger kept by hand says, at every moment."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.botox = cls._create_item("Property Toxin", cls.unit_u, uom_ids=[fields.Command.link(cls.vial.id)])
        cls._setup_vials(cls.botox, hours=HOURS)
        cls.botox_lots = cls.env["stock.lot"].create(
            [
                {"name": f"P{number}", "product_id": cls.botox.id, "expiration_date": "2099-01-01"}
                for number in range(LOTS)
            ]
        )
        cls.suppliers = cls.env.ref("stock.stock_location_suppliers")

    def test_the_stock_is_what_the_ledger_says(self):
        done = []

        # Shrinking would do thousands of operations more; what failed is short enough to read.
        @settings(
            max_examples=EXAMPLES,
            phases=[Phase.generate],
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        )
        @given(st.lists(operations, min_size=OPERATIONS // 2, max_size=OPERATIONS))
        def run(chosen):
            savepoint = self.env.cr.savepoint()
            try:
                self._live([*BEGINNING, *chosen])
                done.extend(chosen)
            finally:
                self.env.cr.clear()
                savepoint.close(rollback=True)
                self.env.invalidate_all()

        run()
        _logger.info("%s random operations", len(done))
        self.assertGreater(len(done), EXAMPLES * 5)

    def _live(self, chosen):
        self.ledger = Ledger(LOTS, SIZE, HOURS)
        self.consumptions = []
        self.moment = fields.Datetime.now()
        self.history = []
        for operation, *words in chosen:
            self.moment += timedelta(minutes=1)
            with freeze_time(self.moment):
                # Each operation is a request of its own: what depends on the clock is not remembered from the last.
                self.env.invalidate_all()
                self._step(operation, *words)
                self._check()
        self._check_card()

    def _step(self, operation, *words):
        if operation == "wait":
            self.moment += timedelta(hours=words[0])
            return
        if operation in ("undo", "discard"):
            choices = self.ledger.draws if operation == "undo" else self.ledger.vials
            if not choices:
                return
            words = [words[0] % len(choices)]
            expected = words
        else:
            expected = [self.ledger.lots[words[0]], *words[1:]]
        if operation == "draw":
            expected.append(self.moment)
        refused = False
        try:
            getattr(self.ledger, operation)(*expected)
        except Refused:
            refused = True
        try:
            with self.env.cr.savepoint():
                getattr(self, f"_do_{operation}")(*words)
        except UserError as error:
            self.assertTrue(refused, f"{operation} {words}: {error}")
            return
        self.assertFalse(refused, f"{operation} {words} was possible")

    # -- the real thing -----------------------------------------------------------------------------------------------

    def _do_receive(self, number, quantity):
        self._move(self.botox, float(quantity), self.botox_lots[number], self.suppliers, self.store)

    def _do_supply(self, number, quantity):
        self._move(self.botox, float(quantity), self.botox_lots[number], self.store, self.location)

    def _do_give_back(self, number, quantity):
        self._move(self.botox, float(quantity), self.botox_lots[number], self.location, self.store)

    def _do_draw(self, number, quantity):
        lot = self.botox_lots[number]
        self.consumptions.append(self.procedure.consume(self.botox, float(quantity), lot=lot))

    def _do_undo(self, number):
        self.consumptions[number].action_undo()

    def _do_discard(self, number):
        vial = self.env["clinic.open.vial"].search([("product_id", "=", self.botox.id)], order="id")[number]
        vial.discard(self.env.ref("clinic_stock.scrap_reason_leftover"))

    def _do_scrap(self, number, quantity):
        self._scrap(self.botox, float(quantity), self.botox_lots[number])

    def _do_count(self, number, quantity):
        self._count(self.botox, float(quantity), self.botox_lots[number])

    # -- what must be true --------------------------------------------------------------------------------------------

    def _check(self):
        self.env.flush_all()
        rows = {}
        for number, lot in enumerate(self.ledger.lots):
            real = self.botox_lots[number].id
            for place, location in (("store", self.store), ("room", self.location)):
                quants, moves = self._books(real, location.id)
                self.assertEqual((quants, moves), (getattr(lot, place),) * 2, f"lot {number}, {place}")
                rows[real, location.id] = quants
            self.env.cr.execute(
                "SELECT COALESCE(sum(remaining), 0)::text FROM clinic_open_vial WHERE lot_id = %s AND state = 'open'",
                [real],
            )
            [opened] = self.env.cr.fetchone()
            self.assertEqual(Decimal(opened), lot.opened)
            # What is on hand is what is in open vials, and what is sealed: never below zero.
            self.assertGreaterEqual(lot.sealed, 0)
        self.history.append((self.moment, rows))

    def _books(self, lot_id, location_id):
        """Return what the quants say, and what the moves add up to."""
        self.env.cr.execute(
            """
            SELECT (SELECT COALESCE(sum(quantity), 0)::text
                      FROM stock_quant WHERE lot_id = %(lot)s AND location_id = %(at)s),
                   (SELECT COALESCE(sum(CASE WHEN location_dest_id = %(at)s THEN quantity_product_uom
                                             ELSE -quantity_product_uom END), 0)::text
                      FROM stock_move_line
                     WHERE state = 'done' AND lot_id = %(lot)s AND %(at)s IN (location_id, location_dest_id))
            """,
            {"lot": lot_id, "at": location_id},
        )
        return tuple(map(Decimal, self.env.cr.fetchone()))

    def _check_card(self):
        """The card says of each moment what the stock was at that moment."""
        card = self.env["clinic.stock.card"]
        for moment, rows in self.history:
            for (lot_id, location_id), quantity in rows.items():
                lot, location = self.botox_lots.browse(lot_id), self.store.browse(location_id)
                balance = card.balance_at(self.botox, moment, lot=lot, location=location, company=self.branch)
                self.assertEqual(Decimal(f"{balance:.2f}"), quantity, f"{lot.name} in {location.name} at {moment}")
