import re

from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from ..controllers.public import KIOSK
from .common import ConsentCommon


@tagged("post_install", "-at_install")
class TestKiosk(ConsentCommon, HttpCase):
    """A tablet of the clinic: registered once, never signed in, shown one page at a time."""

    def setUp(self):
        super().setUp()
        self._publish()
        self.visit = self.arrive().visit_id
        self.device = self.env["clinic.consent.device"].with_user(self.users["manager"]).create({"name": "Desk 1"})
        self.desk = self.visit.with_user(self.users["reception"])

    def _register(self):
        """Register this test's browser as the tablet."""
        action = self.device.action_register()
        path = action["params"]["url"].split("/", 3)[3]
        page = self.url_open(f"/{path}")
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
        self.url_open(f"/{path}", data={"csrf_token": token})
        return path

    def _open(self):
        return self.url_open("/clinic/kiosk/open", data={"open": "1"})

    def _next(self):
        return self.url_open("/clinic/kiosk/next", data="{}", headers={"Content-Type": "application/json"}).json()

    def test_register_once(self):
        self.assertEqual(self.url_open("/clinic/kiosk").status_code, 404)
        path = self._register()
        page = self.url_open("/clinic/kiosk")
        self.assertEqual(page.status_code, 200)
        self.assertIn("Desk 1", page.text)
        self.assertNotIn("Ayesha", page.text)
        self.assertEqual(self.url_open(f"/{path}").status_code, 404, "the code is good once")
        self.assertTrue(self.device.is_awake)
        secret = self.opener.cookies[KIOSK]
        self.env.flush_all()
        self.env.cr.execute("SELECT to_jsonb(d)::text FROM clinic_consent_device d WHERE id = %s", [self.device.id])
        self.assertNotIn(secret, self.env.cr.fetchone()[0])
        self.device.action_forget()
        self.assertEqual(self.url_open("/clinic/kiosk").status_code, 404)

    def test_registering_signs_the_staff_out(self):
        self.authenticate("test_reception", "test_reception")
        self._register()
        self.assertEqual(self.url_open("/clinic/kiosk").status_code, 200)
        self.assertIn("/web/login", self.url_open("/odoo").url)

    def test_a_page_is_pushed_to_the_one_tablet_once(self):
        self._register()
        self.assertEqual(self._next(), {"shows": False, "waits": False})
        params = self.desk.action_hand_over()["params"]
        self.assertEqual((params["device"], params["url"], params["state"]), ("Desk 1", False, "waiting"))
        self.assertEqual(self._next(), {"shows": False, "waits": True})
        self.assertNotIn("Ayesha", self.url_open("/clinic/kiosk").text, "nothing comes up by itself")
        page = self._open()
        self.assertIn("/clinic/sign/", page.url)
        self.assertIn("Ayesha Test", page.text)
        self.assertIn('data-kiosk="1"', page.text)
        self.assertEqual(self._next(), {"shows": True, "waits": False})
        self.assertTrue(self._open().url.endswith("/clinic/kiosk"), "it is opened once")
        self.assertEqual(self.desk.hand_over_state(), "opened")

    def test_the_desk_hands_over_and_chooses_otherwise(self):
        other = self.device.create({"name": "Desk 2", "company_id": self.branch.id})
        for device in (self.device | other).sudo():
            device._enrol()
        self.env.flush_all()
        self.start_tour("/odoo/board", "clinic_consent_hand_over", login="test_reception")
        requests = self.env["clinic.consent.request"].search([("visit_id", "=", self.visit.id)], order="id")
        self.assertEqual(requests.mapped("device_id"), other)
        self.assertEqual(requests.mapped("revoked"), [True, True, False])

    def test_a_tablet_s_page_is_good_on_that_tablet_alone(self):
        self._register()
        self.desk.action_hand_over()
        address = self._open().url
        self.opener.cookies.clear()
        self.assertEqual(self.url_open(address).status_code, 404)

    def test_a_tablet_in_a_patient_s_hands_is_left_alone(self):
        self._register()
        self.desk.action_hand_over()
        self._open()
        other = self.arrive(hours=3).visit_id.with_user(self.users["reception"])
        params = other.action_hand_over()["params"]
        self.assertFalse(params["device"], "it is a code instead")
        with self.assertRaisesRegex(UserError, "Another patient is reading"):
            other.action_hand_over_to(self.device.id)
        self.desk.action_hand_over_to(False)
        self.assertEqual(self._next(), {"shows": False, "waits": False}, "what was taken back leaves the tablet")
        other.action_hand_over_to(self.device.id)
        self.desk.action_hand_over_to(self.device.id)
        self.assertEqual(other.hand_over_state(), "expired", "a tablet has one page to show")

    def test_without_a_tablet_it_is_a_code(self):
        params = self.desk.action_hand_over()["params"]
        self.assertFalse(params["device"])
        self.assertTrue(params["qr"].startswith("data:image/png;base64,"))
        self.assertIn("/clinic/sign/", params["url"])

    def test_the_desk_may_choose_otherwise(self):
        self._register()
        self.desk.action_hand_over()
        params = self.desk.action_hand_over_to(False)["params"]
        self.assertTrue(params["qr"])
        self.assertEqual(params["devices"], [{"id": self.device.id, "name": "Desk 1"}])
        self.assertFalse(self._next()["waits"], "the tablet's page was taken back")
        self.desk.action_hand_over_to(self.device.id)
        self.assertTrue(self._next()["waits"])

    def test_a_stranger_s_browser_is_no_tablet(self):
        for cookie in ("", "x" * 43, "%C3%A9"):
            self.opener.cookies.clear()
            self.opener.cookies.set(KIOSK, cookie)
            self.assertEqual(self.url_open("/clinic/kiosk").status_code, 404)
            answer = self.url_open("/clinic/kiosk/next", data="{}", headers={"Content-Type": "application/json"})
            self.assertEqual(answer.status_code, 404)
