from odoo.tests import tagged

from .test_browser import BrowserCommon


@tagged("post_install", "-at_install")
class TestTyped(BrowserCommon):
    """What was typed is still there when a page is loaded again, and gone once it is sent, or the reader leaves."""

    browser_size = "390x844"
    is_looked_at = False
    touch_enabled = True

    def _reload(self, browser):
        browser._websocket_request("Runtime.evaluate", params={"expression": "window.isOld = true; location.reload()"})
        self.assertTrue(browser._wait_ready("!window.isOld && document.readyState === 'complete'", timeout=20))

    def _type(self, browser, name, text):
        """Type as a hand does, over what stands there."""
        focus = f"document.getElementById('{name}').focus(); document.getElementById('{name}').select()"
        browser._websocket_request("Runtime.evaluate", params={"expression": focus})
        browser._websocket_request("Input.insertText", params={"text": text})

    def _value(self, name, text):
        return f"if (document.getElementById('{name}').value !== '{text}') throw new Error('not what was typed');"

    def test_a_message_and_contact_data(self):
        messages, profile = f"{self.home}/messages", f"{self.home}/profile"
        with self._browser() as browser:
            self._open(browser, messages)
            self._on(browser, messages, "find('#text')")
            self._type(browser, "text", "Half a sentence")
            self._reload(browser)
            self._on(
                browser, messages, f"{self._value('text', 'Half a sentence')} find('.cp_tabs a', 'Profile').click()"
            )
            self._on(browser, profile, "find('#phone')")
            self._type(browser, "phone", "0301 1")
            self._reload(browser)
            self._on(browser, profile, f"{self._value('phone', '0301 1')} find('.cp_tabs a', 'Messages').click()")
            # Each has its own, and so has each patient.
            self._on(
                browser, messages, f"{self._value('text', 'Half a sentence')} find('.cp_people a', 'Child').click()"
            )
            self._on(browser, self.of_child, "find('.cp_tabs a', 'Messages').click()")
            self._on(browser, f"{self.of_child}/messages", f"{self._value('text', '')} history.go(-2)")
            self._on(browser, messages, "find('form .bk_button', 'Send').click()")
            self._on(
                browser, messages, f"find('.cp_theirs', 'Half a sentence'); {self._value('text', '')}", ".cp_theirs"
            )
            self._open(browser, profile)
            self._on(browser, profile, f"{self._value('phone', '0301 1')} find('a', 'Log out here').click()")
            self.assertTrue(
                browser._wait_ready("location.pathname === '/web/login' && !sessionStorage.length", timeout=20)
            )
        message = self.env["clinic.portal.message"].search([("patient_id", "=", self.patient.id)])
        self.assertEqual(message.text, "Half a sentence")
