from datetime import date, datetime, timedelta

from freezegun import freeze_time

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
        with self.assertRaisesRegex(SlotTaken, "Dr Sana is already booked .* 1:00.PM – 2:00.PM \\(Lunch\\)"):
            self.book(self.facial, self._at(13, 15), self.doctor)
        self.assertEqual(self.book(self.facial, self._at(13, 15)).practitioner_ids, self.cosmetologist)

    def test_a_booked_time_is_not_blocked(self):
        self.book(self.laser, self._at(13), self.doctor)
        with self.assertRaisesRegex(SlotTaken, "Ayesha Test"), self.env.cr.savepoint():
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

    def test_a_time_is_blocked_every_week_at_the_same_hour(self):
        # The clocks change on 28 March and 31 October 2027; noon stays noon.
        self.calendar.tz = "Europe/Amsterdam"
        with freeze_time("2027-03-01 08:00:00"):
            first = self.block(
                start=datetime(2027, 3, 8, 12), stop=datetime(2027, 3, 8, 13), repeat_until=date(2027, 4, 12)
            )
        series = first | self.env["clinic.block"].search([("first_id", "=", first.id)])
        local = [self.branch._clinic_local(block.start) for block in series.sorted("start")]
        self.assertEqual(
            [f"{moment:%m-%d}" for moment in local], ["03-08", "03-15", "03-22", "03-29", "04-05", "04-12"]
        )
        self.assertEqual({f"{moment:%H:%M}" for moment in local}, {"13:00"})
        self.assertEqual(len(series.reservation_ids), 6)
        fourth = series.sorted("start")[3]
        self.assertTrue(fourth.has_following)
        fourth.action_remove_following()
        self.assertEqual(len(series.exists()), 3)

    def test_a_series_is_blocked_as_a_whole_or_not_at_all(self):
        day = self._at(12, days=28).date()
        visit = self.book(self.facial, self._at(13, days=21), self.doctor)
        with self.assertRaisesRegex(SlotTaken, "Dr Sana is already booked"), self.env.cr.savepoint():
            self.block(repeat_until=day)
        self.assertFalse(self.env["clinic.block"].search([]))
        self.assertEqual(self._in_the_way_until(day), visit, "what has to be moved first")
        values = {
            "resource_ids": self.doctor.resource_id.ids,
            "start": str(self._at(13)),
            "stop": str(self._at(14)),
            "repeat_until": str(day),
        }
        blocked = {
            (str(self._at(13, minute, days=days)), "Dr Sana") for minute in (0, 15, 30, 45) for days in (7, 14, 21, 28)
        }
        for offered in (
            visit.free_times(block=values),
            visit.free_times(str(self._at(12, days=21).date()), block=values),
        ):
            self.assertTrue(offered["times"])
            self.assertFalse({(time["start"], time["name"]) for time in offered["times"]} & blocked)
        for wrong in ({"start": "x"}, {**values, "start": "x"}, "x", {**values, "resource_ids": ["x"]}):
            with self.subTest(wrong=wrong), self.assertRaises(UserError):
                visit.free_times(block=wrong)
        instead = visit.free_times(block=values)["times"][0]
        self.assertEqual((instead["start"], instead["name"]), (str(visit.start), "Hina"))
        visit.reschedule(instead["start"], practitioner=instead["practitioner_id"])
        self.assertFalse(self._in_the_way_until(day))
        self.assertEqual(len(self.env["clinic.block"].search([("first_id", "=", self.block(repeat_until=day).id)])), 3)

    def _in_the_way_until(self, day):
        """Return the visits in the way of Dr Sana's time from 13:00 to 14:00 every week until ``day``."""
        block = self.env["clinic.block"].new(
            {
                "company_id": self.branch.id,
                "resource_ids": self.doctor.resource_id.ids,
                "start": self._at(13),
                "stop": self._at(14),
                "repeat_until": day,
            }
        )
        return block.visit_ids._origin

    def test_a_series_that_makes_no_sense_is_refused(self):
        for days in (-3, 3, 800):
            with self.subTest(days=days), self.assertRaisesRegex(UserError, "ends between"), self.env.cr.savepoint():
                self.block(repeat_until=self._at(12, days=7 + days).date())
        block = self.block()
        with self.assertRaisesRegex(AccessError, "by hand"):
            self.block(start=self._at(15), stop=self._at(16), first_id=block.id)

    def test_practitioners_see_blocks_and_do_not_make_them(self):
        block = self.block()
        self.assertEqual(block.with_user(self.users["practitioner"]).name, "Lunch")
        with self.assertRaises(AccessError):
            self.block(user=self.users["practitioner"])
        with self.assertRaises(AccessError):
            block.with_user(self.users["warehouse"]).read(["name"])
