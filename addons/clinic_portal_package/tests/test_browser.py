from odoo import fields
from odoo.tests import tagged

from odoo.addons.clinic_package.tests.common import PackageMixin
from odoo.addons.clinic_portal.tests.test_browser import BrowserCommon


class PackageBrowserCommon(PackageMixin, BrowserCommon):
    """A patient with a package books the next session from the first page."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.package = cls._create_package("Six facials", 48000)
        cls.manager, cls.reception = cls.users["manager"], cls.users["reception"]
        cls.course = cls._sell()
        cls.visit.action_cancel(cls.env.ref("clinic_visit.cancel_reason_patient"))
        cls.env.flush_all()

    def _check_next_session(self):
        branch, day = f"/book/{self.branch.id}", self._at(10).date().isoformat()
        start = fields.Datetime.to_string(self._at(10))
        with self._browser() as browser:
            self._on(
                browser,
                "/my",
                "find('.cp_card', '6 of 6 sessions left'); find('.cp_card a', 'Book the next').click()",
            )
            # The treatment is chosen already.
            self._on(browser, f"{branch}/who", "find('.bk_choice', 'Facial'); find('a.bk_card', 'Dr Sana').click()")
            self._on(browser, f"{branch}/when", f"find('.bk_days'); location.search += '&d={day}'")
            self.assertTrue(browser._wait_ready(f"location.search.includes('d={day}')", timeout=20))
            self._on(browser, f"{branch}/when", f"find('button[value=\"{start}\"]').click()")
            self._on(
                browser,
                f"{branch}/details",
                f"find('.bk_visitor', '{self.patient.name}'); find('label[for=agreed]').click();"
                "find('form[data-once] [type=submit]').click()",
            )
            self._on(browser, "/book/done", "find('h1', 'You are booked')")
            self._open(browser, self.home)
            self._on(
                browser,
                self.home,
                "find('.cp_moment'); find('.cp_card', 'The next one is booked for');"
                "if ([...document.querySelectorAll('a')].some((one) => one.textContent.includes('Book the next')))"
                " throw new Error('asked for again')",
            )
        visit = self.env["clinic.visit"].search([("is_booked_online", "=", True), ("patient_id", "=", self.patient.id)])
        self.assertEqual((visit.state, visit.start, visit.online_known_by), ("booked", self._at(10), "login"))
        self.assertEqual(self.course.booked_on, self._at(10).date())


@tagged("post_install", "-at_install")
class TestPhone(PackageBrowserCommon):
    browser_size = "390x844"
    touch_enabled = True

    def test_the_next_session(self):
        self._check_next_session()


@tagged("post_install", "-at_install")
class TestDesk(PackageBrowserCommon):
    browser_size = "1366x768"

    def test_the_next_session(self):
        self._check_next_session()
