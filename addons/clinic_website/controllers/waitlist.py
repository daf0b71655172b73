from contextlib import suppress

from odoo import http
from odoo.http import request

from ..models.clinic_online_hold import TooMany
from .base import BookBase, of_branch
from .contact import read_contact

# Parts of a day, and the hours that they mean.
PARTS = {"any": (0.0, 24.0), "morning": (0.0, 12.0), "afternoon": (12.0, 17.0), "evening": (17.0, 24.0)}


class WaitlistPages(BookBase):
    """The waitlist: visitors who find no time that fits are called when one becomes free."""

    @http.route(
        "/book/<int:branch_id>/wait", type="http", auth="public", methods=["GET", "POST"], csrf=False, sitemap=False
    )
    @of_branch
    def wait(self, branch, **values):
        """Ask who waits and when it suits; put the visitor on the list."""
        online = self._online(branch)
        treatments = self._treatments(online, branch)
        practitioner, is_known = self._practitioner(online, branch, treatments)
        if not (treatments and is_known):
            return self._lead(branch)
        shown = self._prepare_shown(online, branch, treatments, practitioner)
        # Within another site each step is sent as a form; the last one names who waits.
        if request.httprequest.method == "GET" or "name" not in values:
            return self._page("clinic_website.page_wait", branch, step=3, typed={}, problems={}, **shown)
        contact, problems = read_contact(values, branch)
        part = values.get("part") if values.get("part") in PARTS else "any"
        typed = {**contact, "part": part}
        if not problems and not self._is_human("clinic_wait"):
            return self._page("clinic_website.page_wait", branch, step=3, typed=typed, problems={}, **shown)
        if not problems:
            hours = dict(zip(("hour_from", "hour_to"), PARTS[part], strict=True))
            holds = request.env["clinic.online.hold"]
            # What was too much is said to nobody: it would tell who else waits here.
            with suppress(TooMany):
                holds._wait(self._network(), branch, treatments, practitioner, contact, hours)
            self._reach("6_waitlist", branch)
            # Elsewhere, so that loading the page again puts nobody on the list twice.
            return self._lead(branch, "waits")
        return self._page(
            "clinic_website.page_wait", branch, step=3, status=422, typed=typed, problems=problems, **shown
        )

    @http.route("/book/<int:branch_id>/waits", type="http", auth="public", methods=["GET"], sitemap=False)
    @of_branch
    def waits(self, branch, **_kwargs):
        """Say what comes of it."""
        return self._page("clinic_website.page_waits", branch)
