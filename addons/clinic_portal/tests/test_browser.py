from odoo.tests import tagged

from odoo.addons.clinic.tests.browsers import BrowserMixin

from .common import PortalCommon


class BrowserCommon(BrowserMixin, PortalCommon):
    """A patient's browser, from page to page."""

    is_looked_at = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.home, cls.of_child = f"/my/clinic/{cls.patient.id}", f"/my/clinic/{cls.child.id}"
        cls.visit_path = f"{cls.home}/visits/{cls.visit.id}"
        cls.child_visit = cls._book_for(cls.child, start=cls._at(12))
        cls.child_path = f"{cls.of_child}/visits/{cls.child_visit.id}"

    def _browser(self):
        return self._browsing("/my", self.me)

    def _check_pages(self):
        with self._browser() as browser:
            # Two taps: the next visit is on the first page, and confirmed there.
            self._on(browser, "/my", "find('h2', 'Next visit'); find('button', 'I will come').click()")
            self._on(
                browser, self.visit_path, "find('.bk_notice', 'We expect you'); find('.cp_tabs a', 'Invoices').click()"
            )
            self._on(browser, f"{self.home}/invoices", "find('.cp_tabs a', 'Messages').click()")
            self._on(
                browser, f"{self.home}/messages", "write('text', 'Hello'); find('form .bk_button', 'Send').click()"
            )
            self._on(
                browser,
                f"{self.home}/messages",
                "find('.cp_theirs', 'Hello'); find('.cp_tabs a', 'Profile').click()",
                ".cp_theirs",
            )
            self._on(browser, f"{self.home}/profile", "find('a.bk_card', 'Who has looked').click()")
            self._on(browser, f"{self.home}/looks", "find('.cp_tabs a', 'Visits').click()")
            self._on(browser, f"{self.home}/visits", "find('.cp_people a', 'Child').click()")
            self._on(browser, self.of_child, "find('a', 'How to get there').click()")
            self._on(browser, self.child_path, "find('summary').click(); find('button', 'Yes, cancel it').click()")
            self._on(browser, self.child_path, "find('.bk_notice', 'The visit is cancelled')", ".bk_notice")
        self.assertTrue(self.visit._is_confirmed())
        self.assertEqual(self.child_visit.state, "cancelled")


@tagged("post_install", "-at_install")
class TestPhone(BrowserCommon):
    browser_size = "390x844"
    touch_enabled = True

    def test_a_patient_and_guardian(self):
        self._check_pages()


@tagged("post_install", "-at_install")
class TestDesk(BrowserCommon):
    browser_size = "1366x768"

    def test_a_patient_and_guardian(self):
        self._check_pages()
