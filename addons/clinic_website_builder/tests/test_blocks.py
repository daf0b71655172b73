from odoo.tests import HttpCase, JsonRpcException, new_test_user, tagged
from odoo.tools import mute_logger

from .common import BlockCommon

NAMES = "//div[contains(@class, 'h5')]"


@tagged("post_install", "-at_install")
class TestBlocks(BlockCommon, HttpCase):
    """What a block says is what is online at this moment, and nothing else."""

    def test_treatments_that_are_online_with_price_and_where_to_book(self):
        content = self._ask("treatments", layout="cards", prices="1", texts="1")
        self.assertEqual(self._texts(content, NAMES), ["Facial", "Laser"])
        self.assertIn("Calm and short.", content)
        self.assertIn("5,750.00", content)
        paths = [f"/book/{self.branch.id}/who?t={one.id}" for one in (self.facial, self.laser)]
        self.assertEqual(self._links(content), paths)
        self.assertNotIn("Secret", content)
        for path in paths:
            self.assertIn("Who should treat you?", self.url_open(path).text)

    def test_what_is_released_or_no_longer_is_seen_at_once(self):
        self.laser.is_online = False
        self.env.flush_all()
        self.assertEqual(self._texts(self._ask("treatments"), NAMES), ["Facial"])
        self.branch.clinic_is_online = False
        self.env.flush_all()
        for kind in ("treatments", "practitioners", "book", "hours"):
            self.assertEqual(self._ask(kind), "")

    def test_options_of_treatments(self):
        plain = self._ask("treatments", layout="list")
        self.assertNotIn("5,750.00", plain)
        self.assertNotIn("Calm and short.", plain)
        self.assertEqual(self._texts(self._ask("treatments", count="1"), NAMES), ["Facial"])
        other = self.env["product.category"].create({"name": "Other", "parent_id": self.laser.categ_id.id})
        self.laser.categ_id = other
        self.env.flush_all()
        branch = str(self.branch.id)
        self.assertEqual(self._texts(self._ask("treatments", branch=branch, group=str(other.id)), NAMES), ["Laser"])
        self.assertEqual(self._ask("treatments", branch="99999999"), "")
        self.assertEqual(self._ask("treatments", branch=branch, group="99999999"), "")

    def test_practitioners_lead_to_what_can_be_booked_with_them(self):
        self.doctor.online_text = "Knows lasers <b>well</b>."
        self.env.flush_all()
        content = self._ask("practitioners", texts="1")
        self.assertIn(self.doctor.name, self._texts(content, NAMES))
        self.assertIn("Knows lasers &lt;b&gt;well&lt;/b&gt;.", content)
        path = f"/book/{self.branch.id}?p={self.doctor.id}"
        self.assertIn(path, self._links(content))
        page = self.url_open(path).text
        self.assertIn(f'name="p" value="{self.doctor.id}"', page)
        self.assertIn(f'action="/book/{self.branch.id}/when"', page)
        chosen = self.url_open(f"/book/{self.branch.id}/when?p={self.doctor.id}&t={self.facial.id}")
        self.assertIn("When would you like to come?", chosen.text)
        self.assertIn(self.doctor.name, chosen.text)
        self.doctor.is_online = False
        self.env.flush_all()
        self.assertNotIn(self.doctor.name, self._ask("practitioners"))
        self.assertEqual(self._ask("practitioners", practitioner=str(self.doctor.id)), "")
        self.assertNotIn('name="p"', self.url_open(path).text)

    def test_book_now_with_treatment_and_practitioner(self):
        branch, facial, doctor = str(self.branch.id), str(self.facial.id), str(self.doctor.id)
        for options, path in (
            ({}, f"/book/{branch}"),
            ({"treatment": facial}, f"/book/{branch}/who?t={facial}"),
            ({"practitioner": doctor}, f"/book/{branch}?p={doctor}"),
            ({"treatment": facial, "practitioner": doctor}, f"/book/{branch}/when?t={facial}&p={doctor}"),
        ):
            with self.subTest(path):
                content = self._ask("book", branch=branch, **options)
                self.assertEqual(self._links(content), [path])
                self.assertEqual(self.url_open(path).url, self.base_url() + path)
        self.assertEqual(self._ask("book", branch=branch, treatment=str(self.secret.id)), "")

    def test_book_now_where_there_are_several_branches(self):
        north = self.env["res.company"].create({"name": "North", "parent_id": self.branch.id})
        north.clinic_is_online = True
        self.env.flush_all()
        self.assertEqual(self._links(self._ask("book")), ["/book"])
        self.assertEqual(self._links(self._ask("book", branch=str(self.branch.id))), [f"/book/{self.branch.id}"])

    def test_opening_hours_are_those_of_online_booking(self):
        self.branch.write({"clinic_online_from": 9.5})
        self.calendar.attendance_ids.filtered(lambda line: line.dayofweek == "6").unlink()
        self.env.flush_all()
        content = self._ask("hours", contact="1")
        days = self._texts(content, "//tr/th")
        self.assertEqual(
            sorted(days), sorted(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"])
        )
        hours = dict(zip(days, self._texts(content, "//tr/td"), strict=True))
        self.assertEqual(hours["Sunday"], "Closed")
        self.assertRegex(hours["Monday"], r"^9:30\sAM – 8:00\sPM$")
        self.assertIn("042 35550110", content)
        self.assertNotIn("042 35550110", self._ask("hours"))

    def test_in_the_visitor_s_language(self):
        self.env["res.lang"]._activate_lang("ar_001")
        self.website.language_ids |= self.env["res.lang"]._lang_get("ar_001")
        self.facial.with_context(lang="ar_001").name = "العناية بالوجه"
        self.env.flush_all()
        self.opener.cookies.set("frontend_lang", "ar_001")
        self.assertIn("العناية بالوجه", self._ask("treatments"))
        self.assertIn("الاثنين", self._ask("hours"))

    @mute_logger("odoo.http")
    def test_what_a_browser_sends_is_not_believed(self):
        wrong = ("", "x", "-1", "1.5", "9" * 40, "<b>", None, 5, [], {}, True)
        for kind in ("treatments", "practitioners", "book", "hours"):
            usual = self._ask(kind)
            for word in wrong:
                for name in ("branch", "group", "treatment", "practitioner", "count", "layout", "look", "contact"):
                    with self.subTest(kind=kind, word=word, name=name):
                        found = self._ask(kind, **{name: word})
                        self.assertIn(found, (usual, ""))
        for kind in (None, "", "snippets", "_render", 5, []):
            answer = self.make_jsonrpc_request(
                "/clinic_website_builder/block", {"kind": kind, "options": "x", "more": 1}
            )
            self.assertEqual(answer, "")

    def test_only_who_edits_the_website_gets_the_choices(self):
        editors = "base.group_user,website.group_website_restricted_editor"
        new_test_user(self.env, "block_editor", groups=editors)
        new_test_user(self.env, "block_portal", groups="base.group_portal")
        self.authenticate("block_editor", "block_editor")
        path = "/clinic_website_builder/choices"
        (branch,) = self.make_jsonrpc_request(path, {})
        self.assertEqual((branch["id"], branch["name"]), (self.branch.id, self.branch.name))
        self.assertEqual([one["name"] for one in branch["treatments"]], ["Facial", "Laser"])
        self.assertIn(self.doctor.name, [one["name"] for one in branch["practitioners"]])
        for login in ("block_portal", self.users["reception"].login, None):
            self.authenticate(login, login)
            with self.subTest(login), mute_logger("odoo.http"), self.assertRaises(JsonRpcException):
                self.make_jsonrpc_request(path, {})
