from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.clinic_consent.controllers.public import Wrong, answer
from odoo.addons.clinic_consent.words import words
from odoo.addons.clinic_message.controllers.staff import is_staff
from odoo.addons.clinic_photo.const import MOST_BYTES
from odoo.addons.clinic_photo.intake import Busy, Refused
from odoo.addons.clinic_signal.controllers.report import ReportController

from ..models.clinic_signal_photo import MOST_PHOTOS


class ReportPhotos(ReportController):
    """Photos beside a report that is being written."""

    @http.route(
        "/clinic/report/<string:token>/photo", type="http", auth="public", methods=["POST"], csrf=False, sitemap=False
    )
    def add_photo(self, token, lang=None, **_kwargs):
        """Keep one photo, which is the body of the request; the link itself proves who asks."""
        wrong = Wrong()
        if is_staff():
            return answer(403, code="staff")
        link = self._find(token)
        if not link._is_open():
            return wrong.answer()
        said = words(self._lang(link, lang))
        if not 0 < (request.httprequest.content_length or 0) <= MOST_BYTES:
            return answer(413, error=said["report_photo_refused"])
        try:
            photo = link.env["clinic.signal.photo"]._add(link, request.httprequest.get_data())
        except Busy:
            return answer(503, busy=True)
        except Refused as error:
            key = "report_photo_enough" if error.rule == "enough" else "report_photo_refused"
            return answer(422, error=said[key])
        except UserError:
            return answer(503, error=said["report_offline"])
        return answer(photo=photo.uuid)

    @http.route(
        "/clinic/report/<string:token>/photo/<string:uuid>/drop",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        sitemap=False,
    )
    def drop_photo(self, token, uuid, **_kwargs):
        """Forget a photo of the report that is being written."""
        wrong = Wrong()
        link = self._find(token)
        if is_staff() or not link._is_open():
            return wrong.answer()
        link.photo_ids.filtered(lambda photo: photo.uuid == uuid)._drop()
        return answer()

    def _prepare_page(self, link, lang):
        values = super()._prepare_page(link, lang)
        return {**values, "photos": link.photo_ids.mapped("uuid"), "most_photos": MOST_PHOTOS}
