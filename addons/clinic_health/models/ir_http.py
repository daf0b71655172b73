import logging
import threading
import time

from odoo import models
from odoo.http import request

from odoo.addons.clinic.request_log import hide
from odoo.addons.clinic_vault.configuration import option

_logger = logging.getLogger("odoo.addons.clinic_health.slow")
# Seconds, unless the configuration file says another number: [clinic] slow_request = 1.5
SLOW = 3.0


def limit():
    """Return from how many seconds on a request is slow."""
    try:
        return float(option("slow_request") or SLOW)
    except ValueError:
        return SLOW


class IrHttp(models.AbstractModel):
    """Requests that take long are logged: by their address, without what was asked or answered."""

    _inherit = "ir.http"

    @classmethod
    def _post_dispatch(cls, response):
        super()._post_dispatch(response)
        thread = threading.current_thread()
        begun = getattr(thread, "perf_t0", None)
        if begun and (seconds := time.time() - begun) > limit():
            _logger.warning(
                "%s %s took %.1f s, %s statements took %.1f s of them",
                request.httprequest.method,
                hide(request.httprequest.path),
                seconds,
                getattr(thread, "query_count", 0),
                getattr(thread, "query_time", 0.0),
            )
