from contextlib import contextmanager

from odoo.tests import tagged

from .test_tour import TourCommon

KEYS = {"Tab": (9, ""), "Enter": (13, "\r"), " ": (32, " ")}


class AccessibleCommon(TourCommon):
    """All pages of online booking, as they are for somebody who does not see them, or has no mouse."""

    @contextmanager
    def _speaking(self, lang):
        self.env["res.lang"]._activate_lang(lang)
        self.env.flush_all()
        with self._visitor() as browser:
            self._prefer(browser, lang)
            self._open(browser, "/book")
            direction = self.env["res.lang"]._get_data(code=lang).direction
            self.assertTrue(browser._wait_ready(f"document.dir === '{direction}'", timeout=20))
            yield browser

    def _look(self, browser, path, code="0"):
        """Have axe-core look at the page ``path``, then do there what ``code`` does."""
        self.is_looked_at = True
        self._on(browser, path, code)
        self.is_looked_at = False

    def _offer(self):
        """Return the path of the link to a time that has become free, for somebody who waits."""
        self.branch.clinic_waitlist_offers = "one"
        zara = self.env["clinic.patient"].create({"name": "Zara Waits", "email": "zara@example.com"})
        entry = self.env["clinic.waitlist"].create({"patient_id": zara.id, "treatment_id": self.facial.id})
        self.book(start=self._at(15), practitioner=self.doctor).action_cancel(
            self.env.ref("clinic_visit.cancel_reason_patient")
        )
        message = self.env["clinic.message"].search([("waitlist_id", "=", entry.id)])
        return "/c/" + self.env["clinic.message.link"]._address(message, "offer").rpartition("/")[2]

    def _check_all_pages(self, lang):
        branch, day, chosen = self.path, self.day, f"find('input[value=\"{self.laser.id}\"]').click()"
        north = self.env["res.company"].create({"name": "North", "parent_id": self.branch.id})
        north.clinic_is_online = True
        offer = self._offer()
        with self._speaking(lang) as browser:
            self._open(browser, offer)
            self._look(browser, offer)
            self._open(browser, "/book/999999")
            self._look(browser, "/book/999999")
            self._open(browser, "/book")
            self._look(browser, "/book")
            self._open(browser, branch)
            self._look(browser, branch, f"{chosen}; find('.bk_bar button').click()")
            self._look(browser, f"{branch}/who", "find('a.bk_card', 'Dr Sana').click()")
            self._look(browser, f"{branch}/when", f"location.search += '&d={day}'")
            self.assertTrue(browser._wait_ready(f"location.search.includes('d={day}')", timeout=20))
            self._look(browser, f"{branch}/when", f"find('button[value=\"{self.start}\"]').click()")
            self._look(browser, f"{branch}/details", "find('form[data-once] [type=submit]').click()")
            self._look(browser, "/book/confirm", "find('.bk_summary a').click()")
            self._look(browser, f"{branch}/when", "0")
            self._open(browser, f"{branch}/wait?t={self.facial.id}")
            self._look(browser, f"{branch}/wait", "find('main form [type=submit]').click()")
            self.assertTrue(browser._wait_ready("!!document.querySelector('.bk_problem')", timeout=20))
            self._look(browser, f"{branch}/wait")
            self._open(browser, f"{branch}/details")
            filled = """
                write('name', 'Sara New'); write('phone', '0301 7654321'); write('email', 'sara@example.com');
                find('.bk_terms .bk_tick').click(); find('form[data-once] [type=submit]').click();
            """
            self._look(browser, f"{branch}/details", filled)
            is_there = "document.readyState === 'complete' && location.pathname.startsWith('/clinic/pay/')"
            self.assertTrue(browser._wait_ready(is_there, timeout=20))
            self.assert_accessible(browser, "the payment")
            with self._alone():
                self._booked().sudo().action_cancel(self.env.ref("clinic_visit.cancel_reason_patient"))
            self._open(browser, "/book/done")
            self._look(browser, "/book/done")


@tagged("post_install", "-at_install")
class TestPhone(AccessibleCommon):
    browser_size = "390x844"
    touch_enabled = True

    def test_no_rule_is_broken_on_a_phone(self):
        self._check_all_pages("en_US")

    def test_no_rule_is_broken_from_right_to_left(self):
        self._check_all_pages("ar_001")


@tagged("post_install", "-at_install")
class TestKeys(AccessibleCommon):
    browser_size = "1366x768"

    def test_no_rule_is_broken_at_a_desk(self):
        self._check_all_pages("en_US")

    # -- the keyboard alone ---------------------------------------------------------------------------------------

    def _press(self, browser, key):
        code, text = KEYS[key]
        for kind in ("keyDown", "keyUp"):
            params = {"type": kind, "key": key, "windowsVirtualKeyCode": code}
            browser._websocket_request(
                "Input.dispatchKeyEvent", params=params | ({"text": text} if kind == "keyDown" and text else {})
            )

    def _tab_to(self, browser, selector, key="Enter"):
        """Go to ``selector`` with the Tab key, where one sees that one is there, and press ``key``."""
        seen = f"""(() => {{
            const one = document.activeElement;
            if (!one.matches('{selector}')) return 'another';
            const shown = [one, one.closest('label'), one.nextElementSibling].filter(Boolean);
            const marked = style => style.outlineStyle !== 'none' || style.boxShadow !== 'none';
            return shown.some(each => marked(getComputedStyle(each))) ? 'here' : 'unseen';
        }})()"""
        for _ in range(150):
            self._press(browser, "Tab")
            answer = browser._websocket_request("Runtime.evaluate", params={"expression": seen})["result"]["value"]
            self.assertNotEqual(answer, "unseen", selector)
            if answer == "here":
                return self._press(browser, key) if key else None
        self.fail(f"Not reached by the Tab key: {selector}")

    def test_a_visit_is_booked_by_the_keyboard_alone(self):
        branch = self.path
        with self._visitor() as browser:
            self._on(browser, branch, "0")
            self._tab_to(browser, f'input[value="{self.facial.id}"]', " ")
            self._tab_to(browser, ".bk_bar button")
            self._on(browser, f"{branch}/who", "0")
            self._tab_to(browser, f'a.bk_card[href*="p={self.doctor.id}"]')
            self._on(browser, f"{branch}/when", "0")
            self._tab_to(browser, f'a.bk_day[href*="d={self.day}"]')
            self.assertTrue(browser._wait_ready(f"location.search.includes('d={self.day}')", timeout=20))
            self._on(browser, f"{branch}/when", "0")
            self._tab_to(browser, f'button[value="{self.start}"]')
            self._on(browser, f"{branch}/details", "0")
            for name, text in (("name", "Sara New"), ("phone", "0301 7654321"), ("email", "sara@example.com")):
                self._tab_to(browser, f"#{name}", "")
                browser._websocket_request("Input.insertText", params={"text": text})
            self._tab_to(browser, "#agreed", " ")
            self._tab_to(browser, "form[data-once] [type=submit]")
            self._on(browser, "/book/done", "find('h1', 'You are booked')")
        visit = self._booked()
        self.assertEqual((visit.state, visit.start, visit.practitioner_ids), ("booked", self._at(10), self.doctor))
