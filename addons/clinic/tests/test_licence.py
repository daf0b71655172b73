from datetime import timedelta
from importlib.util import module_from_spec, spec_from_file_location

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import file_path, format_date, mute_logger

from .common import ClinicCommon, ClinicMixin


class LicenceMixin(ClinicMixin):
    @classmethod
    def setup_clinic(cls, branch):
        super().setup_clinic(branch)
        cls.kind = cls.env.ref("clinic.licence_kind_medical")
        cls.authorization = cls.cosmetologist.authorization_ids
        cls.licence = cls._record_licence(cls.cosmetologist)
        cls.authorization.licence_id = cls.licence

    @classmethod
    def _record_licence(cls, practitioner, **vals):
        return cls.env["clinic.licence"].create(
            {"practitioner_id": practitioner.id, "kind_id": cls.kind.id, "number": "PMDC 1", **vals}
        )


@tagged("post_install", "-at_install")
class TestLicence(LicenceMixin, ClinicCommon):
    def test_an_authorization_ends_with_its_licence(self):
        today = self.branch._clinic_today()
        self.assertFalse(self.authorization.valid_to)
        self.licence.date_to = today
        self.assertEqual(self.authorization.valid_to, today)
        self.authorization.date_to = today - timedelta(days=1)
        self.assertEqual(self.authorization.valid_to, today - timedelta(days=1))
        self.assertEqual(self.authorization.state, "expired")
        self.authorization.date_to = today + timedelta(days=1)
        self.assertEqual(self.authorization.valid_to, today)

    def test_who_has_an_expired_licence_may_not_treat(self):
        today = self.branch._clinic_today()
        self.licence.date_to = today
        self.assertEqual(self.cosmetologist._authorized_for(self.facial, today), self.cosmetologist)
        self.assertFalse(self.cosmetologist._lapsed_licence_text(self.facial, today))
        tomorrow = today + timedelta(days=1)
        self.assertFalse(self.cosmetologist._authorized_for(self.facial, tomorrow))
        text = self.cosmetologist._lapsed_licence_text(self.facial, tomorrow)
        self.assertEqual(text, f" (Medical Registration PMDC 1 ended on {format_date(self.env, today)})")
        self.assertFalse(self.cosmetologist._lapsed_licence_text(self.laser, tomorrow))

    def test_state_can_be_searched(self):
        yesterday = self.branch._clinic_today() - timedelta(days=1)
        self.licence.date_to = yesterday
        for model, record in (("clinic.licence", self.licence), ("clinic.authorization", self.authorization)):
            self.assertEqual(record.state, "expired")
            self.assertIn(record, self.env[model].search([("state", "=", "expired")]))
            self.assertNotIn(record, self.env[model].search([("state", "in", ["valid", "future"])]))
        self.licence.write({"date_to": False, "date_from": yesterday + timedelta(days=9)})
        self.assertIn(self.licence, self.licence.search([("state", "=", "future")]))
        self.assertIn(self.authorization, self.authorization.search([("state", "=", "valid")]))

    def test_nobody_records_or_extends_their_own(self):
        manager = self.users["manager"]
        boss = self._create_practitioner("Boss", manager)
        values = {"practitioner_id": boss.id, "kind_id": self.kind.id, "number": "1"}
        licences = self.env["clinic.licence"].with_user(manager)
        with self.assertRaisesRegex(ValidationError, "own licence"), self.env.cr.savepoint():
            licences.create(values)
        with self.assertRaisesRegex(AccessError, "by hand"):
            licences.create({**values, "granted_by_id": self.env.uid})
        licence = self._record_licence(boss, date_to=self.branch._clinic_today())
        for vals in ({"date_to": False}, {"number": "2"}, {"evidence": b"QQ=="}):
            with self.subTest(vals=vals), self.assertRaises(ValidationError):
                licence.with_user(manager).write(vals)
        authorization = self.env["clinic.authorization"].create(
            {"practitioner_id": boss.id, "treatment_id": self.laser.id, "licence_id": licence.id}
        )
        with self.assertRaisesRegex(ValidationError, "authorize themselves"):
            authorization.with_user(manager).licence_id = False

    def test_a_licence_of_somebody_else_does_not_count(self):
        with self.assertRaisesRegex(ValidationError, "is a licence of Hina, not of Dr Sana"):
            self.doctor.authorization_ids.licence_id = self.licence

    def test_only_the_manager_records_licences(self):
        for role in ("reception", "practitioner", "warehouse"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.licence.with_user(self.users[role]).date_to = False

    def test_texts_become_licences(self):
        cr = self.env.cr
        self.env.flush_all()
        cr.execute("ALTER TABLE clinic_authorization ADD COLUMN licence varchar")
        other = self.env["clinic.authorization"].create(
            {"practitioner_id": self.cosmetologist.id, "treatment_id": self.laser.id}
        )
        both = self.authorization | other
        self.env.flush_all()
        cr.execute(
            "UPDATE clinic_authorization SET licence = ' OLD 7 ', licence_id = NULL WHERE id = ANY(%s)", [both.ids]
        )
        cr.execute("UPDATE clinic_authorization SET licence = '' WHERE id = %s", [self.doctor.authorization_ids.id])
        for step in ("pre", "post"):
            self._migrate(step)
        self.env.invalidate_all()
        licence = both.licence_id
        self.assertEqual(licence.mapped("number"), ["OLD 7"])
        self.assertEqual(licence.practitioner_id, self.cosmetologist)
        self.assertEqual(licence.granted_by_id, self.authorization.granted_by_id)
        self.assertFalse(licence.date_to or self.doctor.authorization_ids.licence_id)

    def _migrate(self, step):
        path = file_path(f"clinic/migrations/19.0.1.1.0/{step}-migrate.py")
        spec = spec_from_file_location(step, path)
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        module.migrate(self.env.cr, "19.0.1.0.0")


@tagged("post_install", "-at_install")
class TestExpiry(LicenceMixin, ClinicCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.users["manager"]
        cls.last = fields.Date.to_date("2026-06-30")
        cls.licence.with_user(cls.manager).date_to = cls.last

    def _told(self, record):
        return record.activity_ids.filtered(lambda activity: activity.user_id == self.manager)

    def _days(self, *days, record=None):
        """Let the cron run so many days ahead of the last one; return how many activities there were after each."""
        record = self.licence if record is None else record
        counts = []
        for left in days:
            with freeze_time(self.last - timedelta(days=left)):
                self.env["clinic.licence"]._cron_tell_expiry()
                self.env["clinic.authorization"]._cron_tell_expiry()
            counts.append(len(self._told(record)))
        return counts

    def test_the_manager_is_told_60_30_and_7_days_ahead_once_each(self):
        self.assertEqual(self._days(61, 60, 59, 31, 30, 29, 8, 7, 6, 0, -1), [0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 3])
        activity = self._told(self.licence)[0]
        self.assertEqual(activity.summary, "Licence ends on 06/30/2026")
        self.assertFalse(activity.note)

    def test_a_cron_that_was_late_tells_once(self):
        self.assertEqual(self._days(20, 20, 5, 4), [1, 1, 2, 2])

    def test_the_licence_tells_for_what_rests_on_it(self):
        self.assertEqual(self._days(60, record=self.authorization), [0])
        self.authorization.with_user(self.manager).date_to = self.last
        self.assertEqual(self._days(60, 59, record=self.authorization), [1, 1])

    def test_an_extended_licence_is_told_of_anew_and_no_longer_asks(self):
        self._days(30)
        self.licence.with_user(self.manager).date_to = self.last + timedelta(days=365)
        self.assertFalse(self._told(self.licence))
        self.assertEqual(self._days(7, -365 + 60, -365 + 59), [0, 1, 1])

    def test_who_is_no_manager_any_more_is_not_told(self):
        self.manager.group_ids -= self.env.ref("clinic.group_manager")
        other = self.users["reception"]
        other.group_ids |= self.env.ref("clinic.group_manager")
        self._days(7)
        self.assertIn(other, self.licence.activity_ids.user_id)
        self.assertNotIn(self.manager, self.licence.activity_ids.user_id)


@tagged("post_install", "-at_install")
class TestLicenceOverRpc(LicenceMixin, ClinicCommon, HttpCase):
    def _call(self, role, method, *args):
        self.authenticate(f"test_{role}", f"test_{role}")
        params = {"model": "clinic.licence", "method": method, "args": args, "kwargs": {}}
        return self.make_jsonrpc_request(f"/web/dataset/call_kw/clinic.licence/{method}", params)

    @mute_logger("odoo.http")
    def test_nobody_extends_beyond_their_right(self):
        for role in ("cosmetologist", "practitioner", "reception", "accountant"):
            with self.subTest(role=role), self.assertRaisesRegex(JsonRpcException, "AccessError"):
                self._call(role, "write", self.licence.ids, {"date_to": "2099-01-01"})
        self.assertTrue(self._call("manager", "write", self.licence.ids, {"date_to": "2099-01-01"}))
        self.env.invalidate_all()
        self.assertEqual(self.licence.granted_by_id, self.users["manager"])
