from xml.sax.saxutils import escape

from odoo import http
from odoo.http import request

from .base import BookBase


class EnginePages(BookBase):
    """What search engines ask for."""

    @http.route("/book/sitemap.xml", type="http", auth="public", methods=["GET"], save_session=False, sitemap=False)
    def sitemap(self, **_kwargs):
        """List the pages that everybody may find."""
        addresses = request.env["clinic.online"]._prepare_sitemap()
        lines = "".join(f"<url><loc>{escape(address)}</loc></url>" for address in addresses)
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{lines}</urlset>\n'
        )
        headers = [("Content-Type", "application/xml; charset=utf-8"), ("X-Content-Type-Options", "nosniff")]
        return request.make_response(body, headers=headers)
