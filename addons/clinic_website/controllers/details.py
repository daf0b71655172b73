import logging
from hashlib import sha256

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.clinic_visit.exceptions import SlotTaken

from ..models.clinic_online_hold import NotAsked, TooMany
from ..models.clinic_online_hold_book import PleaseCall
from .base import BookBase, of_branch
from .contact import known_contact, read_contact, read_other

_logger = logging.getLogger(__name__)


class DetailsPages(BookBase):
    """The last step: who comes, and on which terms; then the visit is booked, or its deposit is paid."""

    @http.route(
        "/book/<int:branch_id>/details", type="http", auth="public", methods=["GET", "POST"], csrf=False, sitemap=False
    )
    @of_branch
    def details(self, branch, **_kwargs):
        """Ask who comes. A visitor who has this address and keeps no time chooses one first."""
        hold = self._hold()
        if not hold._is_live():
            self._remember(None)
            return self._choose_time(branch)
        self._know_login(hold)
        return self._form(hold, self._typed())

    @http.route("/book/confirm", type="http", auth="public", methods=["GET"], sitemap=False)
    def confirm_again(self, **_kwargs):
        """The address of a form that was sent, typed or opened again: show the form, or what came of it."""
        hold = self._hold()
        return self._form(hold, self._typed()) if hold._is_live() else self._done()

    @http.route("/book/confirm", type="http", auth="public", methods=["POST"], csrf=False, sitemap=False)
    def confirm(self, **values):
        """Book what this visitor keeps, whatever else the form says; a second press leads to the same visit."""
        self._check_form()
        hold = self._hold()
        if not hold:
            return self._done()
        branch = hold.company_id
        if not self._branch(branch.id):
            return self._gone()
        visitor = hold._visitor()
        contact, problems = (known_contact(visitor), {}) if visitor else self._read(values, branch)
        problems.update(self._not_agreed(hold, values))
        if problems:
            return self._form(hold, {} if visitor else contact, problems)
        contact["again"] = values.get("again") == "yes"
        if not visitor:
            self._remember(contact)
        if not self._is_human("clinic_confirm"):
            return self._form(hold, contact)
        try:
            visit = hold._book(contact)
        except SlotTaken:
            return self._lost(hold)
        except UserError as error:
            return self._refused(hold, contact, error)
        self._remember(None)
        self._reach("5_booked", branch)
        request.env.ref("clinic_message.cron_send").sudo()._trigger()
        return self._after(visit)

    def _not_agreed(self, hold, values):
        """Return {field: what is wrong} where nobody has agreed, or to something else than it is by now."""
        branch, problem = hold.company_id, None
        if values.get("agreed") != "yes":
            problem = request.env._("Please tick that you agree, or call us.")
        elif values.get("asked") != self._amount_text(branch, self._asked(hold)):
            problem = request.env._("The deposit has changed meanwhile. Please look again.")
        elif values.get("terms") != self._mark(self._terms(hold)):
            problem = request.env._("The terms have changed meanwhile. Please look again.")
        if values.get("who", "") != self._who(hold):
            problem = request.env._("Please check for whom this visit is booked.")
        return {"agreed": problem} if problem else {}

    def _refused(self, hold, contact, error):
        """Say why it is not booked, as far as a stranger may know; the time is kept."""
        if isinstance(error, NotAsked):
            self._notify(str(error))
            treatments, practitioner = hold._chosen()
            return self._lead(hold.company_id, "ask", treatments, practitioner)
        if isinstance(error, TooMany | PleaseCall):
            self._notify(str(error))
        else:
            _logger.warning("An online booking was refused: %s", type(error).__name__)
            self._notify(request.env._("This cannot be booked online at the moment. Please call us."))
        return self._form(hold, contact)

    @http.route("/book/done", type="http", auth="public", methods=["GET"], sitemap=False)
    def done(self, **_kwargs):
        """Show what this browser has booked last."""
        return self._done()

    # -- what they share ----------------------------------------------------------------------------------------------

    def _form(self, hold, typed, problems=None):
        branch = hold.company_id
        online = self._online(branch)
        treatments, practitioner = (records.with_env(online.env) for records in hold._chosen())
        people = online.env["clinic.practitioner"].browse(dict.fromkeys(hold.practitioners))
        asked = self._asked(hold)
        self._reach("4_details", branch)
        return self._page(
            "clinic_website.page_details",
            branch,
            step=4,
            status=422 if problems else 200,
            treatments=treatments,
            practitioner=practitioner,
            choice=online._prepare_choice(branch, treatments, people[:0]),
            people=people,
            moment=online._prepare_moment(branch, hold.start),
            until=hold.deadline.isoformat() + "Z",
            until_text=online._prepare_moment(branch, hold.deadline)["label"],
            terms=self._terms(hold),
            terms_mark=self._mark(self._terms(hold)),
            asked=asked,
            asked_text=self._amount_text(branch, asked),
            typed=typed,
            problems=problems or {},
            is_other="child" in typed or (not typed and hold._is_for_other()),
            visitor=known_contact(hold._visitor(), hold._proof()),
            has_codes=request.env["clinic.online.code"]._kind().active,
            who=self._who(hold),
        )

    def _read(self, values, branch):
        """Return (contact, {field: what is wrong}) of who books, and of who comes if that is somebody else."""
        (contact, problems), (other, more) = read_contact(values, branch), read_other(values, branch)
        return {**contact, **other}, {**more, **problems}

    def _know_login(self, hold):
        """A patient who is signed in needs no code; who books for others says so once."""
        user = request.env.user
        # Inside of another site nobody is signed in.
        if hold.known_by or self._is_embedded() or not user._is_portal():
            return
        # Users of the portal have no right to patients; theirs is found by the contact of their login.
        patients = request.env["clinic.patient"].sudo()
        patient = patients.search([("partner_id", "=", user.partner_id.id), ("merged_into_id", "=", False)])
        if patient:
            hold._know(patient, "login")

    def _who(self, hold):
        """Return by which the one for whom the form was shown is compared with the one of now; nothing for new ones."""
        visitor = hold._visitor()
        return self._mark(f"{hold.id}:{visitor.id}") if visitor else ""

    def _asked(self, hold):
        """Return the deposit that is asked for what this visitor keeps; see ``clinic.online._deposit``."""
        online = self._online(hold.company_id)
        return online._deposit(hold.company_id, hold._chosen()[0].with_env(online.env), hold.start)

    def _terms(self, hold):
        """Return what this visitor agrees to; see ``clinic.online._terms``."""
        online = self._online(hold.company_id)
        return online._terms(hold.company_id, hold._chosen()[0].with_env(online.env), hold.start)

    def _mark(self, terms):
        """Return by what the terms that were shown are compared with those of now."""
        return sha256(terms.encode()).hexdigest()[:16]

    def _amount_text(self, branch, asked):
        return branch.currency_id.format(asked["deposit_amount"]) if asked else "0"

    def _lost(self, hold):
        """The time is another's: offer the others of its day. What was typed is kept for them."""
        branch, (treatments, practitioner) = hold.company_id, hold._chosen()
        hold._lose()
        self._notify(request.env._("This time was just taken. Please choose another one."))
        day = branch._clinic_local(hold.start).date().isoformat()
        return self._lead(branch, "when", treatments, practitioner, d=day)

    def _after(self, visit):
        """Go to the payment of ``visit`` if a deposit is asked for, else to what was booked."""
        # The visitor who has just booked it is asked for the deposit, and nobody else gets to this line.
        link = request.env["clinic.payment.link"]._of(visit)
        path = link and f"/clinic/pay/{link._address().rpartition('/')[2]}"
        if not self._is_embedded():
            return self._go(path or "/book/done")
        # One pays on a page of its own, where the address says to whom.
        return self._pay_page(visit, path) if path else self._done()

    def _pay_page(self, visit, path):
        """Return the page that leads out of the other site's frame to the payment of ``visit``."""
        branch = visit.company_id
        online = self._online(branch)
        return self._page(
            "clinic_website.page_pay",
            branch,
            address_pay=path,
            moment=online._prepare_moment(branch, visit.start),
            asked_text=visit.currency_id.format(visit.deposit_due),
            until_text=online._prepare_moment(branch, visit.expires_at)["label"],
        )

    def _done(self):
        hold = request.env["clinic.online.hold"]._used_by(self._known_token())
        visit = hold.visit_id
        # Paid late, the same time was booked again.
        while visit.rebooked_as_id:
            visit = visit.rebooked_as_id
        if not visit:
            framing = self._framing_branch() if self._is_embedded() else None
            return self._lead(framing) if framing else self._go("/book")
        branch = visit.company_id
        if visit.state == "held" and visit.deposit_state == "due":
            return self._after(visit)
        online = self._online(branch)
        return self._page(
            "clinic_website.page_done",
            branch,
            visit=visit,
            is_booked=visit.state == "booked",
            people=visit.practitioner_ids,
            names=visit.procedure_ids.treatment_id.with_env(online.env).mapped("name"),
            moment=online._prepare_moment(branch, visit.start),
            place=branch.partner_id._clinic_address_line(),
        )

    def _choose_time(self, branch):
        """No time is kept: choose one, for what the address says."""
        online = self._online(branch)
        treatments = self._treatments(online, branch)
        if not treatments:
            return self._lead(branch)
        practitioner, is_known = self._practitioner(online, branch, treatments)
        self._notify(request.env._("Please choose a time. It is kept for you while you fill in the rest."), "info")
        step = "when" if is_known else "who"
        return self._lead(branch, step, treatments, practitioner)
