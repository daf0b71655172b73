import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from odoo import Command, fields
from odoo.tests import tagged

from .test_tour import TourCommon

HERE = "America/New_York"
TIMES = """(() => JSON.stringify([...document.querySelectorAll('button[name=start]')].map(one => [
    one.value, one.querySelector('bdi').textContent, one.querySelector('small')?.textContent || ''
])))()"""

PLAIN = """
    const has = (selector, text) => {
        const shown = find(selector).textContent.replace(/[\\u202f\\u00a0]/g, ' ');
        if (!shown.includes(text)) throw new Error(`${selector}: ${shown}`);
    };
"""


def nights(zone):
    """Return the next two local dates on which the clocks of ``zone`` change."""
    day, found, there = date.today() + timedelta(days=2), [], ZoneInfo(zone)
    while len(found) < 2:
        before, after = (datetime(one.year, one.month, one.day, 12, tzinfo=there) for one in (day, day + timedelta(1)))
        if before.utcoffset() != after.utcoffset():
            found.append(day + timedelta(1))
        day += timedelta(1)
    return found


@tagged("post_install", "-at_install")
class TestZones(TourCommon):
    """A visitor in New York books in other zones, in the nights in which the clocks change here or there."""

    browser_size = "390x844"
    touch_enabled = True

    def _open_all_day(self, zone):
        self.calendar.attendance_ids.unlink()
        lines = [{"name": "Open", "dayofweek": str(day), "hour_from": 0, "hour_to": 24} for day in range(7)]
        self.calendar.write({"tz": zone, "attendance_ids": [Command.create(line) for line in lines]})
        (self.rooms.resource_id | self.device.resource_id | self.doctor.resource_id).tz = zone
        self.branch.write({"clinic_online_days": 365, "clinic_slot_step": 30})

    def _clock(self, moment, zone):
        """Return the wall clock in ``zone`` at ``moment`` (naive UTC), as the pages write it."""
        return f"{moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)):%-I:%M %p}"

    def _plain(self, text):
        return text.replace("\u202f", " ").replace("\u00a0", " ")

    def _check_day(self, zone, day):
        """Book the last time offered before 4 o'clock, or one in New York's night, on the local date ``day``."""
        words = f"t={self.facial.id}&p={self.doctor.id}&d={day.isoformat()}"
        with self._visitor() as browser:
            browser._websocket_request("Emulation.setTimezoneOverride", params={"timezoneId": HERE})
            browser.navigate_to(f"{self.base_url()}{self.path}/when?{words}")
            self._on(browser, f"{self.path}/when", "find('.bk_hours')")
            shown = browser._websocket_request("Runtime.evaluate", params={"expression": TIMES})["result"]["value"]
            times = [(fields.Datetime.to_datetime(start), label, own) for start, label, own in json.loads(shown)]
            # The day has as many hours as it really has, each half-hour once.
            first, last = (self.branch._clinic_midnight(one) for one in (day, day + timedelta(1)))
            expected = [first + timedelta(minutes=30 * n) for n in range(int((last - first) / timedelta(minutes=30)))]
            self.assertEqual([start for start, _label, _own in times], expected)
            for start, label, own in times:
                self.assertEqual(self._plain(label), self._clock(start, zone), start)
                self.assertEqual(self._plain(own), self._clock(start, HERE), start)
            # After the change, whether that is here or there.
            start = (
                times[7][0]
                if zone != "Asia/Karachi"
                else next(one for one, _label, own in times if self._plain(own).startswith("3:00 AM"))
            )
            self._on(browser, f"{self.path}/when", f"find('button[value=\"{start}\"]').click()")
            clock = self._clock(start, zone)
            mine = f"has('.bk_mine', '{self._clock(start, HERE)}')"
            self._on(browser, f"{self.path}/details", f"{PLAIN} has('.bk_moment', '{clock}'); {mine}")
            self._on(
                browser,
                f"{self.path}/details",
                "write('name', 'Sara New'); write('phone', '0301 7654321'); write('email', 'sara@example.com');"
                "find('.bk_terms .bk_tick').click(); find('form[data-once] [type=submit]').click();",
            )
            self._on(browser, "/book/done", f"{PLAIN} has('.bk_moment', '{clock}')")
        visit = self._booked().sorted("id")[-1]
        self.assertEqual(visit.start, start)
        self.assertEqual(self.branch._clinic_local(visit.start).date(), day)
        visit.sudo()._tell()
        message = self.env["clinic.message"].sudo().search([("visit_id", "=", visit.id), ("channel", "=", "email")])
        self.assertIn(clock, self._plain(message[:1].body or ""))

    def test_nights_of_amsterdam(self):
        self._open_all_day("Europe/Amsterdam")
        for day in nights("Europe/Amsterdam"):
            with self.subTest(day=day):
                self._check_day("Europe/Amsterdam", day)

    def test_nights_of_new_york(self):
        self._open_all_day("Asia/Karachi")
        for day in nights(HERE):
            with self.subTest(day=day):
                self._check_day("Asia/Karachi", day)
