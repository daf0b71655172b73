from lxml import etree, html

from odoo import api, models

from .. import bidi

# The parts of a page that Odoo prints each for itself.
PARTS = {"header", "article", "footer"}


class IrActionsReport(models.Model):
    """What is printed in a language that is written from right to left keeps its order, by whichever engine prints."""

    _inherit = "ir.actions.report"

    @api.model
    def _render_qweb_html(self, report_ref, docids, data=None):
        content, kind = super()._render_qweb_html(report_ref, docids, data)
        return self._clinic_hold_directions(content), kind

    @api.model
    def _clinic_hold_directions(self, content):
        """Return the page ``content`` with all values held in their order in the parts from right to left."""
        codes = set(self.env["res.lang"].sudo().search([("direction", "=", "rtl")]).mapped("code"))
        spoken = self.env.lang or self.env.user.lang
        if spoken not in codes and not any(f'data-oe-lang="{code}"'.encode() in content for code in codes):
            return content
        page = html.document_fromstring(content, parser=html.HTMLParser(encoding="utf-8"))
        parts = [part for part in page.iter("div") if PARTS.intersection(part.get("class", "").split())]
        parts = [part for part in parts if (part.get("data-oe-lang") or spoken) in codes]
        for part in parts:
            part.set("dir", "rtl")
            part.set("class", f"{part.get('class')} clinic_rtl")
            bidi.hold(part)
        return etree.tostring(page, method="html", encoding="utf-8", doctype="<!DOCTYPE html>")
