from dataclasses import replace
from datetime import date, timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..occasion import Amounts, Occasion
from .common import CommissionCommon


@tagged("post_install", "-at_install")
class TestDepth(CommissionCommon):
    """Roles and shares, what a rule counts, redo, and what is taken back for whatever reason."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.third = cls._create_practitioner("Nurse Amina")

    def _join(self, visit, practitioner, role="assistant", share=100):
        return self.env["clinic.procedure.participant"].create(
            {
                "procedure_id": visit.procedure_ids.id,
                "practitioner_id": practitioner.id,
                "role": role,
                "share": share,
            }
        )

    def _sum(self, visit, practitioner=None):
        entries = self._entries(visit)
        own = entries.filtered(lambda entry: not practitioner or entry.practitioner_id == practitioner)
        return round(sum(own.mapped("amount")), 2)

    # -- who takes part -----------------------------------------------------------------------------------------------

    def test_each_role_earns_by_its_own_rule(self):
        self._rule("Doctor", percent=40)
        self._rule("Assistant", percent=5, role="assistant")
        self._rule("Referrer", amount=30, kind="flat", role="referrer")
        visit = self._done(practitioner=self.doctor)
        self._join(visit, self.cosmetologist)
        self._join(visit, self.third, role="referrer")
        visit.action_checkout()
        entries = self._entries(visit)
        amounts = {entry.role: (entry.practitioner_id, entry.amount) for entry in entries}
        self.assertEqual(
            amounts,
            {
                "performer": (self.doctor, 400),
                "assistant": (self.cosmetologist, 50),
                "referrer": (self.third, 30),
            },
        )
        # The price is the clinic's once: 1,000 less all that was earned.
        self.assertEqual(sum(entries.mapped("clinic_amount")), 520)

    def test_performers_share_what_the_rule_gives_to_the_cent(self):
        self._rule(percent=10.01)
        visit = self._done(practitioner=self.doctor)
        self._join(visit, self.cosmetologist, role="performer", share=33.33)
        self._join(visit, self.third, role="performer", share=33.33)
        visit.action_checkout()
        # 100.10 in all: 33.34 % are left for the practitioner of the procedure.
        self.assertEqual(
            [self._sum(visit, who) for who in (self.doctor, self.cosmetologist, self.third)], [33.37, 33.37, 33.36]
        )
        self.assertEqual(self._sum(visit), 100.10)
        self._credit(visit.invoice_id)
        self.assertEqual([self._sum(visit, who) for who in (self.doctor, self.cosmetologist, self.third)], [0, 0, 0])

    def test_shares_of_one_role_come_to_100_at_the_most(self):
        visit = self._done(practitioner=self.doctor)
        self._join(visit, self.cosmetologist, share=60)
        with self.assertRaisesRegex(ValidationError, "“Assistant” add up to 110 %"), self.env.cr.savepoint():
            self._join(visit, self.third, share=50)
        self._join(visit, self.third, share=40)

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_a_share_of_nothing_and_somebody_twice(self):
        visit = self._done(practitioner=self.doctor)
        for share in (0, -5, 100.01):
            with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self._join(visit, self.cosmetologist, share=share)
        self._join(visit, self.cosmetologist, share=50)
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._join(visit, self.cosmetologist, share=10)

    def test_who_took_part_stays_once_it_was_earned(self):
        self._rule(percent=40)
        visit = self._done(practitioner=self.doctor)
        joined = self._join(visit, self.cosmetologist, role="performer", share=50)
        visit.action_checkout()
        for attempt in (
            lambda: joined.write({"share": 10}),
            joined.unlink,
            lambda: self._join(visit, self.third),
            lambda: visit.procedure_ids.write({"is_redo": True}),
        ):
            with self.assertRaisesRegex(UserError, "earned already"), self.env.cr.savepoint():
                attempt()
        self._credit(visit.invoice_id)
        self.assertEqual(self._sum(visit), 0)

    def test_a_redo_earns_nothing(self):
        self._rule(percent=40)
        visit = self._done(practitioner=self.doctor)
        visit.procedure_ids.with_user(self.users["reception"]).is_redo = True
        visit.action_checkout()
        self.assertFalse(self._entries(visit))
        other = self._done(practitioner=self.doctor, start=self._at(14))
        with self.assertRaisesRegex(UserError, "reception or a manager"):
            other.procedure_ids.with_user(self.users["practitioner"]).is_redo = True

    def test_a_seller_earns_with_goods(self):
        cream = self.env["product.template"].create({"name": "Cream", "list_price": 200, "taxes_id": [Command.clear()]})
        self._rule("Cream", percent=10, role="seller", product_id=cream.id)
        sale = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.patient.partner_id.id,
                "invoice_user_id": self.users["cosmetologist"].id,
                "invoice_line_ids": [
                    Command.create({"product_id": cream.product_variant_id.id, "quantity": 3, "price_unit": 200})
                ],
            }
        )
        sale.action_post()
        entries = self.env["clinic.commission.entry"].search([("product_id", "=", cream.id)], order="id")
        self.assertRecordValues(
            entries, [{"practitioner_id": self.cosmetologist.id, "role": "seller", "amount": 60, "base_amount": 600}]
        )
        self._credit_part(sale, 100)
        self._credit_part(sale, 100)
        entries = self.env["clinic.commission.entry"].search([("product_id", "=", cream.id)], order="id")
        self.assertEqual(entries.mapped("amount"), [60, -30, -30])

    # -- what a rule counts -------------------------------------------------------------------------------------------

    def test_the_list_price_leaves_the_discount_to_the_clinic(self):
        self._rule(percent=40, basis="list")
        visit = self._done(practitioner=self.doctor)
        visit.procedure_ids.discount = 25
        visit.action_checkout()
        entry = self._entries(visit)
        self.assertEqual((entry.base_amount, entry.amount), (1000, 400))
        self.assertEqual(entry.explanation, "40 % of 1,000.00 at list price")

    def test_what_was_given_away_in_full_is_taken_back_in_full(self):
        self._rule(percent=40, basis="list")
        visit = self._done(practitioner=self.doctor)
        visit.procedure_ids.discount = 100
        visit.action_checkout()
        self.assertEqual(self._sum(visit), 400)
        self._credit(visit.invoice_id)
        self.assertEqual(self._sum(visit), 0)

    def test_taxes_count_and_card_fees_come_off(self):
        self._rule(percent=40, include_tax=True, card_fee=2)
        visit = self._invoiced(practitioner=self.doctor)
        entry = self._entries(visit)
        # 1,150 with tax, less 23 for the card: 40 % of 1,127.
        self.assertEqual((entry.base_amount, entry.amount), (1127, 450.8))
        self.assertEqual(
            entry.explanation, "40 % of 1,150.00 net of discount, taxes included, less 23.00 for card fees"
        )

    def test_an_amount_for_each_unit(self):
        self._rule(kind="unit", amount=15)
        visit = self._done(practitioner=self.doctor)
        visit.procedure_ids.quantity = 20
        visit.action_checkout()
        entry = self._entries(visit)
        self.assertEqual((entry.amount, entry.explanation), (300, "15.00 for each of 20 units"))

    def test_the_words_stay_as_the_rule_was_and_are_in_the_readers_language(self):
        rule = self._rule(percent=40)
        visit = self._done(practitioner=self.doctor)
        visit.procedure_ids.discount = 30
        visit.action_checkout()
        rule.percent = 10
        entry = self._entries(visit)
        self.assertEqual(entry.explanation, "40 % of 700.00 net of discount")
        self.env["res.lang"]._activate_lang("fr_FR")
        self.assertRegex(entry.with_context(lang="fr_FR").explanation, "700,00")

    @mute_logger("odoo.sql_db")
    def test_a_rule_is_for_one_role_and_one_thing(self):
        self._rule("Performer")
        self._rule("Assistant", role="assistant")
        with self.assertRaises(IntegrityError) as caught, self.env.cr.savepoint():
            self._rule("Assistant again", role="assistant")
        self.assertRegex(self.rules._sql_error_to_message(caught.exception), "valid at the same time")
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._rule("Both", role="seller", treatment_id=self.facial.id, product_id=self.facial.id)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self._rule("Units", kind="unit", amount=0, practitioner_id=self.third.id)

    # -- what is taken back -------------------------------------------------------------------------------------------

    def _credit_part(self, invoice, price):
        wizard = self.env["account.move.reversal"].with_context(active_model="account.move", active_ids=invoice.ids)
        note = wizard.create({"journal_id": invoice.journal_id.id}).refund_moves()["res_id"]
        note = self.env["account.move"].browse(note)
        note.invoice_line_ids.price_unit = price
        note.action_post()
        return note

    def test_a_note_that_is_reset_gives_back_and_the_rest_still_comes_to_nothing(self):
        self._rule(kind="flat", amount=100)
        visit = self._invoiced(practitioner=self.doctor)
        first = self._credit_part(visit.invoice_id, 333.33)
        self._credit_part(visit.invoice_id, 333.33)
        first.button_draft()
        # 666.67 of 1,000 are left.
        self.assertEqual(self._sum(visit), 66.67)
        first.action_post()
        self._credit_part(visit.invoice_id, 333.34)
        self.assertEqual(self._sum(visit), 0)
        self.assertEqual(round(sum(self._entries(visit).mapped("base_amount")), 2), 0)

    def test_an_invoice_that_is_reset_takes_its_credited_parts_with_it(self):
        self._rule(percent=40)
        visit = self._invoiced(practitioner=self.doctor)
        self._credit_part(visit.invoice_id, 250)
        self.assertEqual(self._sum(visit), 300)
        visit.invoice_id.button_draft()
        self.assertEqual(self._sum(visit), 0)

    def test_more_credited_than_charged_takes_back_no_more_than_was_earned(self):
        self._rule(percent=40)
        visit = self._invoiced(practitioner=self.doctor)
        self._credit_part(visit.invoice_id, 1500)
        self.assertEqual(self._sum(visit), 0)

    def test_a_write_off_takes_back_its_part(self):
        self._rule(percent=40)
        visit = self._invoiced(practitioner=self.doctor)
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=visit.invoice_id.ids
        )
        # 1,150 owed, 920 paid, a fifth written off.
        wizard.create(
            {
                "amount": 920,
                "payment_difference_handling": "reconcile",
                "writeoff_account_id": self.company_data["default_account_expense"].id,
            }
        ).action_create_payments()
        self.assertEqual(visit.payment_state, "paid")
        self.assertEqual(self._entries(visit).mapped("amount"), [400, -80])
        self.assertRegex(self._entries(visit)[1].explanation, "Written off.* 20 %")
        self._credit(visit.invoice_id)
        self.assertEqual(self._sum(visit), 0)

    def test_a_payment_changes_nothing_where_it_is_earned_at_invoicing(self):
        self._rule(percent=40)
        visit = self._invoiced(practitioner=self.doctor)
        self._pay(visit.invoice_id)
        self.assertEqual(self._entries(visit).mapped("amount"), [400])

    def test_a_note_that_is_reset_leaves_what_the_other_note_takes_back(self):
        self._rule(percent=40)
        visit = self._invoiced(practitioner=self.doctor)
        first = self._credit_part(visit.invoice_id, 600)
        self._credit_part(visit.invoice_id, 600)
        self.assertEqual(self._sum(visit), 0)
        first.button_draft()
        # 400 of the 1,000 are left.
        self.assertEqual(self._sum(visit), 160)

    def _discount_later(self, visit, price):
        """Credit ``price`` and its tax by a note that names no invoice, set against the invoice of ``visit``."""
        note = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": visit.invoice_id.partner_id.id,
                "invoice_date": visit.invoice_id.invoice_date,
                "invoice_line_ids": [
                    Command.create({"name": "Discount", "price_unit": price, "tax_ids": [Command.set(self.tax.ids)]})
                ],
            }
        )
        note.action_post()
        self._set_against(note, visit)
        return note

    def _set_against(self, document, visit):
        receivable = (document | visit.invoice_id).line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )
        receivable.reconcile()

    def test_a_later_discount_takes_back_its_part(self):
        self._rule(percent=40)
        visit = self._invoiced(practitioner=self.doctor)
        note = self._discount_later(visit, 200)
        # 230 of 1,150: a fifth of 400.
        self.assertEqual(self._entries(visit).mapped("amount"), [400, -80])
        self.assertRegex(self._entries(visit)[1].explanation, "discounted .* 20 %")
        note.button_draft()
        note.button_cancel()
        self.assertEqual(self._sum(visit), 400)
        self._discount_later(visit, 200)
        self._discount_later(visit, 800)
        self.assertEqual(self._sum(visit), 0)

    def _written_off(self, visit, **debits):
        """Set an entry against the invoice of ``visit`` that debits accounts of the kinds ``debits``."""
        company = self.company_data
        accounts = {
            "expense": company["default_account_expense"],
            "tax": self.tax.invoice_repartition_line_ids.account_id,
            "payable": company["default_account_payable"],
            "allowance": self.env["account.account"].search([("code", "=", "ALLOW")])
            or self.env["account.account"].create(
                {"code": "ALLOW", "name": "Allowance for Doubtful Accounts", "account_type": "asset_current"}
            ),
        }
        lines = [{"account_id": accounts[kind].id, "debit": amount} for kind, amount in debits.items()]
        receivable = visit.invoice_id.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        partner = visit.invoice_id.partner_id.id
        lines.append({"account_id": receivable.account_id.id, "partner_id": partner, "credit": sum(debits.values())})
        entry = self.env["account.move"].create(
            {"move_type": "entry", "line_ids": [Command.create({"name": "Bad debt", **line}) for line in lines]}
        )
        entry.action_post()
        self._set_against(entry, visit)

    def test_a_write_off_takes_its_tax_with_it_and_may_be_set_against_an_allowance(self):
        self._rule(percent=40)
        for number, (debits, left) in enumerate(
            (
                ({"expense": 1000, "tax": 150}, 0),
                ({"allowance": 1150}, 0),
                ({"expense": 500, "tax": 75}, 200),
                # What the clinic owes the patient is set off: that is paid.
                ({"payable": 1150}, 400),
            )
        ):
            with self.subTest(debits=debits):
                visit = self._invoiced(practitioner=self.doctor, start=self._at(10 + number))
                self._written_off(visit, **debits)
                self.assertEqual(self._sum(visit), left)

    # -- earned as the patient pays -----------------------------------------------------------------------------------

    def test_it_is_earned_as_the_patient_pays(self):
        self.branch.clinic_commission_earned = "received"
        self._rule(percent=40)
        visit = self._invoiced(practitioner=self.doctor)
        self.assertEqual(self._entries(visit).mapped("amount"), [0])
        self.assertEqual(self._entries(visit).explanation, "40 % of 1,000.00 net of discount, earned as it is paid")
        for amount in (383.33, 383.33, 383.34):
            self._pay(visit.invoice_id, amount)
        # A third of 1,150 each, and the last one takes the rest.
        self.assertEqual(self._entries(visit).mapped("amount"), [0, 133.33, 133.33, 133.34])
        self.assertEqual(self._sum(visit), 400)

    def test_what_is_no_longer_paid_is_no_longer_earned(self):
        self.branch.clinic_commission_earned = "received"
        self._rule(percent=40)
        visit = self._invoiced(practitioner=self.doctor)
        payment = self._pay(visit.invoice_id, 575)
        self.assertEqual(self._sum(visit), 200)
        payment.action_draft()
        payment.action_cancel()
        self.assertEqual(self._sum(visit), 0)

    def test_a_credit_note_takes_back_what_was_paid(self):
        self.branch.clinic_commission_earned = "received"
        self._rule(percent=40)
        visit = self._invoiced(practitioner=self.doctor)
        self._pay(visit.invoice_id)
        self._credit_part(visit.invoice_id, 250)
        self.assertEqual(self._sum(visit), 300)
        self._credit_part(visit.invoice_id, 750)
        self.assertEqual(self._sum(visit), 0)

    def test_what_is_paid_with_credit_counts_as_paid(self):
        self.branch.clinic_commission_earned = "received"
        self._rule(percent=40)
        first = self._invoiced(practitioner=self.doctor)
        self._pay(first.invoice_id)
        note = self._credit_part(first.invoice_id, 400)
        self.assertEqual(self._sum(first), 240)
        second = self._invoiced(practitioner=self.doctor, start=self._at(14))
        self._set_against(note, second)
        # 460 of 1,150.
        self.assertEqual((self._sum(first), self._sum(second)), (240, 160))
        self._pay(second.invoice_id)
        self.assertEqual(self._sum(second), 400)
        note.line_ids.remove_move_reconcile()
        self.assertEqual(self._sum(second), 240)

    def test_a_later_discount_is_never_received(self):
        self.branch.clinic_commission_earned = "received"
        self._rule(percent=40)
        visit = self._invoiced(practitioner=self.doctor)
        self._discount_later(visit, 200)
        self.assertEqual(self._sum(visit), 0)
        self._pay(visit.invoice_id)
        self.assertEqual((visit.payment_state, self._sum(visit)), ("paid", 320))

    def test_the_setting_counts_for_what_is_invoiced_from_then_on(self):
        self._rule(percent=40)
        visit = self._invoiced(practitioner=self.doctor)
        self.branch.clinic_commission_earned = "received"
        self._pay(visit.invoice_id, 115)
        self.assertEqual(self._sum(visit), 400)

    # -- any origin ---------------------------------------------------------------------------------------------------

    def _occasion(self, **values):
        return Occasion(
            **{
                "key": "session:1",
                "day": self.branch._clinic_today(),
                "branch": self.branch,
                "people": {"performer": [(self.doctor, 100)]},
                "treatment": self.facial,
                "charged": Amounts(net=800, list=1000, quantity=1),
                **values,
            }
        )

    def test_another_addon_earns_once_and_takes_back_in_parts(self):
        self._rule(percent=40)
        entries = self.env["clinic.commission.entry"].sudo()
        earned = entries._earn([self._occasion()])
        self.assertEqual((earned.amount, earned.move_id.id, earned.procedure_id.id), (320, False, False))
        self.assertFalse(entries._earn([self._occasion()]), "what counts already earns nothing more")
        day = self.branch._clinic_today()
        parts = entries.browse()
        for left in (2, 1, 0):
            parts |= entries._take_back("session:1", left, 3, day)
        self.assertEqual(parts.mapped("amount"), [-106.67, -106.66, -106.67])
        self.assertFalse(entries._take_back("session:1", 0, 3, day))
        self.assertEqual(entries._take_back("session:1", 3, 3, day).amount, 320, "it is given back")

    def test_words_are_there_for_every_kind_of_change(self):
        self._rule(percent=40)
        entries = self.env["clinic.commission.entry"].sudo()
        entries._earn([self._occasion()])
        back = entries._take_back("session:1", 1, 4, self.branch._clinic_today())
        self.assertEqual(back.explanation, "Taken back: 75 % of what was earned")

    # -- a change of a rule -------------------------------------------------------------------------------------------

    def test_a_change_is_tried_before_it_counts(self):
        rule = self._rule("All", percent=40)
        last_month = self.branch._clinic_today().replace(day=1)
        visit = self._invoiced(practitioner=self.doctor)
        before = self.env["clinic.commission.entry"].search_count([])
        changed = self.rules.browse(rule.action_try_change()["res_id"])
        self.assertFalse(changed.active)
        self.assertEqual(rule.action_try_change()["res_id"], changed.id, "one change at a time")
        changed.percent = 25
        trial = self.env["clinic.commission.trial"].with_user(self.users["manager"]).create({"rule_id": changed.id})
        sums = trial._prepare_lines(self.branch, last_month)
        self.assertEqual([(line["before"], line["after"]) for line in sums], [(400, 250)])
        self._credit_part(visit.invoice_id, 500)
        sums = trial._prepare_lines(self.branch, last_month)
        self.assertEqual([(line["before"], line["after"]) for line in sums], [(200, 125)])
        self.assertEqual(self.env["clinic.commission.entry"].search_count([]), before + 1)
        changed.action_activate()
        self.assertEqual((changed.active, rule.date_to), (True, changed.date_from - timedelta(days=1)))
        self.assertEqual(self.rules._match(visit.procedure_ids, self.branch._clinic_today()), changed)
        with self.assertRaisesRegex(UserError, "active already"):
            changed.action_activate()

    def test_a_rule_that_has_ended_stays_ended_when_its_change_is_activated(self):
        rule = self._rule("All", percent=40, date_from="2026-01-01", date_to="2026-03-31")
        with freeze_time("2026-04-10 12:00:00"):
            changed = self.rules.browse(rule.action_try_change()["res_id"])
            self.assertEqual((changed.date_from, changed.date_to), (date(2026, 4, 10), False))
            changed.date_from = "2026-05-01"
            changed.action_activate()
        self.assertEqual((rule.date_to, changed.active), (date(2026, 3, 31), True))

    def test_what_if_asks_no_more_for_more_days(self):
        self._rule("All", percent=40, category_id=self.category.id)
        own = self._rule("Own", percent=50, practitioner_id=self.doctor.id, sequence=5, date_from="2026-03-10")
        for hour in range(10, 14):
            self._invoiced(practitioner=self.doctor, start=self._at(hour))
        trial = self.env["clinic.commission.trial"].create({"rule_id": own.id})
        month, rules = self.branch._clinic_today().replace(day=1), self.rules.search([])
        occasions = trial._occasions(self.branch, month)
        days = [replace(one, day=date(2026, 3, 9 + number)) for number, one in enumerate(occasions)]
        counts, sums = [], []
        for some in (days[:1], days):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            sums.append(sum(trial._of_rules(rules, some, self.branch, month).values()))
            counts.append(self.env.cr.sql_log_count - before)
        # 50 % of 1,000 each; the tried rule counts on the day before it begins, too.
        self.assertEqual(sums, [500, 2000])
        self.assertLessEqual(counts[1], counts[0])
