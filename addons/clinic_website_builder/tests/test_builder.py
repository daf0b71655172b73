from contextlib import contextmanager
from urllib.parse import urljoin

from lxml import html

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.clinic_website.tests.test_tour import TourCommon

from .common import BlockCommon

BLOCKS = {"treatments": "Treatments", "practitioners": "Practitioners", "book": "Book now", "hours": "Opening hours"}
# What the website has around the blocks is Odoo's.
ALONE = """
document.querySelectorAll("#wrapwrap > header, #wrapwrap > footer, #wrap ~ *").forEach((one) => one.remove());
document.querySelectorAll("body > :not(#wrapwrap, script, style)").forEach((one) => one.remove()); 0
"""
EMPTY = """[...document.querySelectorAll(".s_clinic_block")].every(
    (one) => getComputedStyle(one).display === "none" && !one.querySelector(".s_clinic_live").children.length)"""


class SiteCommon(BlockCommon, TourCommon):
    """A page of the website, and who may change it or not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = new_test_user(
            cls.env, "block_designer", groups="base.group_user,website.group_website_designer", name="Designer"
        )
        editors = "base.group_user,website.group_website_restricted_editor"
        cls.editor = new_test_user(cls.env, "block_editor", groups=editors, name="Editor")
        cls.reader = new_test_user(cls.env, "block_reader", groups="base.group_user", name="Reader")
        cls.page = cls.env["website.page"].create(
            {
                "name": "Clinic",
                "type": "qweb",
                "url": "/clinic-blocks",
                "key": "clinic_website_builder.test_page",
                "website_id": cls.website.id,
                "is_published": True,
                "arch": cls._arch(""),
            }
        )
        cls.env.flush_all()

    @classmethod
    def _arch(cls, blocks):
        return f'<t t-call="website.layout"><div id="wrap" class="oe_structure oe_empty">{blocks}</div></t>'

    def _place_all(self):
        """Have all blocks on the page, as the builder leaves them there."""
        found = []
        for name, title in BLOCKS.items():
            text = self.env["ir.qweb"]._render(f"clinic_website_builder.s_clinic_{name}")
            block = html.fragment_fromstring(str(text).strip())
            block.set("data-snippet", f"s_clinic_{name}")
            block.set("data-name", title)
            for live in block.find_class("s_clinic_live"):
                live.clear(keep_tail=True)
                live.set("class", "s_clinic_live o_not_editable")
            found.append(html.tostring(block, method="xml", encoding="unicode"))
        self.page.arch = self._arch("".join(found))
        self.env.flush_all()

    @contextmanager
    def _visiting(self, path="/clinic-blocks"):
        with self._visitor() as browser:
            browser.navigate_to(urljoin(self.base_url(), path))
            yield browser
            browser.navigate_to("about:blank")

    def _wait(self, browser, code):
        self.assertTrue(browser._wait_ready(code, timeout=30), code)

    def _text_of(self, block):
        return f"(document.querySelector('.s_clinic_{block} .s_clinic_live')?.innerText || '')"


@tagged("post_install", "-at_install")
class TestBuilder(SiteCommon):
    """The blocks as those see them who build the website."""

    def test_each_block_is_dropped_set_saved_and_seen(self):
        address = self.env["website"].get_client_action_url("/clinic-blocks")
        self.start_tour(address, "clinic_website_builder_blocks", login=self.admin.login, timeout=150)
        arch = self.page.view_id.arch_db
        self.assertEqual(arch.count("s_clinic_block"), len(BLOCKS))
        self.assertIn('data-layout="list"', arch)
        self.assertIn(f'data-practitioner="{self.doctor.id}"', arch)
        self.assertIn(f'data-treatment="{self.facial.id}"', arch)
        # Nothing of what was shown is kept, and nothing of what stands in the list of blocks.
        for text in (self.facial.name, self.doctor.name, "5,750", "btn-primary", "Monday", "<td", "042 35550110"):
            self.assertNotIn(text, arch)
        with self._visiting() as browser:
            self._wait(browser, f"{self._text_of('treatments')}.includes('Laser')")
            self._wait(browser, f"{self._text_of('practitioners')}.includes('Dr Sana')")
            self._wait(browser, f"document.querySelector('.s_clinic_book a')?.search === '?t={self.facial.id}'")
            self._wait(browser, f"{self._text_of('hours_block')}.includes('Monday')")
            self._wait(browser, f"!{self._text_of('hours_block')}.includes('042 35550110')")

    def test_a_block_without_anything_to_show_says_so_to_who_edits_alone(self):
        self.branch.clinic_is_online = False
        self._place_all()
        address = self.env["website"].get_client_action_url("/clinic-blocks")
        self.start_tour(address, "clinic_website_builder_hint", login=self.admin.login)
        self.assertNotIn("alert-info", self.page.view_id.arch_db)
        with self._visiting() as browser:
            self._wait(browser, f"document.readyState === 'complete' && {EMPTY}")

    def test_who_may_edit_texts_alone_sees_the_blocks_and_changes_no_page(self):
        self._place_all()
        address = self.env["website"].get_client_action_url("/clinic-blocks")
        self.start_tour(address, "clinic_website_builder_restricted", login=self.editor.login)
        for user in (self.editor, self.reader):
            with self.assertRaises(AccessError):
                self.page.view_id.with_user(user).save("<div id='wrap'/>", "//div[@id='wrap']")

    def test_who_has_no_rights_sees_what_visitors_see(self):
        self._place_all()
        self.start_tour("/clinic-blocks", "clinic_website_builder_reader", login=self.reader.login)


class VisitorCommon(SiteCommon):
    """The blocks as visitors see them."""

    def _check_page(self, browser):
        self._wait(browser, f"{self._text_of('treatments')}.length > 9 && {self._text_of('hours_block')}.length > 9")
        browser._websocket_request("Runtime.evaluate", params={"expression": ALONE})
        self._wait(browser, "document.documentElement.scrollWidth <= window.innerWidth")
        self.assert_accessible(browser, "the blocks")

    def _check_left_to_right(self):
        self._place_all()
        with self._visiting() as browser:
            self._check_page(browser)

    def _check_right_to_left(self):
        self.env["res.lang"]._activate_lang("ar_001")
        arabic = self.env["res.lang"]._lang_get("ar_001")
        self.website.language_ids |= arabic
        self._place_all()
        with self._visiting(f"/{arabic.url_code}/clinic-blocks") as browser:
            self._wait(browser, "!!document.querySelector('#wrapwrap.o_rtl')")
            self._check_page(browser)


@tagged("post_install", "-at_install")
class TestDesk(VisitorCommon):
    browser_size = "1366x768"

    def test_no_rule_is_broken_at_a_desk(self):
        self._check_left_to_right()


@tagged("post_install", "-at_install")
class TestPhone(VisitorCommon):
    browser_size = "390x844"
    touch_enabled = True

    def test_no_rule_is_broken_on_a_phone(self):
        self._check_left_to_right()

    def test_no_rule_is_broken_from_right_to_left(self):
        self._check_right_to_left()
