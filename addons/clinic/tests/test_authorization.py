from datetime import timedelta

import psycopg2

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ClinicCommon


@tagged("post_install", "-at_install")
class TestAuthorization(ClinicCommon):
    def _authorized(self, treatment, day=None):
        everyone = self.doctor | self.cosmetologist
        return everyone._authorized_for(treatment, day or self.branch._clinic_today())

    def test_category_covers_its_treatments(self):
        self.assertEqual(self._authorized(self.facial), self.doctor | self.cosmetologist)
        self.assertEqual(self._authorized(self.laser), self.doctor)

    def test_category_covers_those_below_it(self):
        child = self.env["product.category"].create({"name": "Peels", "parent_id": self.category.id})
        peel = self._create_treatment("Peel", categ_id=child.id)
        self.assertEqual(self._authorized(peel), self.doctor)

    def test_it_counts_only_between_its_dates(self):
        authorization = self.cosmetologist.authorization_ids
        today = self.branch._clinic_today()
        authorization.write({"date_from": today, "date_to": today})
        self.assertIn(self.cosmetologist, self._authorized(self.facial, today))
        self.assertNotIn(self.cosmetologist, self._authorized(self.facial, today + timedelta(days=1)))
        self.assertNotIn(self.cosmetologist, self._authorized(self.facial, today - timedelta(days=1)))

    def test_state_can_be_searched(self):
        authorization = self.cosmetologist.authorization_ids
        authorization.date_to = self.branch._clinic_today() - timedelta(days=1)
        self.assertEqual(authorization.state, "expired")
        found = self.env["clinic.authorization"].search([("state", "=", "expired")])
        self.assertIn(authorization, found)
        self.assertNotIn(self.doctor.authorization_ids, found)
        self.assertNotIn(authorization, found.search([("state", "=", "valid")]))

    def test_nobody_grants_their_own(self):
        manager = self.users["manager"]
        boss = self._create_practitioner("Boss", manager)
        grant = {"practitioner_id": boss.id, "treatment_id": self.laser.id}
        with self.assertRaisesRegex(ValidationError, "authorize themselves"):
            self.env["clinic.authorization"].with_user(manager).create(grant)
        # Naming another granter does not help: who grants is a fact.
        with self.assertRaisesRegex(AccessError, "by hand"):
            self.env["clinic.authorization"].with_user(manager).create({**grant, "granted_by_id": self.env.uid})
        granted = self.env["clinic.authorization"].create({**grant, "date_to": self.branch._clinic_today()})
        with self.assertRaises(ValidationError):
            granted.with_user(manager).date_to = False

    def test_nobody_grants_their_own_by_taking_the_login_off_and_putting_it_back(self):
        manager = self.users["manager"]
        boss = self._create_practitioner("Boss", manager)
        grant = {"practitioner_id": boss.id, "treatment_id": self.laser.id}
        licence = {"practitioner_id": boss.id, "kind_id": self.env.ref("clinic.licence_kind_medical").id, "number": "1"}
        for model, values in (("clinic.authorization", grant), ("clinic.licence", licence)):
            boss.employee_id.user_id = False
            granted = self.env[model].with_user(manager).create(values)
            for put_back in (
                lambda: boss.employee_id.write({"user_id": manager.id}),
                lambda: boss.resource_id.write({"user_id": manager.id}),
            ):
                with self.assertRaisesRegex(ValidationError, "nobody can authorize themselves"):
                    with self.env.cr.savepoint():
                        put_back()
            self.assertFalse(boss.user_id)
            granted.sudo().unlink()
            boss.employee_id.user_id = manager
        # Granted by somebody else, it stands in nobody's way.
        self.env["clinic.authorization"].create(grant)
        boss.employee_id.user_id = False
        boss.employee_id.user_id = manager
        self.assertEqual(boss.user_id, manager)

    def test_nobody_becomes_another_by_another_employee_resource_or_user(self):
        manager = self.users["manager"]
        other = self.env["hr.employee"].create({"name": "Other", "company_id": self.branch.id, "user_id": manager.id})
        mine = self.doctor.with_user(manager)
        for vals in (
            {"employee_id": other.id},
            {"user_id": manager.id},
            {"resource_id": other.resource_id.id},
        ):
            with self.subTest(vals=vals), self.assertRaisesRegex(AccessError, "by hand"):
                mine.write(vals)
        self.doctor.authorization_ids._clinic_writing().granted_by_id = manager
        other.user_id = False
        resource = self.env["resource.resource"].create({"name": "Dr Sana", "user_id": manager.id})
        with self.assertRaisesRegex(ValidationError, "nobody can authorize themselves"), self.env.cr.savepoint():
            self.doctor.employee_id.resource_id = resource
        self.assertEqual(self.doctor.user_id, self.users["practitioner"])

    def test_it_is_for_one_treatment_or_one_category(self):
        both = {"treatment_id": self.laser.id, "category_id": self.category.id}
        for scope in ({}, both):
            with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError), self.env.cr.savepoint():
                self.env["clinic.authorization"].create({"practitioner_id": self.doctor.id, **scope})

    def test_it_does_not_end_before_it_begins(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError), self.env.cr.savepoint():
            self.cosmetologist.authorization_ids.write({"date_from": "2026-05-02", "date_to": "2026-05-01"})
            self.env.flush_all()
