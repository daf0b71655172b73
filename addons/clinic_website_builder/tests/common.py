from urllib.parse import urlsplit

from lxml import html

from odoo.addons.clinic_website.tests.common import OnlineCommon


class BlockCommon(OnlineCommon):
    """The clinic of online booking with a website of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.website = cls.env["website"].search([], limit=1)
        cls.website.company_id = cls.branch
        cls.env.flush_all()

    def _ask(self, kind, **options):
        """Return the content of a block as a visitor gets it."""
        return self.make_jsonrpc_request("/clinic_website_builder/block", {"kind": kind, "options": options})

    def _texts(self, content, path):
        return [" ".join(one.text_content().split()) for one in html.fragment_fromstring(content, "div").xpath(path)]

    def _links(self, content):
        links = html.fragment_fromstring(content, "div").xpath("//a[starts-with(@href, '/book')]/@href")
        self.assertTrue(all(not urlsplit(link).netloc for link in links))
        return links
