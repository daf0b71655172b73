import secrets
from urllib.parse import urlencode

from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.clinic_message.controllers.light import HEADERS, prepare_light
from odoo.addons.clinic_message.controllers.wrong import Wrong

from ..const import MOST_TREATMENTS
from .count import CountBase
from .numbers import number

# From where a captcha, if one is set up, may bring its program and its frame.
SOURCES = {
    "turnstile": {
        "script-src": ["https://challenges.cloudflare.com"],
        "frame-src": ["https://challenges.cloudflare.com"],
    },
    "recaptcha": {
        "script-src": ["https://www.recaptcha.net", "https://www.gstatic.com"],
        "frame-src": ["https://www.recaptcha.net"],
        "connect-src": ["https://www.recaptcha.net"],
    },
}
# In the visitor's session.
TOKEN, NOTICE, TYPED = "clinic_book_token", "clinic_book_notice", "clinic_book_typed"


def policy(plain, captchas):
    """Return the content policy of pages with ``captchas``; ``plain`` is that of pages without.

    >>> policy("base-uri 'none'", ["turnstile"]).partition("; frame-src")[0]
    "base-uri 'none'; script-src 'self' https://challenges.cloudflare.com"
    """
    sources = {}
    for name in captchas:
        for directive, hosts in SOURCES[name].items():
            sources.setdefault(directive, ["'self'"]).extend(hosts)
    more = [" ".join([directive, *hosts]) for directive, hosts in sources.items()]
    return "; ".join([plain, *more])


def initials(name):
    """Return what stands for a person without a picture.

    >>> initials("Dr Sana Malik"), initials("")
    ('SM', '')
    """
    words = [word for word in (name or "").split() if word[:1].isalpha() and not word.lower().startswith("dr")]
    return "".join(word[0].upper() for word in (words[:1] + words[1:][-1:]))


class BookBase(CountBase):
    """What the pages of online booking share: they are light, know nobody, and believe nothing that a browser says."""

    # -- what was chosen -----------------------------------------------------------------------------------------------

    def _online(self, branch, **context):
        """Return ``clinic.online`` in ``branch``, for this visitor as far as it was shown who that is."""
        return request.env["clinic.online"]._at(branch, clinic_online_patient=self._hold()._visitor().id, **context)

    def _branch(self, branch_id):
        """Return the branch of an address, as superuser, such that its texts are in the visitor's language."""
        return request.env["clinic.online"]._branch(branch_id)

    def _framing_branch(self):
        """Return the branch whose pages another site shows: that of the address, else that of the form."""
        path = request.httprequest.path.split("/")
        asked = number(path[2]) if len(path) > 2 and path[1] == "book" else 0
        return self._branch(asked or number(request.httprequest.form.get("branch")))

    def _treatments(self, online, branch):
        """Return the treatments of an address or form that can be booked online; others are left out."""
        given = self._led("treatments")
        if given is None:
            given = [number(text) for text in request.httprequest.values.getlist("t")]
        found = online._treatments(branch, given[: 4 * MOST_TREATMENTS])[:MOST_TREATMENTS]
        permitted = online._permitted(branch, found) if found else {}
        return found.filtered(lambda treatment: treatment.id in permitted)

    def _practitioner(self, online, branch, treatments):
        """Return (the practitioner of an address or form or none, whether it is one who can be chosen)."""
        asked = self._led("practitioner")
        if asked is None:
            asked = number(request.httprequest.values.get("p"))
        found = online._who_can(branch, treatments).filtered(lambda one: one.id == asked) if asked else None
        return found, not asked or bool(found)

    def _prepare_shown(self, online, branch, treatments, practitioner):
        """Return what the pages say of the choice so far."""
        nobody = online.env["clinic.practitioner"]
        return {
            "treatments": treatments,
            "practitioner": practitioner,
            "choice": online._prepare_choice(branch, treatments, practitioner or nobody),
        }

    def _preset(self, online):
        """Return the practitioner of an address that begins with one, before any treatment is chosen, or none."""
        asked = number(request.httprequest.values.get("p")) if self._led("practitioner") is None else None
        return online._people().filtered(lambda one: one.id == asked)

    def _address(self, branch, step="", treatments=(), practitioner=None, **more):
        """Return the address of a step, which says what was chosen by numbers alone and nothing of a person."""
        words = [("t", treatment.id) for treatment in treatments]
        words += [("p", practitioner.id)] if practitioner else []
        words += [(name, value) for name, value in more.items() if value]
        words += [("embed", 1)] if self._is_embedded() else []
        path = f"/book/{branch.id}/{step}" if step else f"/book/{branch.id}"
        return f"{path}?{urlencode(words)}" if words else path

    # -- the visitor ---------------------------------------------------------------------------------------------------

    def _token(self):
        """Return the secret by which this browser keeps a time; there is one from now on."""
        if self._is_embedded():
            return self._visitor()
        if not request.session.get(TOKEN):
            request.session[TOKEN] = secrets.token_urlsafe(24)
        return request.session[TOKEN]

    def _renew(self, hold):
        """Give this visitor, who has just shown who it is, a new secret: nobody else has seen it."""
        if self._is_embedded():
            request.clinic_book_visitor = self._new_key()
        else:
            request.session.pop(TOKEN, None)
            request.session.should_rotate = True
        hold._renew(self._token())

    def _network(self):
        return request.env["clinic.link.guess"]._network(request.httprequest.remote_addr)

    def _hold(self):
        """Return what this visitor keeps and has not used yet, as superuser; another addon need not know how."""
        return request.env["clinic.online.hold"]._of(self._known_token())

    def _known_token(self):
        """Return the secret by which this browser may keep a time already."""
        return self._visitor() if self._is_embedded() else request.session.get(TOKEN)

    def _typed(self):
        """Return what this visitor has typed of themselves before."""
        return {} if self._is_embedded() else request.session.get(TYPED) or {}

    def _remember(self, typed):
        """Remember what this visitor has typed for the next page, or forget it."""
        if self._is_embedded():
            return
        if typed:
            request.session[TYPED] = typed
        else:
            request.session.pop(TYPED, None)

    def _notify(self, text, kind="warning"):
        """Say ``text`` on the next page."""
        if self._is_embedded():
            request.clinic_book_notice = [kind, text]
        else:
            request.session[NOTICE] = [kind, text]

    def _notice(self):
        """Return what is to be said on this page, as [kind, text], or None; it is said once."""
        if self._is_embedded():
            return getattr(request, "clinic_book_notice", None)
        return request.session.pop(NOTICE, None)

    # -- the answer ----------------------------------------------------------------------------------------------------

    def _go(self, address):
        response = request.redirect(address, 303)
        response.headers.update(HEADERS)
        return response

    def _page(self, template, branch, step=0, status=200, **values):
        """Return the page of ``template``: in the visitor's language, with the clinic's colour and logo."""
        hold = self._hold()
        hold._come_back()
        framing = self._framing_branch() if self._is_embedded() else None
        values = {
            **prepare_light(branch),
            "step": step,
            "zone": branch and request.env["clinic.online"]._zone_label(branch),
            "zone_name": branch and branch._clinic_timezone().zone,
            "address": self._address,
            "initials": initials,
            "treatments": (),
            "practitioner": None,
            "captchas": request.env["ir.http"]._clinic_captchas(),
            # The address by which search engines know the page; others they leave alone.
            "canonical": None,
            "structured": None,
            "base_url": request.env["clinic.online"].get_base_url(),
            **self._kept(hold),
            "notice": self._notice(),
            "embedded": self._is_embedded(),
            "key": self._key(),
            "origins": framing._clinic_origins() if framing else (),
            # Where one begins, and what is shown inside of another site stays at its branch.
            "home": self._address(framing) if framing else "/book",
            **values,
        }
        response = request.render(template, values, status=status)
        headers = self._headers()
        response.headers.update(headers)
        if values["captchas"]:
            response.headers["Content-Security-Policy"] = policy(headers["Content-Security-Policy"], values["captchas"])
        if not values["canonical"]:
            response.headers["X-Robots-Tag"] = "noindex"
        return response

    def _is_human(self, action):
        """Return whether a captcha, if one is set up, lets this request pass; else say so on the next page."""
        # Once, also where Odoo runs the request again: what the browser has sent is good for one time.
        if not hasattr(request, "clinic_is_human"):
            try:
                request.env["ir.http"]._verify_request_recaptcha_token(action)
                request.clinic_is_human = True
            except UserError:
                request.clinic_is_human = False
        if not request.clinic_is_human:
            text = request.env._("The check against automated requests has failed. Please try again, or call us.")
            self._notify(text)
        return request.clinic_is_human

    def _kept(self, hold):
        """Return what the pages say of the time that this visitor keeps."""
        if not hold._is_live():
            return {"kept": None}
        moment = request.env["clinic.online"]._prepare_moment(hold.company_id, hold.start)
        return {"kept": hold, "kept_start": moment["start"], "kept_label": f"{moment['day']} {moment['label']}"}

    def _gone(self, wrong=None):
        """Answer in the same way to all that is not booked online, or does not exist; slow down who guesses."""
        wrong = wrong or Wrong()
        is_much = wrong.note()
        branch = request.env["res.company"].sudo().browse()
        response = self._page("clinic_website.page_gone", branch, status=429 if is_much else 404, is_much=is_much)
        return wrong.retry_later(response) if is_much else response


def of_branch(function):
    """Let a page of the branch of its address be shown if that is booked online, and answer forms of our pages only."""

    def page(self, branch_id, **kwargs):
        # Of this name, the page has one already, whatever stands in the query.
        kwargs.pop("branch", None)
        self._check_form()
        wrong, branch = Wrong(), self._branch(branch_id)
        return function(self, branch, **kwargs) if branch else self._gone(wrong)

    page.__name__, page.__doc__ = function.__name__, function.__doc__
    return page
