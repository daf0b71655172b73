from odoo.http import request

from ..brand import readable

# Nothing keeps these pages, shows them inside of another one, or tells where the visitor was.
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "frame-ancestors 'none'; form-action 'self'; base-uri 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def prepare_light(branch):
    """Return what ``clinic_message.light_page`` shows of ``branch``, in the reader's language and its colour."""
    lang = request.env["res.lang"]._get_data(code=request.env.lang or "en_US")
    return {
        "branch": branch,
        "spoken": (lang.code or "en_US").replace("_", "-"),
        "dir": lang.direction or "ltr",
        "brand": readable((branch.root_id or branch).primary_color),
    }
