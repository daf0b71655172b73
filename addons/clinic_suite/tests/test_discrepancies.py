import logging
from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from odoo.addons.clinic_stock_account.tests.common import StockAccountCommon

_logger = logging.getLogger(__name__)


@tagged("post_install", "-at_install")
class TestDiscrepancies(StockAccountCommon):
    """Gaps of every kind are planted by hand; each is found, by item, person and visit, and none is invented."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = cls.env.ref("stock.stock_location_customers")
        cls.suppliers = cls.env.ref("stock.stock_location_suppliers")
        cls.gaps = cls.env["clinic.discrepancy"].with_user(cls.users["manager"])
        quants = cls.env["stock.quant"]
        quants._update_available_quantity(cls.toxin, cls.location, 900, lot_id=cls.lot_late)
        quants._update_available_quantity(cls.gloves, cls.location, 40)

    def _found(self, **domain):
        self.env.flush_all()
        self.gaps.invalidate_model()
        return self.gaps.search([("explained", "=", False), *[(name, "=", value) for name, value in domain.items()]])

    def _facts(self, gaps):
        return sorted((gap.kind, gap.product_id.name, gap.quantity) for gap in gaps)

    def _insert_done(self, product, quantity, lot, destination, **values):
        """A move that was done before anybody asked for its cause: an import, an older system."""
        values = self._prepare_stock_move(product, quantity, lot, self.location, destination, **values)
        move = self.env["stock.move"]._clinic_writing().create(values)
        self.env.flush_all()
        self.env.cr.execute("ALTER TABLE stock_move DISABLE TRIGGER clinic_stock_exit_has_a_cause")
        for table, column in (("stock_move_line", "move_id"), ("stock_move", "id")):
            self.env.cr.execute(f"UPDATE {table} SET state = 'done' WHERE {column} = %s", [move.id])  # noqa: S608
        self.env.cr.execute("ALTER TABLE stock_move ENABLE TRIGGER clinic_stock_exit_has_a_cause")
        self.env.invalidate_all()
        return move

    def _import(self, procedure, product, quantity, lot=None):
        """A consumption that was written down elsewhere: it never left the stock here."""
        consumption = procedure.consume(product, quantity, lot=lot)
        move = consumption.move_id
        self.env.flush_all()
        self.env.cr.execute("UPDATE clinic_consumption SET move_id = NULL WHERE id = %s", [consumption.id])
        self.env.cr.execute("UPDATE stock_move SET state = 'cancel' WHERE id = %s", [move.id])
        self.env.cr.execute("UPDATE stock_move_line SET state = 'cancel' WHERE move_id = %s", [move.id])
        self.env.invalidate_all()
        return consumption

    def _visit(self, hour, checkout=True, **items):
        visit = self.book(start=self._at(hour, days=2), practitioner=self.doctor)
        procedure = self._treat(visit)
        return visit, procedure

    def _plant_not_deducted(self):
        _visit, procedure = self._visit(9)
        self._import(procedure, self.cream, 1.5)
        self._import(procedure, self.gloves, 2)
        part = procedure.consume(self.cream, 2)
        part.move_id.move_line_ids.quantity = 1.25
        other = procedure.consume(self.gloves, 3)
        other.move_id.move_line_ids.quantity = 4
        self._finish_and_check_out(procedure.visit_id)
        return [
            ("not_deducted", "Cream", 1.5),
            ("not_deducted", "Gloves", 2),
            ("not_deducted", "Cream", 0.75),
            ("not_deducted", "Gloves", -1),
        ]

    def _finish_and_check_out(self, visit):
        self._finish(visit)
        visit.action_checkout()

    def _plant_no_cause(self):
        losses = self.toxin.with_company(self.branch).property_stock_inventory
        self._insert_done(self.toxin, 5, self.lot_late, self.customers)
        self._insert_done(self.toxin, 6, self.lot_late, self.suppliers)
        self._insert_done(self.toxin, 7, self.lot_late, losses)
        self._insert_done(self.toxin, 8, self.lot_late, self.customers, clinic_visit_id=self.visit.id)
        return [("no_cause", "Toxin", quantity) for quantity in (5, 6, 7, 8)]

    def _plant_counts(self):
        # The lots of the tests came without a move, so a first count opens them, as an opening balance does.
        for product, lot, there in ((self.toxin, self.lot_soon, 30), (self.gloves, self.env["stock.lot"], 50)):
            self._count(product, there + 1, lot)
        self.assertFalse(self._found(kind="count"))
        self._count(self.toxin, 29, self.lot_soon)
        self._count(self.toxin, 33, self.lot_soon)
        self._count(self.gloves, 47, self.env["stock.lot"])
        return [("count", "Toxin", 2), ("count", "Toxin", -4), ("count", "Gloves", 4)]

    def _plant_not_billed(self):
        visit, procedure = self._visit(11)
        procedure.consume(self.toxin, 10)
        self._finish_and_check_out(visit)
        self._unlink_lines(visit)
        part, procedure = self._visit(12)
        procedure.consume(self.toxin, 20)
        self._finish_and_check_out(part)
        line = self._item_lines(part)
        self.env.flush_all()
        self.env.cr.execute("UPDATE account_move_line SET quantity = 15 WHERE id = %s", [line.id])
        self.env.invalidate_all()
        cancelled, procedure = self._visit(13)
        procedure.consume(self.toxin, 30)
        self._finish_and_check_out(cancelled)
        cancelled.invoice_id.button_draft()
        cancelled.invoice_id.button_cancel()
        _forgotten, procedure = self._visit(14)
        with freeze_time(fields.Datetime.now() - timedelta(days=2)):
            procedure.consume(self.toxin, 40)
        # Not before the day is over.
        _waiting, procedure = self._visit(15)
        procedure.consume(self.toxin, 50)
        self._bill_too_much()
        return [("not_billed", "Toxin", quantity) for quantity in (10, 5, 30, 40, -6)]

    def _bill_too_much(self):
        """Bill 6 U more than were used; return the invoice."""
        visit, procedure = self._visit(10)
        procedure.consume(self.toxin, 4)
        self._finish_and_check_out(visit)
        line = self._item_lines(visit)
        self.env.flush_all()
        self.env.cr.execute("UPDATE account_move_line SET quantity = 10 WHERE id = %s", [line.id])
        self.env.invalidate_all()
        return visit.invoice_id

    def _plant_kit(self):
        self._setup_protocol()
        # Whatever way it was closed, nobody said what became of the kit.
        _closed, closed = self._visit(16)
        self._close_anyhow(closed)
        # Taken back after the end, which says that it was not used; of the other item nobody said anything.
        _undone, undone = self._visit(17)
        undone.consume(self.cream, 1)
        self._close_anyhow(undone)
        undone.consumption_ids.action_undo()
        # Logged in part: one of two items.
        _part, part = self._visit(18)
        part.consume(self.cream, 1)
        self._close_anyhow(part)
        # In treatment, and today's: no gap yet.
        self._visit(19)
        return [
            ("kit", "Cream", 1),
            ("kit", "Gloves", 2),
            ("kit", "Gloves", 2),
            ("kit", "Gloves", 2),
        ]

    def _setup_protocol(self):
        protocol = self.env["clinic.protocol"].create(
            {
                "treatment_id": self.facial.id,
                "item_ids": [
                    Command.create({"product_id": self.cream.id, "quantity": 1}),
                    Command.create({"product_id": self.gloves.id, "quantity": 2}),
                ],
            }
        )
        protocol.action_publish()

    def _close_anyhow(self, procedure):
        self.env.flush_all()
        self.env.cr.execute("UPDATE clinic_procedure SET state = 'done' WHERE id = %s", [procedure.id])
        self.env.cr.execute("UPDATE clinic_visit SET state = 'done' WHERE id = %s", [procedure.visit_id.id])
        self.env.invalidate_all()

    def _item_lines(self, visit):
        return visit.invoice_ids.invoice_line_ids.filtered("clinic_consumption_id")

    def _unlink_lines(self, visit):
        invoice = visit.invoice_id
        invoice.button_draft()
        self._item_lines(visit).unlink()
        invoice.action_post()

    def _plant_not_charted(self):
        invoices = [self._sell(self.cream, 2), self._sell(self.gloves, 4)]
        # Handed over: no gap.
        self._sell(self.cream, 1).action_hand_over()
        self.assertEqual(len(invoices), 2)
        return [("not_charted", "Cream", 2), ("not_charted", "Gloves", 4)]

    def test_all_that_was_planted_is_found_and_nothing_else(self):
        self.assertFalse(self._found())
        planted = [
            *self._plant_counts(),
            *self._plant_not_deducted(),
            *self._plant_no_cause(),
            *self._plant_not_billed(),
            *self._plant_not_charted(),
            *self._plant_kit(),
        ]
        found = self._found()
        self.assertEqual(self._facts(found), sorted(planted))
        _logger.info("%s planted, %s found", len(planted), len(found))
        for gap in found:
            self.assertTrue(gap.user_id and gap.reference and gap.company_id == self.branch, gap.kind)
            self.assertTrue(gap.value, gap.kind)

    def test_what_was_charted_is_deducted(self):
        self._plant_not_deducted()
        gap = self._found(kind="not_deducted", quantity=1.5)
        before = self._on_hand(self.cream)
        gap.with_user(self.users["warehouse"]).action_mend()
        self.assertFalse(self._found(kind="not_deducted", quantity=1.5))
        self.assertEqual(self._on_hand(self.cream), before - 1.5)

    def test_what_was_left_out_is_billed_later(self):
        self._plant_not_billed()
        reception = self.users["reception"]
        gap = self._found(kind="not_billed", quantity=5)
        action = gap.with_user(self.users["manager"]).action_mend()
        invoice = self.env["account.move"].browse(action["res_id"])
        self.assertEqual((invoice.state, invoice.invoice_origin), ("draft", gap.reference))
        self.assertEqual(invoice.invoice_line_ids.mapped("quantity"), [5])
        invoice.with_user(reception).action_post()
        self.assertFalse(self._found(kind="not_billed", quantity=5))

    def test_what_was_billed_too_much_is_taken_off_by_a_credit_note(self):
        invoice = self._bill_too_much()
        gap = self._found(kind="not_billed", quantity=-6)
        action = gap.with_user(self.users["manager"]).action_mend()
        self.assertEqual((action["res_model"], action["res_id"]), ("account.move", invoice.id))
        wizard = self.env["account.move.reversal"].with_context(active_model="account.move", active_ids=invoice.ids)
        note = wizard.create({"journal_id": invoice.journal_id.id}).refund_moves()["res_id"]
        note = self.env["account.move"].browse(note)
        note.invoice_line_ids.filtered(lambda line: not line.clinic_consumption_id).unlink()
        note.invoice_line_ids.quantity = 6
        note.action_post()
        self.assertFalse(self._found(kind="not_billed"))

    def test_an_invoice_in_the_place_of_another_is_no_gap(self):
        visit, procedure = self._visit(11)
        procedure.consume(self.toxin, 10)
        self._finish_and_check_out(visit)
        self._credit(visit.invoice_id)
        # Credited out of goodwill: it was billed.
        self.assertFalse(self._found(kind="not_billed"))
        visit.action_checkout()
        self.assertFalse(self._found(kind="not_billed"))

    def test_what_was_sold_is_handed_over(self):
        invoice = self._sell(self.cream, 2)
        self.assertTrue(self._found(kind="not_charted"))
        before = self._on_hand(self.cream)
        invoice.with_user(self.users["reception"]).action_hand_over()
        self.assertFalse(self._found(kind="not_charted"))
        self.assertEqual(self._on_hand(self.cream), before - 2)
        move = self.env["stock.move"].search([("clinic_invoice_line_id", "in", invoice.invoice_line_ids.ids)])
        self.assertEqual((move.origin, move.partner_id.id), (invoice.name, False))
        with self.assertRaisesRegex(UserError, "have left the stock"):
            invoice.action_hand_over()

    def test_a_count_is_explained_once_and_for_all(self):
        self._plant_counts()
        warehouse = self.users["warehouse"]
        gaps = self._found(kind="count").with_user(warehouse)
        action = gaps.action_explain()
        dialog = Form(self.env["clinic.discrepancy.explain"].with_user(warehouse).with_context(**action["context"]))
        self.assertEqual(len(dialog.about.splitlines()), 3)
        self.assertIn("Gloves 4 Units · Count difference", dialog.about)
        dialog.reason = "Two broke in the drawer"
        dialog.save().action_explain()
        self.assertFalse(self._found(kind="count"))
        explained = self.gaps.search([("explained", "=", True)])
        self.assertEqual(set(explained.mapped("explanation")), {"Two broke in the drawer"})
        self.assertEqual(explained.explained_by_id, warehouse)
        with self.assertRaisesRegex(UserError, "explained already"):
            explained[0].action_mend()
        with self.assertRaisesRegex(UserError, "not changed"):
            self.env["clinic.discrepancy.explanation"].sudo().search([]).write({"reason": "Because"})

    def _prepare_explanation(self, gap, **vals):
        return {**gap._prepare_explanation(), "reason": "It is in order", **vals}

    def _explain(self, gaps, role="warehouse"):
        """Explain ``gaps`` as the dialog does."""
        gaps = gaps.with_user(self.users[role])
        context = gaps.action_explain()["context"]
        wizard = self.env["clinic.discrepancy.explain"].with_user(self.users[role]).with_context(**context)
        return wizard.create({"reason": "It is in order"}).action_explain()

    def _bill(self, line, quantity):
        """Let ``line`` of a posted invoice charge ``quantity``, whatever way somebody found to change it."""
        self.env.flush_all()
        self.env.cr.execute("UPDATE account_move_line SET quantity = %s WHERE id = %s", [quantity, line.id])
        self.env.invalidate_all()

    def test_a_gap_that_has_grown_is_open_again(self):
        visit, procedure = self._visit(12)
        procedure.consume(self.toxin, 20)
        self._finish_and_check_out(visit)
        line = self._item_lines(visit)
        self._bill(line, 15)
        seen = self._found().with_user(self.users["warehouse"]).action_explain()["context"]
        self._explain(self._found())
        self.assertFalse(self._found())
        self._bill(line, 0)
        self.assertEqual(self._facts(self._found()), [("not_billed", "Toxin", 20)])
        # A dialog that was opened before tells of what was seen in it.
        dialog = self.env["clinic.discrepancy.explain"].with_user(self.users["warehouse"]).with_context(**seen)
        with self.assertRaisesRegex(UserError, "Nothing of this is open"):
            dialog.create({"reason": "It is in order"}).action_explain()
        self._explain(self._found())
        self.assertFalse(self._found())
        self._bill(line, 15)
        self.assertFalse(self._found())

    def test_a_gap_of_more_digits_than_are_kept_is_explained(self):
        _visit, procedure = self._visit(12)
        consumption = self._import(procedure, self.toxin, 0.333333)
        self._explain(self._found(source_id=consumption.id))
        self.assertFalse(self._found(source_id=consumption.id))
        self.assertEqual(self.gaps.search([("source_id", "=", consumption.id)]).explanation, "It is in order")

    def test_nobody_writes_an_explanation_past_the_dialog(self):
        self._plant_counts()
        vals = self._prepare_explanation(self._found(kind="count")[0])
        for role in ("warehouse", "manager"):
            notes = self.env["clinic.discrepancy.explanation"].with_user(self.users[role])
            with self.subTest(role=role), self.assertRaises(AccessError):
                notes.create(vals)
        self.assertEqual(len(self._found(kind="count")), 3)

    def test_another_branchs_gap_is_not_explained(self):
        self._plant_counts()
        gaps = self._found(kind="count")
        context = gaps.action_explain()["context"]
        other = self.env["res.company"].create({"name": "Second Branch"})
        stranger = self.users["warehouse"]
        stranger.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        dialog = self.env["clinic.discrepancy.explain"].with_user(stranger).with_context(**context)
        with self.assertRaisesRegex(UserError, "Nothing of this is open"):
            dialog.create({"reason": "It is in order"}).action_explain()
        # Nor by what stands in another branch's books.
        self.env["clinic.discrepancy.explanation"].sudo().create(
            [self._prepare_explanation(gap, company_id=other.id) for gap in gaps]
        )
        self.assertEqual(self._found(kind="count"), gaps)
        self._explain(gaps, role="manager")
        self.assertFalse(self._found(kind="count"))
