import re

from lxml import etree

from odoo.tests import HttpCase, tagged

from .common import BlockCommon

ASSETS = re.compile(r'(?:href|src)="(/web/assets/[^"]+)"')
LIGHT = 250_000


@tagged("post_install", "-at_install")
class TestPages(BlockCommon, HttpCase):
    """The pages of online booking beside a website: as they are without one."""

    def _check_light(self, page):
        self.assertEqual(page.status_code, 200)
        self.assertNotIn("assets_frontend", page.text)
        self.assertNotIn('id="wrapwrap"', page.text)
        weight = len(page.content) + sum(len(self.url_open(path).content) for path in ASSETS.findall(page.text))
        self.assertLess(weight, LIGHT)

    def test_the_four_steps_are_light_and_lead_to_a_visit(self):
        for path in (self._path(), self._path("who", self.facial), self._path("when", self.facial)):
            self._check_light(self._get(path))
        details = self._choose()
        self._check_light(details)
        done = self._confirm(details)
        self._check_light(done)
        self.assertEqual(self._at_path(done), "/book/done")
        visit = self.env["clinic.visit"].search([("patient_id.name", "=", "Sara New")])
        self.assertEqual((visit.state, visit.start), ("booked", self._at(10)))

    def test_structured_data_and_canonical_address(self):
        page = self._get(self._path()).text
        self.assertIn('"@type": "MedicalClinic"', page)
        self.assertIn(f'/book/{self.branch.id}"', re.search(r'<link rel="canonical"[^>]+>', page).group())

    def test_other_sites_that_are_named_show_them(self):
        self.branch.clinic_online_origins = "https://www.example.com"
        self.env.flush_all()
        page = self._get(self._path(embed=1))
        self.assertIn("frame-ancestors https://www.example.com", page.headers["Content-Security-Policy"])
        self.assertNotIn("X-Frame-Options", page.headers)
        self._check_light(page)
        self.assertIn("data-branch", self._get("/clinic_website/embed.js").text)

    def test_the_website_s_list_of_pages_has_them(self):
        def listed():
            self.env["ir.attachment"].search([("url", "=like", "/sitemap%")]).unlink()
            self.env.flush_all()
            found = etree.fromstring(self._get("/sitemap.xml").content).iter("{*}loc")
            return [one.text.replace(self.base_url(), "") for one in found if "/book" in one.text]

        path = f"/book/{self.branch.id}"
        self.assertEqual([one[one.index("/book") :] for one in listed()], [path])
        north = self.env["res.company"].create({"name": "North", "clinic_is_online": True})
        self.assertEqual(
            sorted(one[one.index("/book") :] for one in listed()), sorted(["/book", path, f"/book/{north.id}"])
        )
        (self.branch | north).clinic_is_online = False
        self.assertEqual(listed(), [])
        self.assertIn("<urlset", self._get("/book/sitemap.xml").text)

    def test_a_patient_s_own_pages(self):
        user = self.env["res.users"].create(
            {
                "login": "block_patient",
                "password": "block_patient",
                "partner_id": self.patient.partner_id.id,
                "group_ids": self.env.ref("base.group_portal").ids,
            }
        )
        self.env.flush_all()
        self.authenticate(user.login, user.login)
        self.assertEqual(self._get("/my").status_code, 200)
        self.assertEqual(self._get("/my/home").status_code, 200)
        self._check_light(self._get(self._path()))
