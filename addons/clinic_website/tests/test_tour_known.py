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

    def _to_details(self, browser):
        day, start, branch = self.day, self.start, self.path
        self._on(browser, branch, "find('.bk_pick label', 'Facial').click(); find('.bk_bar button').click()")
        self._on(browser, f"{branch}/who", "find('a.bk_card', 'Dr Sana').click()")
        self._on(browser, f"{branch}/when", f"find('.bk_days'); location.search += '&d={day}'")
        self.assertTrue(browser._wait_ready(f"location.search.includes('d={day}')", timeout=20))
        self._on(browser, f"{branch}/when", f"find('button[value=\"{start}\"]').click()")

    def _code(self):
        """Let the outbox run, and return the code that it has sent."""
        codes = self.env["clinic.online.code"].sudo()
        with self._alone():
            codes._write_waiting()
            [code] = codes.search([("message_id", "!=", False)])
            return code._number()

    def test_who_has_been_here_before(self):
        name = self.patient.name
        with self._visitor() as browser:
            self._to_details(browser)
            self._on(browser, f"{self.path}/details", "find('.bk_before a').click()")
            self._on(
                browser,
                "/book/code",
                "write('address', 'ayesha@example.com'); find('[type=submit]', 'Send me a code').click()",
            )
            self.assertTrue(browser._wait_ready("!!document.getElementById('code')", timeout=20))
            number = self._code()
            self._on(browser, "/book/code", f"write('code', '{number}'); find('[type=submit]', 'Continue').click()")
            self._on(
                browser,
                f"{self.path}/details",
                f"find('.bk_visitor', '{name}'); find('label[for=agreed]').click();"
                "find('form[data-once] [type=submit]').click()",
            )
            self._on(browser, "/book/done", "find('h1', 'You are booked')")
        visit = self._booked()
        self.assertEqual((visit.patient_id, visit.online_known_by), (self.patient, "code"))

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
