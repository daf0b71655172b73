from odoo import http
from odoo.http import request

from odoo.addons.clinic_message.controllers.wrong import Wrong

from ..models.clinic_online_hold import TooMany
from .base import BookBase
from .contact import read_address
from .numbers import number


class KnownPages(BookBase):
    """Who has been here before shows it by a code; whether the clinic knows somebody is said to nobody."""

    @http.route("/book/code", type="http", auth="public", methods=["GET", "POST"], csrf=False, sitemap=False)
    def code(self, address=None, again=None, **_kwargs):
        """Ask for a phone or an email address, and have a code sent there if anybody is known by it."""
        self._check_form()
        hold = self._hold()
        if not hold._is_live():
            return self._back(hold)
        # Inside of another site each step is sent as a form; only this one has an address.
        return self._show_code(hold, again) if address is None else self._ask(hold, address)

    def _show_code(self, hold, again=None):
        code = request.env["clinic.online.code"]._last_of(hold)
        if people := code._people():
            return self._code_page(hold, "who", people=_called(people))
        return self._code_page(hold, "enter" if code._is_open() and not again else "ask")

    def _ask(self, hold, address):
        typed = read_address(address, hold.company_id)
        if not typed:
            problem = request.env._("Please write a phone number with digits only, or an email address.")
            return self._code_page(hold, "ask", problems={"address": problem})
        if not self._is_human("clinic_code"):
            return self._to_code(hold)
        try:
            request.env["clinic.online.code"]._ask(hold, self._network(), typed)
        except TooMany as error:
            self._notify(str(error))
        request.env.ref("clinic_message.cron_send").sudo()._trigger()
        return self._to_code(hold)

    @http.route("/book/code/check", type="http", auth="public", methods=["POST"], csrf=False, sitemap=False)
    def check(self, code=None, **_kwargs):
        """Look whether the code fits; then the visitor is known, or one of those who share the address."""
        self._check_form()
        wrong, hold = Wrong(), self._hold()
        if not hold._is_live():
            return self._back(hold)
        last = request.env["clinic.online.code"]._last_of(hold)
        if last._use(code if isinstance(code, str) else ""):
            people = last._people()
            if len(people) > 1:
                return self._to_code(hold)
            return self._know(hold, people)
        is_much = wrong.note()
        problem = request.env._("This code is wrong or has expired. Check it, or ask for another one.")
        page = self._code_page(hold, "enter", status=429 if is_much else 422, problems={"code": problem})
        return wrong.retry_later(page) if is_much else page

    @http.route("/book/code/choose", type="http", auth="public", methods=["POST"], csrf=False, sitemap=False)
    def choose(self, one=None, **_kwargs):
        """Take one of those who share the address, by the place in the list that the server has."""
        self._check_form()
        hold = self._hold()
        if not hold._is_live():
            return self._back(hold)
        people, place = request.env["clinic.online.code"]._last_of(hold)._people(), number(one)
        return self._know(hold, people[place - 1 : place] if place else people[:0])

    @http.route("/book/code/forget", type="http", auth="public", methods=["POST"], csrf=False, sitemap=False)
    def forget(self, **_kwargs):
        """Book for somebody else."""
        self._check_form()
        hold = self._hold()
        hold._forget(others=True)
        return self._back(hold)

    # -- what they share ----------------------------------------------------------------------------------------------

    def _know(self, hold, patient):
        """Go on as ``patient``; back to the code if that is nobody any more."""
        if not patient:
            return self._to_code(hold)
        hold._know(patient, "code")
        self._remember(None)
        self._renew(hold)
        return self._back(hold)

    def _to_code(self, hold):
        """Go to the page of the code, so that loading it again sends nothing; in a frame it is the answer."""
        return self._show_code(hold) if self._is_embedded() else self._go("/book/code")

    def _back(self, hold):
        """Go to the details of what is kept."""
        if not hold:
            return self._go("/book")
        treatments, practitioner = hold._chosen()
        return self._lead(hold.company_id, "details", treatments, practitioner)

    def _code_page(self, hold, what, status=None, problems=None, **values):
        treatments, practitioner = hold._chosen()
        return self._page(
            "clinic_website.page_code",
            hold.company_id,
            step=4,
            status=status or (422 if problems else 200),
            treatments=treatments,
            practitioner=practitioner,
            what=what,
            problems=problems or {},
            **values,
        )


def _called(people):
    """Return how ``people`` who share a phone are called: by their first names, and more where two have the same."""
    firsts = [(one.name or "").split()[:1] for one in people]
    return [
        one.name if firsts.count(first) > 1 or not first else first[0]
        for one, first in zip(people, firsts, strict=True)
    ]
