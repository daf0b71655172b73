import json
import re

from lxml import etree

from odoo.tests import HttpCase, tagged

from .common import OnlineCommon

STRUCTURED = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


@tagged("post_install", "-at_install")
class TestSearchEngines(OnlineCommon, HttpCase):
    """What search engines find, and what they leave alone."""

    def _structured(self):
        found = STRUCTURED.findall(self._get(self._path()).text)
        self.assertEqual(len(found), 1)
        return json.loads(found[0])

    def test_the_clinic_and_its_offers_in_words_of_schema_org(self):
        self.branch.partner_id.write({"street": "12 Main Boulevard", "city": "Lahore", "zip": "54000"})
        self.facial.online_text = "Calm </script><script>alert(1)</script> & short."
        self.env.flush_all()
        clinic = self._structured()
        self.assertEqual((clinic["@type"], clinic["name"]), ("MedicalClinic", self.branch.name))
        self.assertEqual(clinic["telephone"], "042 35550110")
        self.assertEqual(clinic["address"]["addressLocality"], "Lahore")
        self.assertEqual(clinic["address"]["addressCountry"], self.branch.country_id.code)
        offers = {one["itemOffered"]["name"]: one for one in clinic["makesOffer"]}
        self.assertEqual(offers.keys(), {"Facial", "Laser"})
        self.assertEqual((offers["Laser"]["price"], offers["Laser"]["priceCurrency"]), (5750, "USD"))
        self.assertEqual(offers["Facial"]["itemOffered"]["description"], self.facial.online_text)
        monday = clinic["openingHoursSpecification"][0]
        self.assertEqual((monday["opens"], monday["closes"]), ("08:00", "20:00"))
        self.assertEqual(len(clinic["openingHoursSpecification"]), 7)

    def test_the_hours_are_those_of_visits_that_are_booked_online(self):
        self.branch.write({"clinic_online_from": 9.5, "clinic_online_to": 24})
        self.calendar.attendance_ids[0].hour_to = 24
        self.env.flush_all()
        monday = self._structured()["openingHoursSpecification"][0]
        self.assertEqual((monday["opens"], monday["closes"]), ("09:30", "23:59"))

    def test_what_goes_on_without_a_break_is_one(self):
        monday = self.calendar.attendance_ids.filtered(lambda line: line.dayofweek == "0")[:1]
        monday.hour_to = 12
        for first, last in ((12, 15), (16, 20)):
            monday.copy({"hour_from": first, "hour_to": last})
        self.env.flush_all()
        found = [one for one in self._structured()["openingHoursSpecification"] if one["dayOfWeek"].endswith("Monday")]
        self.assertEqual([(one["opens"], one["closes"]) for one in found], [("08:00", "15:00"), ("16:00", "20:00")])

    def test_one_address_of_a_page_and_none_of_what_is_a_visitor_s(self):
        page = self._get(self._path("", self.facial))
        canonical = f'<link rel="canonical" href="{self.base_url()}/book/{self.branch.id}"'
        base = self.env["clinic.online"].get_base_url()
        self.assertIn(canonical.replace(self.base_url(), base), page.text)
        self.assertNotIn("X-Robots-Tag", page.headers)
        details = self._choose()
        for found in (self._get(self._path("who", self.facial)), self._get(self._path("when", self.facial)), details):
            self.assertEqual(found.headers["X-Robots-Tag"], "noindex")
            self.assertIn('name="robots"', found.text)
            self.assertNotIn("ld+json", found.text)
        self.assertEqual(self._confirm(details).headers["X-Robots-Tag"], "noindex")

    def test_the_sitemap_has_what_everybody_may_find(self):
        answer = self._get("/book/sitemap.xml")
        self.assertEqual(answer.headers["Content-Type"], "application/xml; charset=utf-8")
        found = [one.text for one in etree.fromstring(answer.content).iter() if one.tag.endswith("loc")]
        base = self.env["clinic.online"].get_base_url()
        self.assertEqual(found, [f"{base}/book/{self.branch.id}"])
        self.assertEqual(self._get(found[0].replace(base, "")).status_code, 200)
        other = self.env["res.company"].create({"name": "Second", "clinic_is_online": True})
        self.env.flush_all()
        answer = self._get("/book/sitemap.xml").text
        self.assertIn(f"<loc>{base}/book</loc>", answer)
        self.assertIn(f"<loc>{base}/book/{other.id}</loc>", answer)
