from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.clinic_visit.exceptions import SlotTaken

from .common import VisitCommon


@tagged("post_install", "-at_install")
class TestBlock(VisitCommon):
    def block(self, resources=None, start=None, stop=None, user=None, **vals):
        blocks = self.env["clinic.block"].with_user(user or self.users["reception"])
        return blocks.create(
            {
                "name": "Lunch",
                "company_id": self.branch.id,
                "resource_ids": [(6, 0, (resources or self.doctor.resource_id).ids)],
                "start": start or self._at(13),
                "stop": stop or self._at(14),
                **vals,
            }
        )

    def test_nobody_books_into_a_blocked_time(self):
        self.block()
        with self.assertRaisesRegex(SlotTaken, "Dr Sana is already booked .* 13:00 to 14:00 \\(Lunch\\)"):
            self.book(self.facial, self._at(13, 15), self.doctor)
        self.assertEqual(self.book(self.facial, self._at(13, 15)).practitioner_ids, self.cosmetologist)

    def test_a_booked_time_is_not_blocked(self):
        visit = self.book(self.laser, self._at(13), self.doctor)
        with self.assertRaisesRegex(SlotTaken, visit.name), self.env.cr.savepoint():
            self.block(self.device.resource_id)
        self.assertFalse(self.env["clinic.block"].search([]))

    def test_moving_and_deleting_free_the_time(self):
        block = self.block()
        block.start = self._at(13, 30)
        self.assertEqual(self.book(self.facial, self._at(13), self.doctor).state, "booked")
        with self.assertRaises(SlotTaken), self.env.cr.savepoint():
            block.start = self._at(13, 15)
        block.unlink()
        self.assertEqual(self.book(self.facial, self._at(13, 30), self.doctor).state, "booked")

    def test_a_device_in_maintenance_for_days(self):
        self.block(self.device.resource_id, self._at(0), self._at(0, days=10), name="Maintenance")
        with self.assertRaisesRegex(SlotTaken, "needs a device") as caught:
            self.book(self.laser, self._at(10, days=8))
        for near in caught.exception.context["alternatives"]:
            self.assertTrue(near["start"] < str(self._at(0)) or near["start"] > str(self._at(0, days=10)), near)

    def test_what_makes_no_sense_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "Choose whose time"):
            self.block(self.env["resource.resource"].create({"name": "x"}).browse(), resource_ids=[(6, 0, [])])
        for message, vals in (
            ("cannot be booked in", {"resources": self.env["resource.resource"].create({"name": "Tractor"})}),
            ("two years", {"start": self._at(8, days=3000), "stop": self._at(9, days=3000)}),
            ("less than 90 days", {"stop": self._at(8) + timedelta(days=100)}),
        ):
            with self.subTest(message=message), self.assertRaisesRegex(UserError, message):
                self.block(**vals)

    def test_practitioners_see_blocks_and_do_not_make_them(self):
        block = self.block()
        self.assertEqual(block.with_user(self.users["practitioner"]).name, "Lunch")
        with self.assertRaises(AccessError):
            self.block(user=self.users["practitioner"])
        with self.assertRaises(AccessError):
            block.with_user(self.users["warehouse"]).read(["name"])
