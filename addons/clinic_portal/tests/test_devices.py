from odoo import fields, http
from odoo.tests import tagged

from .common import PortalCommon


@tagged("post_install", "-at_install")
class TestDevices(PortalCommon):
    """Where a patient is signed in, and how they end it."""

    def _device(self, user, browser, number=None):
        store, now = http.root.session_store, fields.Datetime.now()
        # As Odoo does, by SQL.
        return (
            self.env["res.device.log"]
            .sudo()
            .create(
                {
                    "session_identifier": (number or store.generate_key())[: http.STORED_SESSION_BYTES],
                    "platform": "android",
                    "browser": browser,
                    "device_type": "mobile",
                    "user_id": user.id,
                    "first_activity": now,
                    "last_activity": now,
                }
            )
        )

    def test_own_devices_and_no_others(self):
        mine, other = self._device(self.me, "firefox"), self._device(self.other, "opera")
        self._sign_in()
        self._device(self.me, "safari", self.session.sid)
        page = self._get("/devices").text
        self.assertIn("Android Firefox", page)
        self.assertNotIn("Opera", page)
        self.assertIn("This device", page)
        self._post("/devices", device=str(other.id), page=self._own_path("/devices"))
        self.assertFalse(other.revoked, "of somebody else")
        answer = self._post("/devices", device=str(mine.id), page=self._own_path("/devices"))
        self.assertIn("Signed out there", answer.text)
        self.assertTrue(mine.revoked)
        self.assertNotIn("Android Firefox", answer.text)

    def test_everywhere_else(self):
        mine = self._device(self.me, "firefox") | self._device(self.me, "chrome")
        self._sign_in()
        here = self._device(self.me, "safari", self.session.sid)
        self.assertIn("Sign out everywhere else", self._get("/devices").text)
        answer = self._post("/devices", device="all", page=self._own_path("/devices"))
        self.assertTrue(all(mine.mapped("revoked")))
        self.assertFalse(here.revoked)
        self.assertEqual(answer.status_code, 200, "still signed in here")
        self.assertIn("This device", answer.text)

    def test_nonsense_signs_nobody_out(self):
        mine = self._device(self.me, "firefox")
        self._sign_in()
        for device in ("", "x", "-1", "1e5", "9" * 40, "٣", "0"):
            answer = self._post("/devices", device=device, page=self._own_path("/devices"))
            self.assertEqual(answer.status_code, 200, device)
        self.assertFalse(mine.revoked)
        self.assertEqual(self._get("/devices", self.stranger).status_code, 404)
