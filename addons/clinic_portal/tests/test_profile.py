import json
import re

from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from .common import PortalCommon


@tagged("post_install", "-at_install")
class TestProfile(PortalCommon):
    """Language, who has looked, the own data, and Odoo's own form of the address."""

    def setUp(self):
        super().setUp()
        self._sign_in()

    def test_the_language_is_chosen(self):
        self.env["res.lang"]._activate_lang("ar_001")
        self.env.flush_all()
        self._post("/language", lang="ar_001")
        self.env.invalidate_all()
        self.assertEqual((self.me.lang, self.patient.lang), ("ar_001", "ar_001"))
        self.assertIn('dir="rtl"', self._get("/profile").text)
        for lang in ("xx_XX", "fr_FR", ""):
            self._post("/language", lang=lang)
            self.env.invalidate_all()
            self.assertEqual(self.me.lang, "ar_001", lang)

    def test_who_has_looked_is_told_by_role_or_name_and_no_more(self):
        self.env.flush_all()
        doctor = self.users["practitioner"]
        self.patient.with_user(doctor).read(["phone"])
        self.env["clinic.access.log"].with_user(doctor)._log(self.patient, "open", model="clinic.risk")
        page = self._get("/looks").text
        self.assertIn("Practitioner", page)
        self.assertNotIn(doctor.name, page)
        self.assertNotIn("clinic.risk", page)
        self.assertNotIn("Risk", page)
        self.branch.clinic_portal_names = True
        self.env.flush_all()
        self.assertIn(doctor.name, self._get("/looks").text)
        self.assertNotIn(doctor.name, self._get("/looks", self.child).text)

    def test_the_own_data_is_a_file_and_that_is_logged(self):
        answer = self._get("/data.json")
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        data = json.loads(answer.content)
        self.assertEqual(data["profile"]["name"], "Ayesha Test")
        self.assertEqual([visit["number"] for visit in data["visits"]], [self.visit.name])
        self.assertEqual(data["visits"][0]["treatments"][0]["name"], "Facial")
        self.assertNotIn("Child Test", answer.text)
        answer = self._get("/data.pdf")
        self.assertIn(self.visit.name, answer.text)
        mine = [("user_id", "=", self.me.id), ("patient_id", "=", self.patient.id)]
        log = self.env["clinic.access.log"].sudo().search(mine)
        self.assertEqual(set(log.mapped("action")), {"export", "print"})

    def test_odoos_own_form_changes_no_phone_and_no_email(self):
        page = self.url_open("/my/account")
        self.assertEqual(page.status_code, 200)
        token = re.search(r'csrf_token(?:: "|" value=")([^"]+)"', page.text)[1]
        data = {
            "csrf_token": token,
            "partner_id": self.patient.partner_id.id,
            "address_type": "billing",
            "name": self.patient.name,
            "email": "taken@example.com",
            "phone": "+92 300 0000000",
            "street": "1 Street",
            "city": "Lahore",
            "country_id": self.env.ref("base.pk").id,
            "required_fields": "name",
        }
        answer = self.url_open("/my/address/submit", data=data)
        self.assertIn("The clinic changes name, phone and email", answer.text)
        self.env.invalidate_all()
        self.assertEqual(self.patient.email, "ayesha@example.com")

    def test_nobody_changes_it_over_rpc_either(self):
        before = self.patient.email, self.patient.phone, self.patient.name
        for name in ("email", "phone", "name"):
            params = {
                "model": "res.users",
                "method": "write",
                "args": [[self.me.id], {name: "x@example.com"}],
                "kwargs": {},
            }
            with self.subTest(name=name), self.assertRaises(JsonRpcException), mute_logger("odoo.http"):
                self.make_jsonrpc_request("/web/dataset/call_kw/res.users/write", params)
        self.env.invalidate_all()
        self.assertEqual((self.patient.email, self.patient.phone, self.patient.name), before)

    def test_a_guardian_who_looks_stands_in_the_log(self):
        self._get("", self.child)
        log = (
            self.env["clinic.access.log"]
            .sudo()
            .search([("patient_id", "=", self.child.id), ("user_id", "=", self.me.id)])
        )
        self.assertEqual(log.mapped("action"), ["open"])
