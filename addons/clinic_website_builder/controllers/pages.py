from odoo import http

from odoo.addons.clinic_website.controllers.book import BookPages


def sitemap_book(env, _rule, query):
    """Give the pages of online booking that everybody may find to the website's own list."""
    for path in env["clinic.online"]._sitemap_paths():
        if not query or query.lower() in path:
            yield {"loc": path}


class BookSite(BookPages):
    """The first page of online booking, in the website's list of pages only where there is one."""

    @http.route(sitemap=sitemap_book)
    def book(self, **kwargs):
        """Choose the branch."""
        return super().book(**kwargs)
