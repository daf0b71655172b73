import re

from werkzeug.exceptions import NotFound

from odoo import models

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _match(cls, path_info):
        """Find nothing at an address of ours with control characters.

        Odoo would send them back in a redirect's header where there are two slashes, and fail with a traceback.
        """
        if path_info.startswith("/payment/easypaisa/") and _CONTROL.search(path_info):
            raise NotFound()
        return super()._match(path_info)
