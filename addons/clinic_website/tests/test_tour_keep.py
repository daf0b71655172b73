from odoo.tests import tagged

from .test_tour import TourCommon


@tagged("post_install", "-at_install")
class TestTyped(TourCommon):
    """What was typed is still there when the page is loaded again, and gone from the browser once it is sent."""

    browser_size = "390x844"
    touch_enabled = True

    def _check_typed(self, browser, **words):
        code = "".join(
            f"if (document.getElementById('{name}').value !== '{text}') throw new Error('lost: {name}');"
            for name, text in words.items()
        )
        self._on(browser, f"{self.path}/details", code)

    def test_in_the_middle_of_typing(self):
        kept = "if (sessionStorage.length) throw new Error('still kept: ' + Object.keys(sessionStorage))"
        with self._visitor() as browser:
            self._to_details(browser)
            self._on(browser, f"{self.path}/details", "0")
            self._type(browser, name="Sara New", phone="0301 76")
            self._reload(browser)
            self._check_typed(browser, name="Sara New", phone="0301 76")
            # Back for another time, and forth again.
            self._on(browser, f"{self.path}/details", "find('.bk_summary a').click()")
            self._on(browser, f"{self.path}/when", "find('.bk_kept a').click()")
            self._check_typed(browser, name="Sara New", phone="0301 76")
            self._type(browser, phone="0301 7654321")
            self._on(
                browser,
                f"{self.path}/details",
                "write('phone', '0301 7654321'); find('label[for=agreed]').click();"
                "find('form[data-once] [type=submit]').click()",
            )
            self._on(browser, "/book/done", f"find('h1', 'You are booked'); {kept}")
        self.assertEqual(self._booked().patient_id.name, "Sara New")

    def test_what_is_given_up_is_forgotten(self):
        with self._visitor() as browser:
            self._to_details(browser)
            self._on(browser, f"{self.path}/details", "0")
            self._type(browser, name="Sara New")
            self._on(browser, f"{self.path}/details", "find('.bk_free button').click()")
            self._on(browser, self.path, "0")
            self._to_details(browser)
            self._check_typed(browser, name="")
