from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ClinicCommon


@tagged("post_install", "-at_install")
class TestLocked(ClinicCommon):
    """What one locked field guarantees; that all of them do is swept in clinic_suite."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.values = {
            "practitioner_id": cls.cosmetologist.id,
            "kind_id": cls.env.ref("clinic.licence_kind_medical").id,
            "number": "PMDC 7",
        }
        cls.licences = cls.env["clinic.licence"].with_user(cls.users["manager"])
        cls.licence = cls.licences.create(cls.values)
        cls.manager, cls.other = cls.users["manager"], cls.users["reception"]

    def test_our_own_methods_set_what_nobody_hands_over(self):
        self.assertEqual(self.licence.granted_by_id, self.manager)
        for vals in ({"granted_by_id": self.other.id}, {"number": "8", "told_days": 30}):
            with self.subTest(vals=vals), self.assertRaisesRegex(AccessError, "is not entered or changed by hand"):
                self.licence.write(vals)
            with self.subTest(vals=vals), self.assertRaisesRegex(AccessError, "is not entered or changed by hand"):
                self.licences.create({**self.values, "number": "9", **vals})
        self.licence._clinic_writing().told_days = 30
        self.assertEqual(self.licence.told_days, 30)

    def test_the_key_cannot_be_handed_over(self):
        for key in (True, "KEY", object()):
            with self.assertRaises(AccessError):
                self.licence.with_context(clinic_writing=key).granted_by_id = self.other

    def test_the_name_of_the_field_is_said(self):
        with self.assertRaisesRegex(AccessError, "“Recorded By” of “Licence”"):
            self.licence.granted_by_id = self.other

    def test_what_stays_as_it_is_may_be_sent_along(self):
        self.licence.write({"granted_by_id": self.manager.id, "told_days": 0, "issuer": "Council"})
        self.assertEqual((self.licence.issuer, self.licence.granted_by_id), ("Council", self.manager))
        licence = self.licences.create({**self.values, "number": "9", "told_days": False})
        self.assertEqual(licence.told_days, 0)

    def test_who_may_not_write_learns_no_value(self):
        licence = self.licence.with_user(self.other)
        messages = set()
        for told in (0, 30):
            with self.assertRaises(AccessError) as refused:
                licence.told_days = told
            messages.add(str(refused.exception))
        self.assertEqual(len(messages), 1)

    def test_no_default_is_taken_from_context_or_user(self):
        given = {"default_granted_by_id": self.other.id, "default_told_days": 30}
        for licences in (self.licences, self.licences.sudo()):
            licence = licences.with_context(**given).create({**self.values, "number": f"9 {licences.env.su}"})
            self.assertEqual((licence.granted_by_id, licence.told_days), (self.manager, 0))
        self.env["ir.default"].with_user(self.manager).create(
            {
                "field_id": self.env["ir.model.fields"]._get("clinic.licence", "told_days").id,
                "user_id": self.manager.id,
                "json_value": "30",
            }
        )
        self.assertEqual(self.licences.create({**self.values, "number": "10"}).told_days, 0)

    def test_a_duplicate_has_its_own_story(self):
        self.licence._clinic_writing().told_days = 30
        with self.assertRaises(AccessError):
            self.licence.copy({"number": "9", "told_days": 30})
        copied = self.licence.copy({"number": "9"})
        self.assertEqual((copied.told_days, copied.granted_by_id), (0, self.manager))
