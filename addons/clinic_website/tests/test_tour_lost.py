from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .test_tour import TourCommon


class LostCommon(TourCommon):
    """Somebody else is faster: the visitor is told so, and books another time."""

    def _check_lost_race(self):
        when, details = f"{self.path}/when", f"{self.path}/details"
        later, last = (fields.Datetime.to_string(self._at(hour)) for hour in (11, 12))
        with self._visitor() as browser:
            self._to_times(browser)
            self._on(browser, when, "0")
            with self._alone():
                self.book(start=self._at(10), practitioner=self.doctor)
            self._on(browser, when, f"find('button[value=\"{self.start}\"]').click()")
            told = "find('.bk_notice[role=alert]', 'This time was just taken.')"
            self._on(
                browser,
                when,
                f"{told}; if (document.querySelector('button[value=\"{self.start}\"]')) throw new Error('offered');"
                f"find('button[value=\"{later}\"]').click()",
                ".bk_notice",
            )
            # Once more, at the last step: what was kept has run out, and is another's by now.
            self._on(browser, details, "0")
            with self._alone():
                hold = self.holds.search([("company_id", "=", self.branch.id), ("visit_id", "=", False)])
                with freeze_time(hold.deadline + timedelta(minutes=1)):
                    self.holds._cron_release_over()
                    self.book(start=self._at(11), practitioner=self.doctor)
            self._on(
                browser,
                details,
                "write('name', 'Sara New'); write('phone', '0301 7654321'); find('label[for=agreed]').click();"
                "find('form[data-once] [type=submit]').click();",
            )
            self._on(browser, when, f"{told}; find('button[value=\"{last}\"]').click()", ".bk_notice")
            self._on(
                browser,
                details,
                "if (document.getElementById('name').value !== 'Sara New') throw new Error('typed in vain');"
                "find('label[for=agreed]').click(); find('form[data-once] [type=submit]').click();",
            )
            self._on(browser, "/book/done", "find('h1', 'You are booked')")
        visit = self._booked()
        self.assertEqual((visit.state, visit.start, visit.patient_id.name), ("booked", self._at(12), "Sara New"))


@tagged("post_install", "-at_install")
class TestPhone(LostCommon):
    browser_size = "390x844"
    touch_enabled = True

    def test_a_lost_race(self):
        self._check_lost_race()


@tagged("post_install", "-at_install")
class TestDesk(LostCommon):
    browser_size = "1366x768"

    def test_a_lost_race(self):
        self._check_lost_race()
