import re
from urllib.parse import urlsplit

from werkzeug.exceptions import BadRequest, HTTPException, Unauthorized

from odoo import models
from odoo.exceptions import AccessDenied
from odoo.http import SessionExpiredException, request
from odoo.tools import str2bool

from odoo.addons.auth_timeout.models.ir_http import CheckIdentityException

from ..http_patches import shows_details

SELF = "'self'"
# Odoo's web client evaluates its templates and runs small scripts and styles that stand in the page.
CONTENT_POLICY = {
    "default-src": [SELF],
    "script-src": [SELF, "'unsafe-inline'", "'unsafe-eval'"],
    "style-src": [SELF, "'unsafe-inline'"],
    "img-src": [SELF, "data:", "blob:"],
    "font-src": [SELF, "data:"],
    "media-src": [SELF, "data:", "blob:"],
    "worker-src": [SELF, "blob:"],
    "frame-src": [SELF, "blob:"],
    "object-src": ["'none'"],
    "base-uri": [SELF],
    "form-action": [SELF],
    "frame-ancestors": [SELF],
}
# The camera scans and will take photos; nothing here asks where somebody is, listens or pays by the browser.
REFUSED_FEATURES = (
    *("accelerometer", "browsing-topics", "display-capture", "geolocation", "gyroscope", "hid"),
    *("magnetometer", "microphone", "midi", "payment", "serial", "usb"),
)
PERMISSIONS = ", ".join(["camera=(self)", *(f"{feature}=()" for feature in REFUSED_FEATURES)])
# Programs and styles hold nobody's data; browsers may keep them and ask whether they are still new.
SAME_FOR_ALL = {"application/javascript", "text/javascript", "text/css"}
# The container's own check asks by the machine's address; the answer holds nothing.
ANY_HOST = "/web/health"


def names_frames(policy):
    """Return whether ``policy`` names sites that may show the page in a frame.

    >>> names_frames("default-src 'self'; frame-ancestors https://www.example.com; base-uri 'none'")
    True
    >>> names_frames("frame-ancestors 'self'"), names_frames("frame-ancestors 'none'"), names_frames("")
    (False, False, False)
    """
    found = re.search(r"frame-ancestors ([^;]*)", policy)
    return bool(found) and "//" in found.group(1)


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    # --- which requests are answered

    @classmethod
    def _match(cls, path_info):
        if path_info != ANY_HOST:
            cls._check_host()
        return super()._match(path_info)

    @classmethod
    def _check_host(cls):
        """Refuse a forged Host: links in mails and pages would lead there.

        Only where ``web.base.url`` is frozen; else Odoo itself takes the address from the administrator's browser.
        """
        hosts = request.env["ir.http"]._allowed_hosts()
        if hosts and request.httprequest.host.lower() not in hosts:
            raise BadRequest("This address is not served here.")

    def _allowed_hosts(self):
        """Return the hosts by which this database is reached, or None for any. Extend it for further addresses."""
        get = self.env["ir.config_parameter"].sudo().get_param  # before anybody is signed in; addresses are public
        if not str2bool(get("web.base.url.freeze") or "", False):
            return None
        more = (get("clinic_signin.hosts") or "").split(",")
        addresses = [get("web.base.url"), get("report.url"), *(f"//{host.strip()}" for host in more)]
        return {urlsplit(address).netloc.lower() for address in addresses if address} - {""}

    @classmethod
    def _auth_method_bearer(cls):
        """Limit wrong API keys by address."""
        if not request.httprequest.headers.get("Authorization"):
            return super()._auth_method_bearer()
        attempts = request.env["clinic.signin.attempt"].sudo()  # nobody is signed in yet, and nobody reads it
        if attempts._is_refused("key"):
            raise Unauthorized("There were too many wrong keys from this address.")
        try:
            return super()._auth_method_bearer()
        except (AccessDenied, Unauthorized):
            attempts._count("key", "")
            raise

    @classmethod
    def _authenticate(cls, endpoint):
        """Ask at the external API, too, who is there: a browser's locked session reaches it without a key."""
        super()._authenticate(endpoint)
        by_session = endpoint.routing["auth"] == "bearer" and not request.httprequest.headers.get("Authorization")
        if by_session and request.session.uid and (needed := cls._must_check_identity()):
            raise (SessionExpiredException if needed.get("logout") else CheckIdentityException)("Sign in again")

    # --- what browsers are told with every answer

    @classmethod
    def _post_dispatch(cls, response):
        super()._post_dispatch(response)
        cls._add_headers(response)

    @classmethod
    def _handle_error(cls, exception):
        response = super()._handle_error(exception)
        if isinstance(response, HTTPException):
            response = response.get_response(request.httprequest.environ)
        if hasattr(response, "headers"):
            cls._add_headers(response)
        return response

    @classmethod
    def _add_headers(cls, response):
        """Tell the browser what a page may load and do, and to keep nothing of what a signed-in person sees."""
        headers = response.headers
        headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
        headers.setdefault("X-Content-Type-Options", "nosniff")
        if (response.mimetype or "").startswith("text/html"):
            headers.setdefault("Permissions-Policy", PERMISSIONS)
            policy = headers.get("Content-Security-Policy", "")
            if not names_frames(policy):  # the older header knows of no other sites
                headers.setdefault("X-Frame-Options", "SAMEORIGIN")
            if not policy or re.fullmatch(r"frame-ancestors 'self';?", policy):  # Odoo's own, of which ours has more
                headers["Content-Security-Policy"] = cls._content_policy_header()
        personal = request.session.uid and response.mimetype not in SAME_FOR_ALL
        if personal and not (response.cache_control.max_age or response.cache_control.no_store):
            headers["Cache-Control"] = "no-store"

    @classmethod
    def _content_policy_header(cls):
        policy = request.env["ir.http"]._content_policy()
        return "; ".join(" ".join([directive, *sources]) for directive, sources in policy.items())

    def _content_policy(self):
        """Return the sources of each directive; extend a copy where a page needs more."""
        return CONTENT_POLICY

    @classmethod
    def _get_exception_code_values(cls, exception):
        """Keep tracebacks out of error pages, which everybody may open in developer mode."""
        code, values = super()._get_exception_code_values(exception)
        if not shows_details():
            values["traceback"] = False
            values.pop("qweb_exception", None)
        return code, values
