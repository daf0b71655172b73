"""The pages inside of another site, where browsers keep no cookie of ours: who is there goes from form to form."""

import secrets
import time

from werkzeug.exceptions import BadRequest

from odoo import http
from odoo.http import request
from odoo.tools import consteq, file_open, hmac

from odoo.addons.clinic_message.controllers.light import HEADERS

# Of the policy of our light pages, which no site shows in a frame.
NO_FRAMES = "frame-ancestors 'none'"
# For so long a visitor's key is good; what it keeps ends much sooner.
KEY_LASTS = 24 * 60 * 60
# The parts of a key, and what they are made of.
PARTS, LOOKS = 3, frozenset("0123456789abcdef")


class EmbedBase(http.Controller):
    """What is different where the pages stand in another site's frame (``embed=1`` in each address).

    Whom a time is kept for is known by a key that the server has signed, in the body of each form, and by nothing else:
    no session, no cookie. It stands for the token against forged requests, too: who has no key of a visitor can do
    nothing for them.
    """

    # The steps by their addresses, and the methods that show them; other addons add theirs.
    steps = {"": "treatments", "who": "who", "when": "when", "details": "details", "waits": "waits"}

    def _is_embedded(self):
        return request.httprequest.values.get("embed") == "1"

    def _visitor(self):
        """Return the key of this visitor: that of the form, if the server has made it, else a new one."""
        if not hasattr(request, "clinic_book_visitor"):
            given = request.httprequest.form.get("visitor")
            request.clinic_book_visitor = given if self._is_key(given) else self._new_key()
        return request.clinic_book_visitor

    def _new_key(self):
        secret, now = secrets.token_hex(16), f"{int(time.time()):x}"
        return f"{secret}-{now}-{self._sign(secret, now)}"

    def _sign(self, secret, moment):
        # Signed with the database's secret, which nobody is shown.
        return hmac(request.env(su=True), "clinic_website.visitor", f"{secret}:{moment}")[:32]

    def _is_key(self, text):
        """Return whether ``text`` is a key that the server has made, not too long ago."""
        parts = text.split("-") if isinstance(text, str) and len(text) < 100 else ()
        if len(parts) != PARTS or not all(parts) or not set("".join(parts)) <= LOOKS:
            return False
        secret, moment, signature = parts
        is_ours = consteq(signature, self._sign(secret, moment))
        return is_ours and int(moment, 16) > time.time() - KEY_LASTS

    def _check_form(self):
        """Raise unless a form was sent from one of our pages: by its key, or by Odoo's token of the session."""
        if request.httprequest.method in ("GET", "HEAD"):
            return
        form = request.httprequest.form
        is_ours = (
            self._is_key(form.get("visitor"))
            if self._is_embedded()
            else bool(request.validate_csrf(form.get("csrf_token")))
        )
        if not is_ours:
            text = request.env._("This form is too old. Please load the page again.")
            raise BadRequest(text, response=self._too_old() if self._is_embedded() else None)

    def _too_old(self):
        """Return the page for a form that is too old, which the site around it may show."""
        response = self._page("clinic_website.page_old", self._framing_branch(), status=400)
        response.flatten()
        return response

    def _key(self):
        """Return (name, value) of what each form has to send along."""
        return ("visitor", self._visitor()) if self._is_embedded() else ("csrf_token", request.csrf_token())

    # -- from step to step ---------------------------------------------------------------------------------------------

    def _lead(self, branch, step="", treatments=(), practitioner=None, **more):
        """Go on to a step: by its address, or in this answer where an address knows nobody."""
        if not self._is_embedded():
            return self._go(self._address(branch, step, treatments, practitioner, **more))
        request.clinic_book_led = {
            "treatments": [treatment.id for treatment in treatments],
            "practitioner": practitioner.id if practitioner else 0,
        }
        return getattr(self, self.steps[step])(branch.id, **more)

    def _led(self, what):
        """Return what of the choice the step before has handed on, or None."""
        return getattr(request, "clinic_book_led", {}).get(what)

    def _headers(self):
        """Return the headers of a page: only sites that its branch has named may show it, and only embedded."""
        origins = self._framing_branch()._clinic_origins() if self._is_embedded() and self._framing_branch() else ()
        if not origins:
            return HEADERS
        headers = {name: value for name, value in HEADERS.items() if name != "X-Frame-Options"}
        policy = headers["Content-Security-Policy"].replace(NO_FRAMES, f"frame-ancestors {' '.join(origins)}")
        return {**headers, "Content-Security-Policy": policy}

    # -- for the other site --------------------------------------------------------------------------------------------

    @http.route(
        "/clinic_website/embed.js", type="http", auth="public", methods=["GET"], save_session=False, sitemap=False
    )
    def embed_script(self, **_kwargs):
        """Give the script that puts a button or a frame for booking on another site."""
        with file_open("clinic_website/static/src/embed/embed.js", "rb") as script:
            body = script.read()
        headers = {
            "Content-Type": "text/javascript; charset=utf-8",
            "Cache-Control": "public, max-age=3600",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        return request.make_response(body, headers=list(headers.items()))
