from odoo import http
from odoo.exceptions import AccessError
from odoo.http import request

from odoo.addons.clinic_website.controllers.numbers import number

# What a block may say, and what of its options is read.
KINDS = ("treatments", "practitioners", "book", "hours")
NUMBERS = ("branch", "group", "treatment", "practitioner", "count")
WORDS = {
    "layout": ("cards", "list"),
    "prices": ("1",),
    "texts": ("1",),
    "contact": ("1",),
    "look": ("primary", "secondary", "outline-primary"),
}


class BlockPages(http.Controller):
    """What the website's blocks ask for, on the page of a visitor and of who edits it."""

    @http.route(
        "/clinic_website_builder/block", type="jsonrpc", auth="public", website=True, readonly=True, sitemap=False
    )
    def block(self, kind=None, options=None, **_kwargs):
        """Give the content of a block as HTML; nothing where there is nothing to show, or no such block."""
        if kind not in KINDS:
            return ""
        options = self._read_options(options)
        values = request.env["clinic.online"]._prepare_block(kind, options)
        if not values:
            return ""
        # The template knows texts and numbers, no records; an editor edits none of them in the page.
        templates = request.env["ir.qweb"].with_context(inherit_branding=False)
        return templates._render(f"clinic_website_builder.{kind}", {**values, "options": options})

    @http.route("/clinic_website_builder/choices", type="jsonrpc", auth="user", website=True, sitemap=False)
    def choices(self, **_kwargs):
        """Give what the options of the blocks offer to who edits the website."""
        if not request.env.user.has_group("website.group_website_restricted_editor"):
            raise AccessError(request.env._("Only who edits the website chooses what its blocks show."))
        return request.env["clinic.online"]._prepare_choices()

    def _read_options(self, options):
        """Return what of ``options``, as a browser has sent them, a block knows."""
        given = options if isinstance(options, dict) else {}
        numbers = {name: number(given.get(name)) for name in NUMBERS}
        return {**numbers, **{name: _one_of(given.get(name), words) for name, words in WORDS.items()}}


def _one_of(word, words):
    return word if word in words else None
