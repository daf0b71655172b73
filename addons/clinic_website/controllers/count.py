"""How far visitors get, counted without knowing them."""

import hashlib
import re
import secrets
from urllib.parse import urlsplit

from odoo.http import request

from ..models.clinic_online_step import WORDS, clean_word, device_of
from .embed import EmbedBase

# A cookie of a day with a random key that means nothing; for it alone no session begins.
COUNTED, LASTS = "clinic_book_visit", 24 * 60 * 60
LOOKS = re.compile(r"[0-9a-f]{16}")


class CountBase(EmbedBase):
    """Each step that a visit of the pages reaches is counted once."""

    def _reach(self, step, branch):
        """Count that this visit has reached ``step``; programs that read the pages are not counted."""
        if device := device_of(request.httprequest.user_agent.string):
            steps = request.env["clinic.online.step"].sudo()
            # Written by visitors of whom nothing is known; read by managers alone.
            steps._reach(self._visit_key(), step, branch, device, self._come_from(), self._is_embedded())

    def _visit_key(self):
        if self._is_embedded():
            return hashlib.sha256(self._visitor().encode()).hexdigest()[:16]
        key = request.cookies.get(COUNTED, "")
        if not LOOKS.fullmatch(key):
            key = secrets.token_hex(8)
            request.future_response.set_cookie(COUNTED, key, max_age=LASTS, path="/book", samesite="Lax", httponly=True)
        return key

    def _come_from(self):
        """Return {word: what the address says of where this visit comes from}, else the site that led here."""
        given = request.httprequest.args
        words = {name: clean_word(given.get(f"utm_{name}")) for name in WORDS}
        if not words["source"]:
            try:
                host = urlsplit(request.httprequest.headers.get("Referer") or "").hostname
            except ValueError:
                host = None
            own = request.httprequest.host.partition(":")[0]
            words["source"] = clean_word(host.removeprefix("www.")) if host and host != own else None
        return words
