from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import StockCommon


class ReorderMixin:
    """Thresholds of the branch's items, and goods that come to the store and go to the rooms."""

    @classmethod
    def setup_reorder(cls):
        cls.rules = cls.env["stock.warehouse.orderpoint"]
        cls.notices = cls.env["clinic.expiry.notice"]

    def _threshold(self, product, minimum, branch=None):
        """Set a threshold as a manager does on the item's form, and return its rule."""
        branch = branch or self.branch
        product = product.with_company(branch).with_context(allowed_company_ids=branch.ids)
        product.product_tmpl_id.clinic_reorder_min = minimum
        return product._clinic_store_rules()

    def _put(self, product, quantity, location=None, lot=None):
        self.env["stock.quant"]._update_available_quantity(
            product, location or self.store, quantity, lot_id=lot or self.env["stock.lot"]
        )
        self.env.invalidate_all()

    def _transfer(self, product, quantity, lot=None):
        """Plan a transfer from the store to the treatment rooms."""
        move = self.env["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom_qty": quantity,
                "product_uom": product.uom_id.id,
                "location_id": self.store.id,
                "location_dest_id": self.location.id,
                "company_id": self.branch.id,
            }
        )
        move._action_confirm()
        move._action_assign()
        self.env.invalidate_all()
        return move

    def _run(self):
        """Run both crons as the server does, with nothing in memory, and return the mails to the buyers of the test."""
        before = self.env["mail.mail"].search([])
        self.env.invalidate_all()
        self.rules._cron_tell_reorder()
        self.notices._cron_tell_expiry()
        self.env.flush_all()
        self.env.invalidate_all()
        mails = self.env["mail.mail"].search([]) - before
        return mails.filtered(lambda mail: mail.recipient_ids.user_ids.company_id <= self._branches())

    def _branches(self):
        """Return the branches that the test has made; the database may hold a whole clinic."""
        return self.env["res.company"].search([("id", ">=", self.branch.id)])

    def _notices(self):
        return self.notices.search([("company_id", "in", self._branches().ids)])

    def _activities(self, record):
        return self.env["mail.activity"].search([("res_model", "=", record._name), ("res_id", "=", record.id)])


@tagged("post_install", "-at_install")
class TestReorder(ReorderMixin, StockCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_reorder()

    def test_what_lies_in_the_store_and_in_the_rooms_counts_together(self):
        rule = self._threshold(self.gloves, 20)
        self._put(self.gloves, 5)
        self.assertEqual((rule.qty_on_hand, rule.qty_forecast), (15, 15))
        self.assertEqual(rule._get_qty_to_order(), 5)
        self._put(self.gloves, 5)
        self.assertEqual((rule.qty_on_hand, rule.qty_forecast), (20, 20))
        self.assertEqual(rule._get_qty_to_order(), 0)

    def test_the_proposal_follows_what_is_used(self):
        rule = self._threshold(self.gloves, 10)
        self.assertEqual(rule.qty_to_order, 0)
        self.procedure.with_user(self.users["practitioner"]).consume(self.gloves, 3)
        self.assertEqual(rule.qty_to_order, 3)
        self.assertEqual(self.rules.search([("qty_to_order", ">", 0), ("product_id", "=", self.gloves.id)]), rule)

    def test_a_transfer_into_the_rooms_changes_nothing(self):
        self._put(self.gloves, 5)
        rule = self._threshold(self.gloves, 15)
        move = self._transfer(self.gloves, 5)
        self.assertEqual((rule.qty_forecast, rule.qty_to_order), (15, 0))
        move.picked = True
        move._action_done()
        self.env.invalidate_all()
        self.assertEqual(self._on_hand(self.gloves), 15)
        self.assertEqual((rule.qty_on_hand, rule.qty_forecast, rule.qty_to_order), (15, 15, 0))
        self.assertFalse(rule._clinic_is_below())

    def test_items_of_other_kinds_are_counted_as_odoo_counts_them(self):
        soap = self._create_item("Soap", self.gloves.uom_id, tracking="none", clinic_item=False)
        self._put(soap, 5)
        self._put(soap, 7, self.location)
        rule = self._threshold(soap, 10)
        self.assertEqual((rule.qty_on_hand, rule.qty_forecast), (5, 5))

    def test_expired_lots_do_not_count_and_those_good_for_months_do(self):
        rule = self._threshold(self.toxin, 131)
        # 30 and 100 U in good lots, 50 U in an expired one; Odoo looks for receipts a whole year ahead.
        self.assertEqual(self.branch.horizon_days, 365)
        self.assertEqual((rule.qty_on_hand, rule.qty_forecast), (180, 130))
        self.assertEqual(rule._get_qty_to_order(), 1)

    def test_blocked_lots_do_not_count(self):
        rule = self._threshold(self.toxin, 131)
        self.lot_late.write({"clinic_blocked": True, "clinic_block_reason": "Recalled"})
        self.lot_expired.write({"clinic_blocked": True, "clinic_block_reason": "Recalled"})
        self.env.invalidate_all()
        self.assertEqual((rule.qty_on_hand, rule.qty_forecast), (180, 30))

    def test_receipts_on_their_way_count(self):
        rule = self._threshold(self.gloves, 15)
        self.assertTrue(rule._clinic_is_below())
        move = self.env["stock.move"].create(
            {
                "product_id": self.gloves.id,
                "product_uom_qty": 5,
                "product_uom": self.gloves.uom_id.id,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": self.store.id,
                "company_id": self.branch.id,
                "date": fields.Datetime.now() + timedelta(days=40),
            }
        )
        move._action_confirm()
        self.env.invalidate_all()
        self.assertEqual((rule.qty_on_hand, rule.qty_forecast), (10, 15))
        self.assertFalse(rule._clinic_is_below())

    def test_each_branch_has_its_own_threshold(self):
        other = self.env["res.company"].create({"name": "Second Branch"})
        here, there = self._threshold(self.gloves, 5), self._threshold(self.gloves, 8, other)
        self.assertEqual((here.warehouse_id.company_id, there.warehouse_id.company_id), (self.branch, other))
        self.assertEqual((here.product_min_qty, there.product_min_qty), (5, 8))
        self.assertEqual((here.qty_forecast, there.qty_forecast), (10, 0))
        template = self.gloves.product_tmpl_id
        found = template.search([("clinic_below_threshold", "=", True), ("id", "=", template.id)])
        self.assertFalse(found)
        looking = template.with_context(allowed_company_ids=other.ids)
        self.assertEqual(looking.search([("clinic_below_threshold", "=", True)]), template)
        self.assertTrue(looking.clinic_below_threshold)
        self.assertEqual(looking.with_company(other).clinic_reorder_min, 8)

    # -- setting it ---------------------------------------------------------------------------------------------------

    def test_a_manager_types_it_on_the_items_form(self):
        manager = self.users["manager"]
        with Form(self.gloves.product_tmpl_id.with_user(manager)) as form:
            form.clinic_reorder_min = 3
        rule = self.gloves.orderpoint_ids
        self.assertEqual((rule.product_min_qty, rule.product_max_qty, rule.trigger), (3, 3, "manual"))
        self.assertEqual((rule.location_id, rule.warehouse_id), (self.store, self.store.warehouse_id))
        self.assertEqual(rule.create_uid, manager)

    def test_a_new_item_takes_it_along(self):
        item = self.env["product.template"].create(
            {"name": "Mask", "type": "consu", "is_storable": True, "clinic_item": True, "clinic_reorder_min": 4}
        )
        self.assertEqual(item.product_variant_id.orderpoint_ids.product_min_qty, 4)
        self.assertEqual(item.clinic_reorder_min, 4)
        variant = self._create_item("Lotion", self.ml, clinic_reorder_min=5)
        self.assertEqual(variant.orderpoint_ids.product_min_qty, 5)
        plain = item.create({"name": "Wipe", "type": "consu", "is_storable": True, "clinic_item": True})
        self.assertFalse(plain.product_variant_id.orderpoint_ids)

    def test_order_up_to_follows_until_somebody_sets_it(self):
        rule = self._threshold(self.gloves, 5)
        self._threshold(self.gloves, 3)
        self.assertEqual((rule.product_min_qty, rule.product_max_qty), (3, 3))
        rule.product_max_qty = 20
        self._threshold(self.gloves, 8)
        self.assertEqual((rule.product_min_qty, rule.product_max_qty), (8, 20))
        self._threshold(self.gloves, 25)
        self.assertEqual((rule.product_min_qty, rule.product_max_qty), (25, 25))

    def test_an_archived_rule_comes_back(self):
        rule = self._threshold(self.gloves, 5)
        rule.active = False
        self.assertEqual(self.gloves.product_tmpl_id.clinic_reorder_min, 0)
        self.assertEqual(self._threshold(self.gloves, 6), rule)
        self.assertTrue(rule.active)

    def test_items_with_variants_have_a_rule_for_each(self):
        size = self.env["product.attribute"].create(
            {"name": "Size", "value_ids": [Command.create({"name": name}) for name in ("S", "M")]}
        )
        line = {"attribute_id": size.id, "value_ids": [Command.set(size.value_ids.ids)]}
        item = self.env["product.template"].create(
            {
                "name": "Caps",
                "type": "consu",
                "is_storable": True,
                "clinic_item": True,
                "attribute_line_ids": [Command.create(line)],
            }
        )
        with self.assertRaisesRegex(UserError, "has variants"):
            item.clinic_reorder_min = 3
        self.assertEqual(item.action_clinic_reorder_rule()["res_model"], "stock.warehouse.orderpoint")

    def test_the_warehouse_sets_it_in_the_items_dialog(self):
        warehouse = self.users["warehouse"]
        item = self.gloves.product_tmpl_id.with_user(warehouse)
        self.assertEqual(Form(item).name, "Gloves")
        with self.assertRaises(AccessError):
            item.clinic_reorder_min = 3
        action = item.action_clinic_reorder_rule()
        model = self.env[action["res_model"]].with_user(warehouse).with_context(**action["context"])
        with Form(model, view="clinic_stock.clinic_reorder_rule_view_form") as form:
            form.product_min_qty = 3
        rule = self.gloves.orderpoint_ids
        self.assertEqual((rule.product_min_qty, rule.product_max_qty, rule.trigger), (3, 3, "manual"))
        self.assertEqual((rule.location_id, rule.company_id), (self.store, self.branch))
        self.assertEqual(item.action_clinic_reorder_rule()["res_id"], rule.id)
        self.assertEqual(self.gloves.action_clinic_reorder_rule()["res_id"], rule.id)
        self.assertEqual(item.clinic_reorder_min, 3)

    def test_without_a_warehouse_the_way_out_is_said(self):
        other = self.env["res.company"].create({"name": "Second Branch"})
        other.treatment_location_id.warehouse_id.active = False
        other.treatment_location_id = False
        with self.assertRaisesRegex(UserError, "create one for this branch"):
            self.gloves.product_tmpl_id.with_company(other).action_clinic_reorder_rule()

    # -- rights -------------------------------------------------------------------------------------------------------

    def test_only_warehouse_and_manager_set_and_see_thresholds(self):
        rule = self._threshold(self.gloves, 3)
        template = self.gloves.product_tmpl_id
        for role, user in self.users.items():
            with self.subTest(role=role):
                if role in ("warehouse", "manager"):
                    rule.with_user(user).product_min_qty = 4
                    self.assertEqual(template.with_user(user).clinic_reorder_min, 4)
                    continue
                self.assertFalse(rule.with_user(user).has_access("read"))
                for name in ("clinic_reorder_min", "clinic_below_threshold"):
                    with self.assertRaises(AccessError):
                        template.with_user(user).read([name])
                with self.assertRaises(AccessError):
                    template.with_user(user).search([("clinic_below_threshold", "=", True)])
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    template.with_user(user).clinic_reorder_min = 1
                with self.assertRaises(AccessError):
                    template.with_user(user).action_clinic_reorder_rule()

    def test_the_warehouse_opens_the_replenishment_and_clears_old_proposals(self):
        rule = self._threshold(self.gloves, 3)
        proposal = self.rules.create({"product_id": self.cream.id, "location_id": self.store.id, "trigger": "manual"})
        action = self.rules.with_user(self.users["warehouse"]).action_open_orderpoints()
        self.assertEqual(action["res_model"], "stock.warehouse.orderpoint")
        # What the system proposed once goes, a threshold stays, no matter who entered it.
        self.assertFalse(proposal.exists())
        self.assertTrue(rule.exists())
        rule.unlink()
        self.assertFalse(rule.exists())
