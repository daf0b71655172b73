from odoo import fields
from odoo.tests import tagged

from .test_tour import TourCommon


@tagged("post_install", "-at_install")
class TestKnownPatient(TourCommon):
    """On a phone: somebody who has been here before, and a mother who books for her child."""

    browser_size = "390x844"
    is_looked_at = True
    touch_enabled = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch.write({"email": "desk@test.clinic"})
        cls.patient.write({"email": "ayesha@example.com", "lang": "en_US"})

    def _code(self):
        """Let the outbox run, and return the code that it has sent."""
        codes = self.env["clinic.online.code"].sudo()
        with self._alone():
            codes._write_waiting()
            [code] = codes.search([("message_id", "!=", False)])
            return code._number()

    def _ask(self, browser):
        """Have a code sent; the page that asks for it is there."""
        self._to_details(browser)
        self._on(browser, f"{self.path}/details", "find('.bk_before a').click()")
        self._on(
            browser,
            "/book/code",
            "write('address', 'ayesha@example.com'); find('[type=submit]', 'Send me a code').click()",
        )
        self.assertTrue(browser._wait_ready("!!document.getElementById('code')", timeout=20))

    def _enter(self, browser):
        number = self._code()
        self._on(browser, "/book/code", f"write('code', '{number}'); find('[type=submit]', 'Continue').click()")

    def test_who_has_been_here_before(self):
        name = self.patient.name
        with self._visitor() as browser:
            self._ask(browser)
            self._enter(browser)
            self._on(
                browser,
                f"{self.path}/details",
                f"find('.bk_visitor', '{name}'); find('label[for=agreed]').click();"
                "find('form[data-once] [type=submit]').click()",
            )
            self._on(browser, "/book/done", "find('h1', 'You are booked')")
        visit = self._booked()
        self.assertEqual((visit.patient_id, visit.online_known_by), (self.patient, "code"))

    def test_back_and_forth_with_a_code(self):
        """The code that was sent is asked for again, and who is known stays known for another time."""
        name, details = self.patient.name, f"{self.path}/details"
        later = fields.Datetime.to_string(self._at(11))
        with self._visitor() as browser:
            self._ask(browser)
            self._on(browser, "/book/code", "find('a', 'Go on as a new patient').click()")
            self._on(browser, details, "find('label[for=name]'); find('.bk_before a').click()")
            self._on(browser, "/book/code", "find('#code'); history.back()")
            self._on(browser, details, "history.forward()")
            self._enter(browser)
            self._on(browser, details, f"find('.bk_visitor', '{name}'); find('.bk_summary a').click()")
            self._on(browser, f"{self.path}/when", f"find('button[value=\"{later}\"]').click()")
            self._on(browser, details, f"find('.bk_visitor', '{name}'); history.back()")
            self._on(browser, f"{self.path}/when", "find('button[aria-pressed=true]'); find('.bk_kept a').click()")
            self._on(
                browser,
                details,
                f"find('.bk_visitor', '{name}'); find('label[for=agreed]').click();"
                "find('form[data-once] [type=submit]').click()",
            )
            self._on(browser, "/book/done", "find('h1', 'You are booked')")
        visit = self._booked()
        self.assertEqual((visit.patient_id, visit.start), (self.patient, self._at(11)))

    def test_a_mother_books_for_her_child(self):
        with self._visitor() as browser:
            self._to_details(browser)
            self._on(
                browser,
                f"{self.path}/details",
                """
                const child = document.getElementById('child');
                if (child.getClientRects().length) throw new Error('asked of everybody');
                find('label[for=other]').click();
                if (!child.getClientRects().length) throw new Error('not asked');
                write('child', 'Bilal New'); write('born', '2015-05-05');
                write('name', 'Sara New'); write('phone', '0301 7654321');
                find('label[for=agreed]').click(); find('form[data-once] [type=submit]').click();
                """,
            )
            self._on(browser, "/book/done", "find('h1', 'You are booked')")
        patient = self._booked().patient_id
        self.assertEqual((patient.name, patient.emergency_contact), ("Bilal New", "Sara New, 0301 7654321"))
