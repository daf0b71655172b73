import time

from odoo.http import request

from ..const import GUESS_TIME, WRONG_TAKES
from ..words import direction, page_lang, words

# Nothing keeps a patient's page, shows it inside of another one, or tells where it was.
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "frame-ancestors 'none'; form-action 'self'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}
KIOSK = "clinic_kiosk"


def page(template, lang, status=200, **values):
    """Return a page for patients in ``lang``."""
    # Not “lang”, which Odoo gives another value.
    values = {"spoken": lang, "dir": direction(lang), "w": words(lang), **values}
    response = request.render(template, values, status=status)
    response.headers.update(HEADERS)
    return response


def answer(status=200, **values):
    """Return JSON for a patient's page."""
    return request.make_json_response(values, headers=list(HEADERS.items()), status=status)


def browser_lang():
    """Return the language of the pages that the browser prefers."""
    return page_lang(request.httprequest.accept_languages.best)


def is_staff():
    """Return whether somebody of the staff is signed in here: no device for patients."""
    return request.env.user._is_internal()


def device():
    """Return the tablet that asks, as superuser, if it is one."""
    return request.env["clinic.consent.device"]._of_secret(request.httprequest.cookies.get(KIOSK))


class Wrong:
    """Answers to links that lead nowhere: always alike and after the same time, whatever was wrong with them.

    After too many of them the answer comes at once: nothing of the server waits for those who go on guessing.
    """

    def __init__(self):
        self.begun = time.monotonic()

    def note(self):
        """Note the wrong link; return whether there were too many, once the time of an answer is over."""
        is_much = request.env["clinic.consent.guess"]._note(request.httprequest.remote_addr)
        if not is_much:
            time.sleep(max(0.0, WRONG_TAKES - (time.monotonic() - self.begun)))
        return is_much

    def page(self):
        is_much, lang = self.note(), browser_lang()
        key = "many" if is_much else "gone"
        response = page("clinic_consent.page_gone", lang, 429 if is_much else 404, key=key, is_kiosk=bool(device()))
        return self._retry_later(response) if is_much else response

    def answer(self):
        is_much, lang = self.note(), browser_lang()
        key = "many" if is_much else "gone"
        response = answer(429 if is_much else 404, code=key, error=words(lang)[key])
        return self._retry_later(response) if is_much else response

    def _retry_later(self, response):
        response.headers["Retry-After"] = str(int(GUESS_TIME.total_seconds()))
        return response
