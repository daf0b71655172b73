from odoo.tests import tagged

from .test_tour import TourCommon


class WaitCommon(TourCommon):
    """No time fits: the visitor joins the waitlist, and answers when a time has become free."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch.write({"clinic_waitlist_offers": "one", "email": "desk@test.clinic"})
        cls.taken = cls.book(start=cls._at(10), practitioner=cls.doctor)

    def _join(self, browser):
        self._to_times(browser)
        self._on(browser, f"{self.path}/when", "find('.bk_wait a', 'Join the waitlist').click()")
        self._on(
            browser,
            f"{self.path}/wait",
            "write('name', 'Sara New'); write('phone', '0301 7654321'); write('email', 'sara@example.com');"
            "find('main form [type=submit]').click()",
        )
        self._on(browser, f"{self.path}/waits", "find('h1', 'You are on the waitlist')")

    def _freed(self):
        """Free the time; return who waits for it, and the path of the link that this patient is sent."""
        with self._alone():
            entry = self.env["clinic.waitlist"].search([("patient_id.name", "=", "Sara New")])
            self.taken.action_cancel(self.env.ref("clinic_visit.cancel_reason_patient"))
            message = self.env["clinic.message"].search([("waitlist_id", "=", entry.id)])
            self.assertEqual(message.visit_start, self._at(10))
            return entry, "/c/" + self.env["clinic.message.link"]._address(message, "offer").rpartition("/")[2]

    def _answer(self, browser, button):
        """Wait, and answer what is offered by ``button``; return who waits, and the page that follows."""
        self._join(browser)
        entry, link = self._freed()
        self._open(browser, link)
        self._on(browser, link, f"find('h1', 'A time has become free'); find('button', '{button}').click()")
        return entry, link

    def _check_taken(self):
        with self._visitor() as browser:
            entry, link = self._answer(browser, "Take this time")
            self._on(browser, f"{link}/take", "find('h1', 'You are booked')")
            self._open(browser, link)
            self._on(browser, link, "find('h1', 'You are booked')")
        visit = entry.visit_id
        self.assertEqual((visit.state, visit.start, visit.patient_id), ("booked", self._at(10), entry.patient_id))

    def _check_declined(self):
        with self._visitor() as browser:
            entry, link = self._answer(browser, "No, thank you")
            self._on(browser, f"{link}/decline", "find('h1', 'Thank you'); find('p', 'You stay on our list')")
        self.assertFalse(entry.visit_id)
        self.assertEqual(entry.state, "waiting")


@tagged("post_install", "-at_install")
class TestPhone(WaitCommon):
    browser_size = "390x844"
    is_looked_at = True
    touch_enabled = True

    def test_an_offer_is_taken(self):
        self._check_taken()

    def test_an_offer_is_declined(self):
        self._check_declined()


@tagged("post_install", "-at_install")
class TestDesk(WaitCommon):
    browser_size = "1366x768"

    def test_an_offer_is_taken(self):
        self._check_taken()
