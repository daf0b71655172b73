from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import PackageCommon


@tagged("post_install", "-at_install")
class TestRefund(PackageCommon):
    def _four_done(self, paid=None, **vals):
        course = self._sell(**vals)
        course.sudo().beyond_paid = True
        self._pay(course.invoice_line_id.move_id, paid)
        for days in (1, 15, 29, 43):
            self._perform(days=days)
        self.assertEqual((course.used_count, course.left_count), (4, 2))
        return course

    def test_the_unused_share_is_paid_back_as_it_was_paid(self):
        course = self._four_done()
        rule = self._rule("Pro rata")
        refund = self._refund(course, rule)
        self.assertEqual((refund.state, refund.amount, refund.amount_credit), ("done", 16000, 16000))
        note = refund.move_ids
        self.assertEqual((note.move_type, note.amount_total, note.payment_state), ("out_refund", 16000, "paid"))
        paid = course.invoice_line_id.move_id._get_reconciled_payments()
        self.assertEqual((refund.payment_ids.amount, refund.payment_ids.journal_id), (16000, paid.journal_id))
        self.assertEqual((course.state, self._deferred()), ("ended", 0))
        self.assertEqual((course.amount_total, course.amount_paid, course.amount_due), (32000, 32000, 0))
        self.assert_proved()

    def test_at_list_price_what_is_kept_becomes_income(self):
        course = self._four_done()
        income = self._income()
        refund = self._refund(course, self._rule("List", basis="list"))
        self.assertEqual((refund.amount, self._deferred(), self._income() - income), (8000, 0, 8000))
        self.assertEqual(set(refund.move_ids.mapped("move_type")), {"entry", "out_refund"})
        self.assert_proved()

    def test_half_paid_at_list_price_leaves_a_debt(self):
        course = self._four_done(paid=24000)
        refund = self._refund(course, self._rule("List", basis="list"))
        self.assertEqual((refund.amount, refund.amount_owed, refund.amount_credit), (0, 16000, 8000))
        self.assertFalse(refund.payment_ids)
        self.assertEqual((course.amount_due, course.invoice_line_id.move_id.amount_residual), (16000, 16000))
        self.assertEqual(self._deferred(), 0)
        self.assert_proved()

    def test_half_paid_and_waived(self):
        course = self._four_done(paid=24000)
        income = self._income()
        refund = self._refund(course, self._rule("List", basis="list", debt="waived"))
        self.assertEqual((refund.amount, refund.amount_owed, refund.amount_credit), (0, 0, 24000))
        self.assertEqual(course.amount_due, 0)
        # 16,000 were deferred, 24,000 are credited: 8,000 of earned income are lost.
        self.assertEqual((self._deferred(), self._income() - income), (0, -8000))
        self.assert_proved()

    def test_credit_for_another_package_has_an_end(self):
        course = self._four_done()
        refund = self._refund(course, self._rule("Swap", outcome="swap", credit_days=90))
        self.assertEqual(refund.credit_valid_to, fields.Date.add(self.branch._clinic_today(), days=90))
        self.assertEqual(
            (self.patient.amount_due, set(course.session_ids.mapped("state"))), (-16000, {"redeemed", "swapped"})
        )
        refund.sudo()._expire_credit()
        self.env.invalidate_all()
        self.assertEqual(self.patient.amount_due, 0)
        self.assert_proved()

    def test_nothing_begun_less_a_fee(self):
        course = self._sell()
        self._pay(course.invoice_line_id.move_id)
        rule = self._rule("Fee", fee_kind="fixed", fee_amount=5000, use="unused")
        refund = self._refund(course, rule)
        self.assertEqual(refund.amount, 43000)
        self.assertEqual(refund.line_ids.mapped("amount"), [48000, -0.0, -5000, 43000])
        self.assert_proved()

    def test_with_tax_the_credit_is_right_to_the_cent(self):
        self.package.taxes_id = self.tax
        course = self._four_done(price_unit=47999.99)
        self.assertEqual(course.amount_total, 55199.99)
        refund = self._refund(course, self._rule("List", basis="list", bank_charges=33.33))
        self.assertEqual(
            refund.move_ids.filtered(lambda m: m.move_type == "out_refund").amount_total, refund.amount_credit
        )
        self.assertEqual(self._deferred(), 0)
        self.assert_proved()

    def test_parts_of_a_refund_add_up(self):
        self.package.taxes_id = self.tax
        course = self._sell(price_unit=43333.33)
        self._pay(course.invoice_line_id.move_id)
        total = course.amount_total
        rule = self._rule("Pro rata")
        back = 0
        for _part in range(6):
            left = course.session_ids.filtered(lambda session: session.state == "open").sorted("number")
            refund = self._refund(course, rule, sessions=left[:1])
            back += refund.amount
        self.assertAlmostEqual(back, total, 2)
        self.assertEqual((self._deferred(), course.amount_total, course.amount_paid), (0, 0, 0))
        self.assertAlmostEqual(self.patient.amount_due, 0, 2)
        self.assert_proved()

    def test_rules_apply_by_cause_use_and_days(self):
        course = self._four_done()
        medical = self._rule("Medical", for_change_of_mind=False)
        unused = self._rule("Unused", use="unused")
        early = self._rule("Early", days_most=14)
        begun = self._rule("Begun", use="used", basis="list")
        ask = self.env["clinic.refund.ask"].with_user(self.reception).create({"course_id": course.id})
        self.assertEqual(ask.rule_choice_ids.sudo(), early | begun)
        ask.cause = "medical"
        self.assertEqual(ask.rule_choice_ids.sudo(), medical | early | begun)
        self.assertNotIn(unused, ask.rule_choice_ids.sudo())
        self.assertIn("16,000.00", ask.comparison)
        self.assertIn("8,000.00", ask.comparison)
        # A package with rules of its own shows no others.
        course.sudo().rule_ids = begun
        ask.invalidate_recordset()
        self.assertEqual(ask.rule_choice_ids.sudo(), begun)

    def test_a_missed_session_need_not_count(self):
        course = self._four_done()
        visit = self.book(start=self._at(10, days=60), practitioner=self.doctor)
        session = course.session_ids.sorted("number")[4]
        session.sudo()._use("missed", {session.sudo(): visit.procedure_ids.sudo()})
        strict, kind = self._rule("Strict"), self._rule("Kind", missed_counts=False)
        left = course.session_ids.filtered(lambda s: s.state == "open").sudo()
        self.assertEqual(course.sudo()._reckon(strict, left).back, 8000)
        self.assertEqual(course.sudo()._reckon(kind, left).back, 16000)
        refund = self._refund(course, kind)
        self.assertEqual((refund.amount, self._deferred()), (16000, 0))
        self.assert_proved()

    def test_nobody_approves_their_own(self):
        course = self._four_done()
        refund = self._ask(course, self._rule(), user=self.manager)
        with self.assertRaisesRegex(UserError, "Ask somebody else"):
            refund.with_user(self.manager).action_approve()
        with self.assertRaisesRegex(AccessError, "Managers approve"):
            refund.with_user(self.reception).action_approve()
        self.assertEqual(refund.state, "asked")

    def test_it_is_asked_for_and_done_once(self):
        course = self._four_done()
        rule = self._rule()
        refund = self._ask(course, rule)
        with self.assertRaisesRegex(UserError, "asked for already"):
            self._ask(course, rule)
        refund.with_user(self.manager).action_approve()
        with self.assertRaisesRegex(UserError, "decided already"):
            refund.with_user(self.manager).action_approve()
        with self.assertRaisesRegex(UserError, "Choose the sessions"):
            self._ask(course, rule)

    def test_what_changed_since_it_was_asked_for_is_asked_again(self):
        course = self._four_done(paid=24000)
        refund = self._ask(course, self._rule())
        self._pay(course.invoice_line_id.move_id, 10000)
        with self.assertRaisesRegex(UserError, "figures changed"):
            refund.with_user(self.manager).action_approve()
        refund.with_user(self.reception).action_withdraw()
        again = self._ask(course, self.rules.search([], limit=1))
        self._perform(days=60)
        with self.assertRaisesRegex(UserError, "have been used"):
            again.with_user(self.manager).action_approve()
        again.with_user(self.manager).action_refuse("Used meanwhile")
        self.assertEqual((again.state, again.refusal), ("refused", "Used meanwhile"))

    def test_an_upgrade_credits_what_was_paid(self):
        course = self._sell()
        self._pay(course.invoice_line_id.move_id)
        self._perform()
        larger = self._create_package("Twelve peels", 84000, count=12)
        new = self._sell(larger, upgrade_of_id=course)
        self.assertEqual((course.state, set(course.session_ids.mapped("state"))), ("ended", {"redeemed", "swapped"}))
        # 84,000 less five sessions of 8,000.
        self.assertEqual((new.amount_due, self.patient.amount_due), (44000, 44000))
        self.assertEqual(self._deferred(), 84000)
        self.assert_proved()

    def test_an_upgrade_is_not_sold_at_a_visit(self):
        """Its credit would have no invoice to be set against, and could be paid out without anybody's approval."""
        course = self._sell()
        self._pay(course.invoice_line_id.move_id)
        visit = self._perform()
        larger = self._create_package("Twelve peels", 84000, count=12)
        sell = self.env["clinic.package.sell"].with_user(self.reception).with_company(self.branch)
        dialog = sell.create(
            {
                "patient_id": self.patient.id,
                "package_id": larger.id,
                "visit_id": visit.id,
                "upgrade_of_id": course.id,
                "company_id": self.branch.id,
            }
        )
        with self.assertRaisesRegex(UserError, "invoice of its own"):
            dialog.action_sell()

    def test_credit_is_not_paid_out_at_the_desk(self):
        course = self._four_done()
        note = self._refund(course, self._rule("Swap", outcome="swap")).move_ids.filtered(
            lambda move: move.move_type == "out_refund"
        )
        register = self.env["account.payment.register"].with_context(active_model="account.move", active_ids=note.ids)
        with self.assertRaisesRegex(UserError, "approved as credit"):
            register.with_user(self.reception).create({})._create_payments()
        self.assertEqual(note.amount_residual, 16000)

    def test_what_was_paid_by_credit_is_given_back_as_credit(self):
        course = self._sell()
        self._pay(course.invoice_line_id.move_id)
        self._perform()
        new = self._sell(self._create_package("Twelve peels", 84000, count=12), upgrade_of_id=course)
        self._pay(new.invoice_line_id.move_id)
        statement = new.with_user(self.reception)._statement()
        self.assertEqual([statement[name] for name in ("total", "paid", "due")], [84000, 84000, 0])
        rule = self._rule()
        first = self._refund(new, rule, sessions=new.session_ids.sorted("number")[:7])
        self.assertEqual((first.amount, sum(first.payment_ids.mapped("amount"))), (49000, 44000))
        second = self._refund(new, rule)
        self.assertEqual((second.amount, second.payment_ids.ids), (35000, []))
        self.env.invalidate_all()
        self.assertEqual(self.patient.amount_due, -40000, "44,000 came as money and went back so")
        self.assert_proved()

    def _checked_out_with_a_package(self):
        """Return a visit whose invoice has a treatment of 12,000 and a package of 48,000."""
        visit = self._perform()
        self.env["clinic.package.sell"].with_context(**visit.action_sell_package()["context"]).create(
            {"package_id": self.package.id}
        ).action_sell()
        visit.procedure_ids.write({"session_use_id": False})
        visit.procedure_ids.sudo().price_unit = 12000
        visit.action_checkout()
        return visit

    def test_the_others_on_an_invoice_change_nothing_of_the_course(self):
        """48,000 of an invoice of 60,000, paid in full, then two sessions refunded; screen and statement agree."""
        visit = self._checked_out_with_a_package()
        invoice, course = visit.invoice_id, visit.course_ids
        self.assertEqual(invoice.amount_total, 60000)
        self._pay(invoice)
        refund = self._refund(course, self._rule(), sessions=course.session_ids.sorted("number")[:2])
        self.env.invalidate_all()
        self.assertEqual(refund.amount, 16000)
        self.assertEqual((course.amount_total, course.amount_paid, course.amount_due), (32000, 32000, 0))
        statement = course._statement()
        self.assertEqual([statement[name] for name in ("total", "paid", "due")], [32000, 32000, 0])

    def test_what_is_credited_of_another_line_pays_nothing_of_the_course(self):
        visit = self._checked_out_with_a_package()
        course = visit.course_ids
        note = visit.invoice_id._reverse_moves([{"invoice_date": visit.invoice_id.invoice_date}])
        note.invoice_line_ids.filtered("clinic_course_id").unlink()
        note.action_post()
        (note | visit.invoice_id).line_ids.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        self.env.invalidate_all()
        self.assertEqual((note.amount_total, visit.invoice_id.amount_residual), (12000, 48000))
        self.assertEqual((course.amount_paid, course.amount_due), (0, 48000))
        self.assertFalse(course.sudo()._is_paid_up(course.session_ids[:1].sudo()))
        statement = course._statement()
        self.assertEqual([statement[name] for name in ("total", "paid", "due")], [48000, 0, 48000])

    def test_why_it_was_refused_is_said(self):
        refund = self._ask(self._four_done(), self._rule())
        action = refund.with_user(self.manager).action_ask_refusal()
        dialogs = self.env[action["res_model"]].with_context(**action["context"])
        with self.assertRaisesRegex(UserError, "why the refund is refused"):
            dialogs.with_user(self.manager).create({}).action_refuse()
        dialogs.with_user(self.manager).create({"reason": "Two sessions are booked"}).action_refuse()
        self.assertEqual((refund.state, refund.refusal), ("refused", "Two sessions are booked"))
        with self.assertRaises(AccessError):
            dialogs.with_user(self.reception).create({"reason": "Two sessions are booked"})

    def test_an_upgrade_costs_more(self):
        course = self._sell()
        self._pay(course.invoice_line_id.move_id)
        smaller = self._create_package("One peel", 9000, count=1)
        with self.assertRaisesRegex(UserError, "costs at least"):
            self._sell(smaller, upgrade_of_id=course)

    def test_a_transfer_to_the_wallet_leaves_a_task(self):
        course = self._four_done()
        refund = self._refund(course, self._rule("Wallet", outcome="wallet"))
        self.assertFalse(refund.payment_ids)
        self.assertIn("16,000.00", refund.move_ids.activity_ids.summary)

    def test_documents_of_a_refund_stay(self):
        course = self._four_done()
        refund = self._refund(course, self._rule("List", basis="list"))
        for move in refund.move_ids:
            with self.assertRaises(UserError):
                move.button_draft()

    def test_a_missed_session_is_taken_back_once(self):
        course = self._four_done()
        visit = self.book(start=self._at(10, days=60), practitioner=self.doctor)
        missed = course.session_ids.sorted("number")[4].sudo()
        missed._use("missed", {missed: visit.procedure_ids.sudo()})
        other = self._sell(patient=self.env["clinic.patient"].create({"name": "Other", "phone": "0300 7654321"}))
        self._pay(other.invoice_line_id.move_id)
        kind = self._rule("Kind", missed_counts=False)
        refund = self._refund(course, kind)
        self.assertEqual(refund.amount, 16000)
        missed._give_back("It was the clinic's fault")
        self.assertFalse(self.env["clinic.refund.ask"].create({"course_id": course.id})._results())
        with self.assertRaisesRegex(UserError, "More of"):
            course.sudo()._reckon(kind, missed)

    def test_what_is_waived_is_no_more_than_of_the_refunded_sessions(self):
        course = self._sell()
        course.sudo().beyond_paid = True
        self._pay(course.invoice_line_id.move_id, 8000)
        self._perform()
        left = course.session_ids.filtered(lambda session: session.state == "open").sorted("number").sudo()
        result = course.sudo()._reckon(self._rule("Waived", debt="waived"), left[:2])
        self.assertEqual((result.credit, result.back), (24000, 0))

    def test_money_goes_back_to_each_way_no_more_than_came_by_it(self):
        course = self._sell()
        invoice = course.invoice_line_id.move_id
        cash = self.env["account.journal"].search(
            [("type", "=", "cash"), ("company_id", "=", self.branch.id)], limit=1
        ) or self.env["account.journal"].create({"name": "Desk", "type": "cash", "code": "DSK"})
        for journal in (cash, self.company_data["default_journal_bank"]):
            dialog = self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=invoice.ids
            )
            dialog.create({"amount": 24000, "journal_id": journal.id})._create_payments()
        rule = self._rule()
        parts = course.session_ids.sorted("number")
        refunds = [self._refund(course, rule, sessions=own) for own in (parts[:2], parts[2:4], parts[4:])]
        paid = {}
        for payment in self.env["clinic.refund"].union(*refunds).payment_ids:
            paid[payment.journal_id] = paid.get(payment.journal_id, 0) + payment.amount
        self.assertEqual(sorted(paid.values()), [24000, 24000])
        self.assert_proved()

    def test_other_things_on_the_invoice_are_paid_first(self):
        visit = self._perform()
        sell = self.env["clinic.package.sell"].with_context(**visit.action_sell_package()["context"])
        visit.procedure_ids.session_use_id = False
        sell.create({"package_id": self.package.id}).action_sell()
        visit.procedure_ids.session_use_id = False
        visit.action_checkout()
        self.assertEqual(visit.invoice_id.amount_total, 58000)
        self._pay(visit.invoice_id, 50000)
        rule = self._rule()
        with self.assertRaisesRegex(UserError, "Other things on the invoice"):
            self._ask(visit.course_ids, rule)
        self._pay(visit.invoice_id)
        self.assertEqual(self._refund(visit.course_ids, rule).amount, 48000)
        self.assert_proved()
