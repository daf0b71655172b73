from odoo.http import request

from odoo.addons.clinic_message.controllers.wrong import Wrong as WrongLink

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


def device():
    """Return the tablet that asks, as superuser, if it is one."""
    return request.env["clinic.consent.device"]._of_secret(request.httprequest.cookies.get(KIOSK))


class Wrong(WrongLink):
    """Answers to links that lead nowhere, as a page or as JSON."""

    def page(self):
        is_much, lang = self.note(), browser_lang()
        key = "many" if is_much else "gone"
        response = page("clinic_consent.page_gone", lang, 429 if is_much else 404, key=key, is_kiosk=bool(device()))
        return self.retry_later(response) if is_much else response

    def answer(self):
        is_much, lang = self.note(), browser_lang()
        key = "many" if is_much else "gone"
        response = answer(429 if is_much else 404, code=key, error=words(lang)[key])
        return self.retry_later(response) if is_much else response
