from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.clinic_message.controllers.light import HEADERS

from ..models.clinic_online_hold import NotAsked, TooMany
from .base import BookBase, of_branch
from .numbers import a_day, a_start, number


class BookPages(BookBase):
    """The steps in which nothing of a person is known: branch, treatments, practitioner, time."""

    @http.route("/book", type="http", auth="public", methods=["GET"], sitemap=True)
    def book(self, **_kwargs):
        """Choose the branch; where there is only one, its treatments."""
        branches = request.env["clinic.online"]._branches()
        if len(branches) == 1:
            return self._go(self._address(branches))
        if not branches:
            # An honest visitor, who has guessed nothing.
            return self._page("clinic_website.page_gone", branches, status=404, is_much=False)
        clinic = branches.root_id[:1]
        return self._page("clinic_website.page_branches", clinic, branches=branches, canonical="/book")

    @http.route("/book/<int:branch_id>", type="http", auth="public", methods=["GET", "POST"], csrf=False, sitemap=False)
    @of_branch
    def treatments(self, branch, **_kwargs):
        """Choose one treatment or several."""
        online = self._online(branch)
        groups = online._prepare_groups(branch)
        practitioner = self._preset(online)
        offered = online._prepare_groups(branch, practitioner) if practitioner else groups
        if not offered:
            practitioner, offered = None, groups
        self._reach("1_treatments", branch)
        return self._page(
            "clinic_website.page_treatments",
            branch,
            step=1,
            # Whatever an address ticks, and with whomever, it is the same page.
            canonical=f"/book/{branch.id}",
            structured=online._structured(branch, groups),
            groups=offered,
            practitioner=practitioner,
            chosen=set(self._treatments(online, branch).ids),
            several=len(online._branches()) > 1,
        )

    @http.route(
        "/book/<int:branch_id>/who", type="http", auth="public", methods=["GET", "POST"], csrf=False, sitemap=False
    )
    @of_branch
    def who(self, branch, **_kwargs):
        """Choose the practitioner, or the first available one."""
        online = self._online(branch)
        treatments = self._treatments(online, branch)
        if not treatments:
            return self._choose_treatment(branch)
        self._reach("2_practitioner", branch)
        return self._page(
            "clinic_website.page_who",
            branch,
            step=2,
            **self._prepare_shown(online, branch, treatments, None),
            people=online._who_can(branch, treatments),
        )

    @http.route(
        "/book/<int:branch_id>/when", type="http", auth="public", methods=["GET", "POST"], csrf=False, sitemap=False
    )
    @of_branch
    def when(self, branch, m=None, d=None, **_kwargs):
        """Choose day and time; what the visitor keeps already stays among them."""
        hold = self._hold()
        own = hold._times() if hold._is_live() else frozenset()
        online = self._online(branch, clinic_own_times=own)
        treatments = self._treatments(online, branch)
        if not treatments:
            return self._choose_treatment(branch)
        practitioner, is_known = self._practitioner(online, branch, treatments)
        if not is_known:
            return self._lead(branch, "who", treatments)
        holds = request.env["clinic.online.hold"]
        if not holds._is_asked(holds._hash(self._known_token() or ""), treatments):
            return self._lead(branch, "ask", treatments, practitioner)
        day, month = a_day(d), a_day(m)
        if own and not (day or month):
            day = branch._clinic_local(hold.start).date()
        self._reach("3_time", branch)
        return self._page(
            "clinic_website.page_when",
            branch,
            step=3,
            **self._prepare_shown(online, branch, treatments, practitioner),
            times=online._prepare_times(branch, treatments, practitioner, month, day),
        )

    @http.route("/book/<int:branch_id>/hold", type="http", auth="public", methods=["POST"], csrf=False, sitemap=False)
    @of_branch
    def hold(self, branch, start=None, **_kwargs):
        """Keep the time that was chosen, if it is one of those that are offered now."""
        online, moment = self._online(branch), a_start(start)
        treatments = self._treatments(online, branch)
        practitioner, is_known = self._practitioner(online, branch, treatments)
        if not (treatments and is_known and moment):
            return self._choose_treatment(branch)
        if not self._is_human("clinic_hold"):
            return self._lead(branch, "when", treatments, practitioner)
        try:
            request.env["clinic.online.hold"]._keep(
                self._token(), self._network(), branch, treatments, practitioner, moment
            )
        except NotAsked:
            return self._lead(branch, "ask", treatments, practitioner)
        except TooMany as error:
            self._notify(str(error))
            return self._lead(branch, "when", treatments, practitioner)
        except UserError:
            # Taken meanwhile, or never offered.
            self._notify(request.env._("This time was just taken. Please choose another one."))
            day = branch._clinic_local(moment).date()
            return self._lead(branch, "when", treatments, practitioner, d=day.isoformat())
        return self._lead(branch, "details", treatments, practitioner)

    @http.route("/book/leave", type="http", auth="public", methods=["POST"], csrf=False, sitemap=False)
    def leave(self, **_kwargs):
        """The visitor has left, or loads another page: what is kept is kept for a moment only, unless one comes."""
        self._check_form()
        self._hold()._leave()
        return request.make_response("", headers=list(HEADERS.items()), status=204)

    @http.route("/book/stay", type="http", auth="public", methods=["POST"], csrf=False, sitemap=False)
    def stay(self, **_kwargs):
        """The visitor is here: what is kept is kept until its deadline."""
        self._check_form()
        self._hold()._come_back()
        return request.make_response("", headers=list(HEADERS.items()), status=204)

    @http.route("/book/free", type="http", auth="public", methods=["POST"], csrf=False, sitemap=False)
    def free(self, **_kwargs):
        """The visitor gives up the time that is kept."""
        self._check_form()
        hold = self._hold()
        hold._give_up()
        self._remember(None)
        return self._lead(hold.company_id) if hold and self._is_embedded() else self._go("/book")

    @http.route("/book/face/<int:practitioner_id>", type="http", auth="public", methods=["GET"], sitemap=False)
    def face(self, practitioner_id, **_kwargs):
        """Give the picture of a practitioner who is booked online."""
        # Released for everybody together with the practitioner; any other number gives the same as one without.
        people = request.env["clinic.practitioner"].sudo()
        found = people.search([("id", "=", number(str(practitioner_id))), ("is_online", "=", True)])
        if not (found.company_ids & self._branches_online()) or not found._has_face():
            return request.not_found()
        stream = request.env["ir.binary"]._get_image_stream_from(found.employee_id, "image_128")
        response = stream.get_response(max_age=24 * 60 * 60)
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    def _branches_online(self):
        return request.env["clinic.online"]._branches()

    def _choose_treatment(self, branch):
        """Nothing of what was chosen can be booked: begin at the first step."""
        self._notify(request.env._("Please choose a treatment."))
        return self._lead(branch)
