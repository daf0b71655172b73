from odoo import Command, fields
from odoo.exceptions import ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from .common import StockCommon
from .test_reorder import ReorderMixin


@tagged("post_install", "-at_install")
class TestReorderTold(ReorderMixin, StockCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_reorder()
        # The lots of the common class are told of in their own tests.
        cls.env["stock.lot"].search([("company_id", "in", [cls.branch.id, False])]).expiration_date = "2100-01-01"
        cls.warehouse = cls.users["warehouse"]

    def test_the_buyer_is_told_once(self):
        rule = self._threshold(self.gloves, 8)
        self.assertFalse(self._run())
        self.procedure.with_user(self.users["practitioner"]).consume(self.gloves, 3)
        mail = self._run()
        self.assertEqual(len(mail), 1)
        self.assertEqual((mail.state, mail.recipient_ids), ("outgoing", self.warehouse.partner_id))
        activity = self._activities(self.gloves.product_tmpl_id)
        self.assertEqual((activity.user_id, activity), (self.warehouse, rule.clinic_activity_id))
        self.assertEqual(activity.summary, "Reorder Gloves for Test Clinic: 7 Units, below 8 Units")
        self.assertTrue(rule.clinic_told_at)
        for _hour in range(5):
            self.assertFalse(self._run())
        self.procedure.with_user(self.users["practitioner"]).consume(self.gloves, 1)
        self.assertFalse(self._run())
        self.assertEqual(self._activities(self.gloves.product_tmpl_id), activity)

    def test_what_the_buyer_has_done_is_not_asked_for_again(self):
        self._threshold(self.gloves, 20)
        self._run()
        activity = self._activities(self.gloves.product_tmpl_id)
        activity.with_user(self.warehouse).action_feedback("Ordered by telephone")
        self.assertFalse(self._run())
        self.assertFalse(self._activities(self.gloves.product_tmpl_id))

    def test_above_again_it_closes_and_below_again_it_is_told_anew(self):
        rule = self._threshold(self.gloves, 12)
        self.assertEqual(len(self._run()), 1)
        self._put(self.gloves, 2)
        self.assertFalse(self._run())
        self.assertFalse(rule.clinic_told_at)
        self.assertFalse(self._activities(self.gloves.product_tmpl_id))
        self._put(self.gloves, -1)
        self.assertEqual(len(self._run()), 1)
        self.assertEqual(len(self._activities(self.gloves.product_tmpl_id)), 1)

    def test_a_lower_threshold_or_none_closes_it(self):
        for settle in (
            lambda rule: rule.write({"product_min_qty": 0}),
            lambda rule: rule.write({"active": False}),
            lambda rule: rule.product_id.write({"clinic_item": False}),
        ):
            rule = self._threshold(self.gloves, 12)
            self.assertEqual(len(self._run()), 1)
            settle(rule)
            self.assertFalse(self._run())
            self.assertFalse(self._activities(self.gloves.product_tmpl_id))
            self.gloves.clinic_item = True

    def test_a_transfer_is_no_reason_to_tell(self):
        self._put(self.gloves, 5)
        self._threshold(self.gloves, 15)
        move = self._transfer(self.gloves, 5)
        self.assertFalse(self._run())
        move.picked = True
        move._action_done()
        self.assertFalse(self._run())

    def test_one_mail_lists_all_of_a_run(self):
        self._threshold(self.gloves, 12)
        self._threshold(self.cream, 11)
        self._threshold(self.toxin, 50)
        mail = self._run()
        self.assertEqual(mail.subject, "Items to reorder: 2")
        for text in ("Gloves", "12 Units", "Cream", "11 ml", "Test Clinic", "/odoo/replenishment"):
            self.assertIn(text, mail.body_html)
        self.assertNotIn("Toxin", mail.body_html)

    def test_a_lot_that_expires_is_missing_though_nothing_moved(self):
        rule = self._threshold(self.cream, 5)
        self.assertFalse(self._run())
        self.lot_cream.removal_date = fields.Datetime.subtract(fields.Datetime.now(), hours=1)
        mails = self._run()
        self.assertIn("Items to reorder: 1", mails.mapped("subject"))
        self.assertEqual(rule.qty_to_order, 5)

    def test_a_branch_that_has_enough_is_not_told(self):
        other = self.env["res.company"].create({"name": "Second Branch"})
        theirs = new_test_user(
            self.env,
            login="test_other_warehouse",
            groups="clinic.group_warehouse",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        here, there = self._threshold(self.gloves, 3), self._threshold(self.gloves, 3, other)
        mail = self._run()
        self.assertEqual(mail.recipient_ids, theirs.partner_id)
        self.assertIn("Second Branch", mail.body_html)
        self.assertNotIn("Test Clinic", mail.body_html)
        self.assertFalse(here.clinic_told_at)
        self.assertTrue(there.clinic_told_at)
        # Theirs is not closed by what is on hand here.
        self._put(self.gloves, 50)
        self._run()
        self.assertTrue(there.clinic_told_at)

    def test_who_snoozes_is_told_later(self):
        rule = self._threshold(self.gloves, 12)
        rule.snoozed_until = fields.Date.add(self.branch._clinic_today(), days=2)
        self.assertFalse(self._run())
        rule.snoozed_until = self.branch._clinic_today()
        self.assertEqual(len(self._run()), 1)

    # -- who is told --------------------------------------------------------------------------------------------------

    def test_the_chosen_buyer_comes_first_then_the_warehouse_then_a_manager(self):
        manager, buyer = self.users["manager"], self._new_user("buyer", "clinic.group_warehouse", self.branch)
        self.branch.clinic_buyer_id = buyer
        self.assertEqual(self.branch._clinic_buyer(), buyer)
        buyer.active = False
        self.assertEqual(self.branch._clinic_buyer(), self.warehouse)
        self.warehouse.active = False
        self.assertEqual(self.branch._clinic_buyer(), manager)

    def _new_user(self, login, group, branch):
        return new_test_user(
            self.env, login=login, groups=group, company_id=branch.id, company_ids=[Command.set(branch.ids)]
        )

    def test_a_buyer_keeps_the_stock_of_the_branch(self):
        other = self.env["res.company"].create({"name": "Second Branch"})
        elsewhere = self._new_user("elsewhere", "clinic.group_warehouse", other)
        portal = self._new_user("portal_buyer", "base.group_portal", self.branch)
        for user in elsewhere, portal, self.users["reception"]:
            with self.subTest(user.login), self.assertRaisesRegex(ValidationError, "cannot be the buyer of Test"):
                self.branch.clinic_buyer_id = user
        settings = self.env["res.config.settings"].with_company(self.branch)
        for user in self.warehouse, self.users["manager"]:
            settings.create({"clinic_buyer_id": user.id}).execute()
            self.assertEqual(self.branch.clinic_buyer_id, user)

    def test_the_settings_offer_who_keeps_the_stock_of_the_branch(self):
        other = self.env["res.company"].create({"name": "Second Branch"})
        self._new_user("elsewhere", "clinic.group_warehouse", other)
        self._new_user("portal_buyer", "base.group_portal", self.branch)
        for model, branch in ("res.config.settings", "company_id"), ("res.company", "id"):
            domain = self.env[model].fields_get(["clinic_buyer_id"])["clinic_buyer_id"]["domain"]
            offered = self.env["res.users"].search(safe_eval(domain, {branch: self.branch.id}))
            self.assertEqual(offered & self._everybody(), self.warehouse | self.users["manager"], model)
            self.assertFalse(offered.filtered(lambda user: self.branch not in user.company_ids), model)

    def _everybody(self):
        """Return the users of the tests, one a role, and those who were made for one test."""
        return (
            self.env["res.users"].search([("login", "in", ("elsewhere", "portal_buyer"))]).union(*self.users.values())
        )

    def test_nobody_to_tell_means_not_told_yet(self):
        rule = self._threshold(self.gloves, 12)
        self.env["res.users"].search([("company_ids", "in", self.branch.id), ("id", "!=", self.env.uid)]).active = False
        self.assertFalse(self._run())
        self.assertFalse(rule.clinic_told_at)
        self.warehouse.active = True
        self.assertEqual(len(self._run()), 1)

    def test_without_an_address_the_activity_is_all(self):
        self.warehouse.email = False
        self._threshold(self.gloves, 12)
        self.assertFalse(self._run())
        self.assertEqual(self._activities(self.gloves.product_tmpl_id).user_id, self.warehouse)

    def test_the_buyer_reads_it_in_the_own_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.gloves.with_context(lang="fr_FR").name = "Gants"
        self.warehouse.lang = "fr_FR"
        self._threshold(self.gloves, 12)
        mail = self._run()
        self.assertIn("Gants", mail.body_html)
        self.assertIn('lang="fr_FR"', mail.body_html)
        self.assertIn("Gants", self._activities(self.gloves.product_tmpl_id).summary)

    def test_no_patient_is_named(self):
        self._threshold(self.gloves, 10)
        self.procedure.with_user(self.users["practitioner"]).consume(self.gloves, 3)
        mail = self._run()
        activity = self._activities(self.gloves.product_tmpl_id)
        text = f"{mail.subject} {mail.body_html} {activity.summary} {activity.note}"
        for word in ("Ayesha", "Facial", self.procedure.visit_id.name):
            self.assertNotIn(word, text)
