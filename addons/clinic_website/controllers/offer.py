from odoo import fields
from odoo.http import request

from odoo.addons.clinic_message.controllers.offer import OfferPages

from .base import BookBase

# Renders as the booking pages do; never inside of another site, whatever the address says.
LOOK = BookBase()
LOOK._is_embedded = lambda: False


class LightOfferPages(OfferPages):
    """A time that has become free, on a page like those on which it would have been booked."""

    def _offer_page(self, link, token, state):
        entry, start = self._entry(link), link.message_id.visit_start
        branch = entry.company_id
        online = request.env["clinic.online"].sudo()  # who has the link acts for the patient
        response = LOOK._page(
            "clinic_website.page_offer",
            branch,
            token=token,
            state=state,
            moment=online._prepare_moment(branch, start),
            start=fields.Datetime.to_string(start),
            who=entry.offered_practitioner_id.name if state == "open" else "",
            place=branch.partner_id._clinic_address_line(),
            until_text=online._prepare_moment(branch, entry.offered_until)["label"] if state == "open" else "",
            until=entry.offered_until.isoformat() + "Z" if state == "open" else "",
            payment=entry._payment_path() if state == "held" else "",
            agreements=entry._offer_terms() if state == "open" else [],
        )
        # The address acts for the patient.
        response.headers["Referrer-Policy"] = "no-referrer"
        return response
