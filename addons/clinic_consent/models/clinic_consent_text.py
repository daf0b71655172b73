import re

from lxml import html
from markupsafe import Markup

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from odoo.addons.clinic import bidi

from ..const import RIGHT_TO_LEFT

PLACEHOLDER = re.compile(r"\{(\w+)\}")
PLACEHOLDERS = ("patient", "birth_date", "treatment", "practitioner", "product", "date", "price", "branch")


class ClinicConsentVersion(models.Model):
    """The text as one patient reads it: what stands in the place of the placeholders, in the right direction."""

    _inherit = "clinic.consent.version"

    def _placeholders(self):
        """Return the names of the placeholders that this text uses."""
        return set(PLACEHOLDER.findall(f"{self.title or ''} {self.body or ''}"))

    def _check_placeholders(self):
        if unknown := self._placeholders() - set(PLACEHOLDERS):
            raise UserError(
                self.env._(
                    "There is no placeholder {%(name)s}. Use one of: %(known)s.",
                    name=min(unknown),
                    known=", ".join(f"{{{name}}}" for name in PLACEHOLDERS),
                )
            )

    def _direction(self):
        return "rtl" if self.lang in RIGHT_TO_LEFT else "ltr"

    def _values_for(self, patient, procedure):
        """Return {placeholder: what stands there} of this text, at this moment."""
        company = procedure.company_id
        treatment = procedure.treatment_id
        price = procedure._clinic_price()
        values = {
            "patient": patient.name or "",
            "birth_date": f"{patient.birth_date:%d/%m/%Y}" if patient.birth_date else "",
            "treatment": treatment.name or "",
            "practitioner": procedure.practitioner_id.name or "",
            "product": self._product_of(treatment).name or "",
            "date": f"{procedure._local_day():%d/%m/%Y}",
            "price": format_amount(self.env, price, company.currency_id).replace("\xa0", " "),
            "branch": company.name or "",
        }
        used = self._placeholders()
        return {name: value for name, value in values.items() if name in used}

    def _product_of(self, treatment):
        """Return the product that the treatment is about: the first of its kit that contains a substance."""
        protocol = self.env["clinic.protocol"].search(
            [("treatment_id", "=", treatment.id), ("state", "=", "published")], limit=1
        )
        products = protocol.item_ids.sorted(lambda item: (item.sequence, item.id)).product_id.product_tmpl_id
        # What was archived since is in the kit as before.
        substances = self.env["clinic.substance"].with_context(active_test=False)
        active = substances.search([("product_ids", "in", products.ids)]).product_ids
        return products.filtered(lambda product: product in active)[:1]

    def _product_key(self, treatment):
        """Return which product a consent for ``treatment`` is about, as ``clinic_consent_need`` compares it."""
        return str(self._product_of(treatment).id or "")

    def _render_title(self, values):
        title = self.title or ""
        if self._direction() == "rtl":
            title = bidi.hold_brackets(title)
        return PLACEHOLDER.sub(lambda found: values.get(found[1], ""), title)

    def _render_body(self, values):
        """Return the text (HTML) with ``values`` in it, such that every engine shows and prints it alike."""
        root = html.fragment_fromstring(str(self.body or ""), create_parent="div")
        for element in list(root.iter()):
            tail, element.tail = element.tail, None
            if tail:
                parent = element.getparent()
                bidi.put(parent, parent.index(element) + 1, self._pieces(tail, values))
            if element.text and isinstance(element.tag, str):
                text, element.text = element.text, None
                bidi.put(element, 0, self._pieces(text, values))
        text = html.tostring(root, encoding="unicode")
        # The text was sanitised when it was written, and is serialised from elements.
        return Markup(text[text.index(">") + 1 : text.rindex("</div>")])  # noqa: S704

    def _pieces(self, text, values):
        """Return what shows ``text``, a piece of the body, with ``values`` in the place of the placeholders."""
        rtl = self._direction() == "rtl"
        pieces = []
        # Text and names in turn.
        for number, part in enumerate(PLACEHOLDER.split(text)):
            is_name = number % 2
            pieces += (bidi.shown(values.get(part) or "", rtl) or ["…"]) if is_name else bidi.prose(part, rtl)
        return pieces
