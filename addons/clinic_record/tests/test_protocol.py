from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .protocol_common import ProtocolCommon


@tagged("post_install", "-at_install")
class TestProtocol(ProtocolCommon):
    def test_a_published_version_never_changes(self):
        protocol = self.protocol
        attempts = {
            "name": lambda: protocol.write({"name": "Other"}),
            "aftercare": lambda: protocol.write({"aftercare": "<p>Other</p>"}),
            "step by command": lambda: protocol.write({"step_ids": [Command.create({"name": "More"})]}),
            "step": lambda: protocol.step_ids[0].write({"mandatory": False}),
            "new step": lambda: self.env["clinic.protocol.step"].create({"protocol_id": protocol.id, "name": "More"}),
            "no step": lambda: protocol.step_ids[0].unlink(),
            "range": lambda: protocol.parameter_ids.write({"maximum": 1000}),
            "follow-up": lambda: protocol.followup_ids[0].write({"days": 7}),
            "translation": lambda: protocol.update_field_translations("aftercare", {"en_US": {"x": "y"}}),
            "step's translation": lambda: protocol.step_ids[0].update_field_translations("name", {"en_US": "Other"}),
            "deleted": lambda: protocol.unlink(),
            "draft again": lambda: protocol.write({"state": "draft"}),
        }
        for name, attempt in attempts.items():
            with self.subTest(name), self.assertRaises(UserError):
                attempt()

    def test_a_step_does_not_move_into_a_published_version(self):
        draft = self.protocol.copy()
        with self.assertRaisesRegex(UserError, "New Version"):
            draft.step_ids[0].protocol_id = self.protocol

    def test_a_new_version_takes_the_place_of_the_old_one(self):
        draft = self.env["clinic.protocol"].browse(self.protocol.action_new_version()["res_id"])
        self.assertEqual((draft.state, draft.version), ("draft", 2))
        self.assertEqual(draft.step_ids.mapped("name"), self.protocol.step_ids.mapped("name"))
        self.assertFalse(draft.published_at)
        draft.step_ids[2].unlink()
        draft.action_publish()
        self.assertEqual((draft.state, self.protocol.state), ("published", "retired"))
        self.assertEqual(len(self.protocol.step_ids), 3)
        with self.assertRaises(UserError):
            self.protocol.action_publish()

    def test_two_versions_are_never_in_force_together(self):
        draft = self.protocol.copy()
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            draft.write({"state": "published"})
            self.env.flush_all()

    def test_who_published_and_when_is_not_taken_from_the_caller(self):
        draft = self.create_protocol(self.laser)
        for forged in ({"published_by_id": self.users["manager"].id}, {"version": 9}):
            with self.subTest(forged=forged), self.assertRaisesRegex(AccessError, "by hand"):
                draft.with_user(self.users["practitioner"]).write(forged)
        self.assertEqual((draft.version, draft.published_by_id.id), (1, False))
        draft.with_user(self.users["practitioner"]).action_publish()
        self.assertEqual(draft.published_by_id, self.users["practitioner"])

    def test_a_draft_is_born_and_asks_for_something(self):
        with self.assertRaises(UserError):
            self.create_protocol(self.laser, state="published")
        empty = self.env["clinic.protocol"].create({"treatment_id": self.laser.id, "note_required": False})
        with self.assertRaises(UserError):
            empty.action_publish()

    def test_only_treatments_have_protocols(self):
        item = self.env["product.template"].create({"name": "Gloves"})
        with self.assertRaises(ValidationError):
            self.create_protocol(item)

    def test_the_latest_interval_is_not_shorter_than_the_recommended(self):
        self.facial.write({"interval_least": 14, "interval_recommended": 28, "interval_latest": 60})
        self.assertEqual(self.protocol.interval_latest, 60)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.facial.interval_latest = 20
            self.env.flush_all()

    def test_an_item_takes_the_unit_of_its_product(self):
        item = self.env["product.product"].create({"name": "Serum", "type": "consu"})
        draft = self.create_protocol(self.laser, item_ids=[Command.create({"product_id": item.id, "quantity": 2})])
        self.assertEqual(draft.item_ids.uom_id, item.uom_id)
