import psycopg2

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import ClinicCommon


@tagged("post_install", "-at_install")
class TestChange(ClinicCommon):
    """Who changed what, from what to what; whatever way the change came."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = new_test_user(cls.env, "test_officer", "clinic.group_privacy_officer")
        cls.env.flush_all()
        cls.changes = cls.env["clinic.change"]

    def _rows(self, records, reader="manager"):
        """Return (login, action, text) of the changes of ``records``, the oldest first, as ``reader`` sees them."""
        self.env.flush_all()
        self.env.invalidate_all()
        user = self.officer if reader == "officer" else self.users[reader]
        changes = self.changes.with_user(user).with_context(lang="en_US", tz="UTC")
        rows = changes.search([("model", "=", records._name), ("res_id", "in", records.ids)], order="id")
        return [(row.user_id.login or "", row.action, row.changes) for row in rows]

    def _as(self, role, records):
        return records.with_user(self.users[role]).with_context(allowed_company_ids=self.branch.ids)

    def test_every_table_of_the_clinic_writes_the_log(self):
        self.assertEqual(self.changes._missing_triggers(), [])
        tables = set(self.changes._wanted_triggers())
        self.assertGreaterEqual(tables, {"clinic_patient", "product_template", "res_users", "res_groups_users_rel"})
        self.env.cr.execute("ALTER TABLE clinic_room DISABLE TRIGGER clinic_change")
        self.assertEqual(self.changes._missing_triggers(), ["clinic_room"])
        self.changes._ensure_triggers()
        self.assertEqual(self.changes._missing_triggers(), [])

    def test_a_table_that_is_logged_no_more_loses_its_trigger(self):
        query = "SELECT count(*) FROM pg_trigger WHERE tgname = 'clinic_change' AND tgrelid = 'res_lang'::regclass"
        self.env.cr.execute(
            "CREATE TRIGGER clinic_change AFTER UPDATE ON res_lang"
            " FOR EACH ROW EXECUTE FUNCTION clinic_log.record_change('res.lang', 'id', '', '', '', '')"
        )
        # What an addon has made that is not loaded at the moment keeps its own.
        self.env.cr.execute(
            "CREATE TABLE clinic_elsewhere (id int);"
            " CREATE TRIGGER clinic_change AFTER UPDATE ON clinic_elsewhere"
            " FOR EACH ROW EXECUTE FUNCTION clinic_log.record_change('clinic.elsewhere', 'id', '', '', '', '')"
        )
        self.changes._ensure_triggers()
        self.env.cr.execute(query)
        self.assertEqual(self.env.cr.fetchone(), (0,))
        self.env.cr.execute(query.replace("res_lang", "clinic_elsewhere"))
        self.assertEqual(self.env.cr.fetchone(), (1,))
        self.assertEqual(self.changes._missing_triggers(), [])

    def test_a_price_has_its_old_and_new_value_and_who_changed_it(self):
        self._as("manager", self.facial).write({"list_price": 1250})
        self.assertEqual(self._rows(self.facial)[-1:], [("test_manager", "write", "Sales Price: 1000.0 → 1250.0")])

    def test_a_moment_is_in_the_branch_s_zone(self):
        self.branch.resource_calendar_id.tz = "Asia/Karachi"
        self.users["manager"].tz = "UTC"
        alarm = (
            self.env["clinic.access.alarm"]
            .sudo()
            .create({"kind": "many", "user_id": self.users["practitioner"].id, "begun_at": "2026-03-01 20:15:07"})
        )
        [(_login, _action, changes)] = self._rows(alarm, reader="manager")
        self.assertIn("03/02/2026 01:15:07", changes)
        self.assertNotIn("08:15:07", changes)

    def test_a_patient_and_the_contact_are_one_history(self):
        self._as("reception", self.patient).write({"emergency_contact": "Ali", "phone": "0300 7654321"})
        self.env.flush_all()
        action = self.env.ref("clinic.clinic_change_history_action").with_user(self.users["manager"])
        context = {"active_model": "clinic.patient", "active_id": self.patient.id, "active_ids": self.patient.ids}
        domain = action.with_context(**context).run()["domain"]
        rows = self.changes.with_user(self.users["manager"]).search(domain, limit=2)
        self.assertEqual(rows.user_id, self.users["reception"])
        told = "\n".join(rows.mapped("changes"))
        self.assertIn("Emergency Contact: – → Ali", told)
        self.assertIn("Phone: 0300 1234567 → 0300 7654321", told)
        for role in ("reception", "practitioner"):
            with self.assertRaises(AccessError):
                self.changes.with_user(self.users[role]).search(domain)

    def test_rights_say_who_gave_and_took_them(self):
        user, group = self.users["reception"], self.env.ref("clinic.group_warehouse")
        administrator = new_test_user(self.env, "test_administrator", "base.group_system")
        user.with_user(administrator).write({"group_ids": [Command.link(group.id)]})
        group.with_user(administrator).write({"user_ids": [Command.unlink(user.id)]})
        self.assertEqual(
            [row[:2] for row in self._rows(user)[-2:]],
            [("test_administrator", "create"), ("test_administrator", "unlink")],
        )

    def test_a_deletion_and_sql_are_told_and_secrets_are_not(self):
        group = self.env.ref("base.group_no_one")
        self.env.cr.execute("UPDATE res_groups SET share = true WHERE id = %s", [group.id])
        login, action, told = self._rows(group)[-1]
        # Nobody's, or of the system that has written in this transaction before.
        self.assertIn(login, ("", "__system__"))
        self.assertEqual(action, "write")
        self.assertRegex(told, "^Share Group: .* → Yes$")
        room = self.env["clinic.room"].create({"name": "Gone", "kind_id": self.room_kind.id})
        self.env.flush_all()
        self._as("manager", room).unlink()
        self.assertEqual([row[:2] for row in self._rows(room)][-1], ("test_manager", "unlink"))
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("test.thing", "shown")
        parameters.set_param("test.api_key", "hidden")
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT new ->> 'value' FROM clinic_log.clinic_change"
            " WHERE model = 'ir.config_parameter' ORDER BY id DESC LIMIT 2"
        )
        self.assertEqual([value for (value,) in self.env.cr.fetchall()], ["***", "shown"])

    def test_what_is_rolled_back_is_not_logged(self):
        before = len(self._rows(self.facial))
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.facial.list_price = 1
            self.env.flush_all()
            1 / 0  # noqa: B018
        self.assertEqual(len(self._rows(self.facial)), before)

    def test_nobody_writes_the_log(self):
        self.facial.list_price = 2000
        self.env.flush_all()
        row = self.changes.search([], limit=1)
        for attempt in (
            lambda: self.changes.create({"model": "x"}),
            lambda: row.write({"user_id": 1}),
            row.unlink,
            lambda: row.with_user(self.officer).write({"user_id": 1}),
        ):
            with self.assertRaises(AccessError):
                attempt()
        refused = (psycopg2.errors.RaiseException, psycopg2.errors.InsufficientPrivilege)
        for statement in (
            "DELETE FROM clinic_log.clinic_change",
            "UPDATE clinic_log.clinic_change SET user_id = 1",
            "DELETE FROM clinic_log.clinic_change_seal",
            "DELETE FROM clinic_log.clinic_change_head",
        ):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaisesRegex(refused, "append-only|permission denied"),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(statement)

    def test_the_gear_menu_offers_the_history_to_those_who_see_it(self):
        actions = self.env["ir.actions.actions"]
        for role in ("reception", "manager"):
            for model in ("clinic.patient", "product.template", "res.users"):
                bound = actions.with_user(self.users[role]).get_bindings(model)
                names = [action["name"] for action in bound.get("action", ())]
                self.assertEqual("History" in names, role == "manager", (role, model))
        self.assertNotIn("History", str(actions.with_user(self.users["manager"]).get_bindings("res.country")))
