import hashlib
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.orm.models import NO_ACCESS
from odoo.tools import SQL

from odoo.addons.clinic_visit.exceptions import SlotTaken
from odoo.addons.clinic_visit.hours import naive, seconds
from odoo.addons.clinic_visit.models.clinic_procedure import PLANNED

from ..const import GRACE, MOST_OPEN, TURNS, WHILE


class TooMany(UserError):
    """So many times are not kept, or booked, for one network or one phone."""


class NotAsked(UserError):
    """Something is asked before a time is kept, and this visitor has not answered it."""


class ClinicOnlineHold(models.Model):
    """A time that a visitor has chosen online and nobody else can have until it is booked, or let pass.

    It knows no person. A visitor has one at a time; what stays after it was used counts for the limits of a day.
    """

    _name = "clinic.online.hold"
    _description = "Time Being Booked Online"
    _inherit = ["clinic.board.mixin"]
    # A visitor has no name; what comes of it stands on the visit.
    _clinic_logs_changes = False

    token_hash = fields.Char(required=True, readonly=True, groups=NO_ACCESS)
    network = fields.Char(required=True, readonly=True, groups=NO_ACCESS)
    phone_hash = fields.Char(readonly=True, groups=NO_ACCESS)
    email_hash = fields.Char(readonly=True, groups=NO_ACCESS)
    company_id = fields.Many2one("res.company", string="Branch", required=True, readonly=True, ondelete="cascade")
    treatments = fields.Json(required=True, readonly=True, help="Their ids, in the order in which they follow.")
    practitioner_id = fields.Many2one("clinic.practitioner", readonly=True, ondelete="cascade", help="As asked for.")
    practitioners = fields.Json(readonly=True, help="Of each treatment, who will perform it.")
    start = fields.Datetime(required=True, readonly=True)
    stop = fields.Datetime(required=True, readonly=True)
    deadline = fields.Datetime(required=True, readonly=True)
    expires_at = fields.Datetime(required=True, readonly=True, help="The deadline, or sooner for who has left.")
    kept_since = fields.Datetime(readonly=True, help="Since when this visitor keeps one time after another.")
    used_at = fields.Datetime(readonly=True)
    visit_id = fields.Many2one("clinic.visit", readonly=True, ondelete="set null", index="btree_not_null")
    reservation_ids = fields.One2many("clinic.reservation", "online_hold_id")

    _one_of_a_visitor = models.UniqueIndex("(token_hash) WHERE used_at IS NULL", "You keep another time already.")
    _open_idx = models.Index("(expires_at) WHERE used_at IS NULL")
    _network_idx = models.Index("(network)")
    _phone_idx = models.Index("(phone_hash) WHERE phone_hash IS NOT NULL")

    def _compute_display_name(self):
        self.display_name = self._label()

    @api.model
    def _label(self):
        """Return what the board and messages say of a time that is being booked."""
        return self.env._("Being booked online")

    # -- whose ---------------------------------------------------------------------------------------------------------

    @api.model
    def _hash(self, token):
        return hashlib.sha256(token.encode()).hexdigest()

    @api.model
    def _of(self, token):
        """Return what the visitor with ``token`` has not used yet, as superuser: who has the token keeps it."""
        holds = self.sudo()
        return holds.search([("token_hash", "=", self._hash(token)), ("used_at", "=", False)]) if token else holds

    @api.model
    def _used_by(self, token):
        """Return what the visitor with ``token`` has used last, as superuser."""
        used = [("token_hash", "=", self._hash(token or "")), ("used_at", "!=", False)]
        return self.sudo().search(used, order="used_at desc, id desc", limit=1) if token else self.sudo()

    def _is_live(self):
        """Return whether the time is still kept."""
        return (
            bool(self) and not self.used_at and self.expires_at > fields.Datetime.now() and bool(self.reservation_ids)
        )

    def _times(self):
        """Return what is reserved as the engine has it: a set of (resource id, start, stop), times in seconds."""
        rows = self.reservation_ids
        return frozenset((row.resource_id.id, seconds(row.start), seconds(row.stop)) for row in rows)

    def _chosen(self):
        """Return (treatments, practitioner or none) that were chosen."""
        return self.env["product.template"].browse(self.treatments), self.practitioner_id

    # -- keeping a time ------------------------------------------------------------------------------------------------

    @api.model
    def _keep(self, token, network, branch, treatments, practitioner, start):
        """Keep ``start`` (naive UTC) for the visitor with ``token`` instead of what is kept so far; return the hold.

        :param practitioner: None or none for the first available one
        :raises SlotTaken: when it is not offered, or no longer; what was kept before stays kept
        :raises TooMany: when the network keeps too many
        :raises NotAsked: when something is asked first
        """
        holds = self.sudo()
        holds._take_turn(f"visitor:{token}", f"network:{network}")
        holds._check_open(token, network)
        holds._check_asked(holds._hash(token), treatments)
        holds._release_all_over()
        own = holds._of(token)
        if own.expires_at and own.expires_at <= fields.Datetime.now():
            # It may be somebody else who sits at this device now.
            own._forget()
        online = self.env["clinic.online"]._at(branch, clinic_online_patient=own._visitor().id)
        with self.env.cr.savepoint():
            own.reservation_ids.unlink()
            if not online._is_offered(branch, treatments, practitioner or None, start):
                raise SlotTaken(self.env._("This time was just taken. Please choose another one."))
            own.company_id = branch
            hold = own or holds.create(holds._prepare_hold(token, network, branch, treatments, start))
            hold._reserve_at(online.env["clinic.availability"], treatments, practitioner, start)
        return hold

    @api.model
    def _is_asked(self, token_hash, treatments, is_other=None):
        """Return whether the visitor has answered all that is asked before ``treatments``; other addons ask.

        :param is_other: whether they are for somebody else than the visitor; None as long as that is not said
        """
        return True

    @api.model
    def _check_asked(self, token_hash, treatments, is_other=None):
        """Raise ``NotAsked`` while something is asked first."""
        if not self._is_asked(token_hash, treatments, is_other):
            raise NotAsked(self.env._("Please answer the questions first."))

    @api.model
    def _prepare_hold(self, token, network, branch, treatments, start):
        """Return the values of a new hold, whose time is not reserved yet."""
        return {
            "token_hash": self._hash(token),
            "network": network,
            "company_id": branch.id,
            "treatments": treatments.ids,
            "start": start,
            "stop": start,
            "deadline": start,
            "expires_at": start,
        }

    def _reserve_at(self, availability, treatments, practitioner, start):
        """Reserve what ``treatments`` need from ``start`` on, until the branch's deadline."""
        branch = self.company_id
        steps = availability._steps(list(treatments), practitioner or None)
        known = availability._known_of_day(steps, start, branch)
        # What the engine has seen to be free need not be looked for again, but for holds that have to be released.
        reservations = availability.env["clinic.reservation"]
        if not known.expired:
            reservations = reservations.with_context(clinic_free=PLANNED)
        now = fields.Datetime.now().replace(microsecond=0)
        until, since = self._until(now, start)
        plan = availability._first_free(steps, start, known, lambda plan: self._reserve(reservations, plan))
        self.write(
            {
                "company_id": branch.id,
                "treatments": treatments.ids,
                "practitioner_id": practitioner.id if practitioner else False,
                "practitioners": [vals["practitioner_id"] for vals in plan],
                "start": start,
                "stop": max(vals["stop"] for vals in plan),
                "deadline": until,
                "expires_at": until,
                "kept_since": since,
            }
        )

    def _until(self, now, start):
        """Return (until when ``start`` is kept, since when one time after another is kept); never for ever.

        :raises TooMany: when this visitor has kept times for too long without booking
        """
        patience = timedelta(minutes=self.company_id.clinic_online_hold)
        since = self.kept_since if self.kept_since and self.expires_at > now - patience else now
        until = min(now + patience, since + TURNS * patience, start)
        if until < now + GRACE:
            raise TooMany(self._too_many_text())
        return until, since

    def _reserve(self, reservations, plan):
        """Reserve the resources of the engine's ``plan``, and return it."""
        procedures = reservations.env["clinic.procedure"]
        reservations._reserve([vals for one in plan for vals in self._prepare_reservations(procedures.new(one))])
        return plan

    def _prepare_reservations(self, procedure):
        start = seconds(procedure.start)
        return [
            {
                "online_hold_id": self.id,
                "is_other": True,
                "company_id": self.company_id.id,
                "resource_id": resource._origin.id or resource.id,
                "start": naive(start + first),
                "stop": naive(start + last),
                "blocking": True,
            }
            for resource, _work, hold in procedure._parts_by_resource()
            for first, last in hold
        ]

    # -- limits, seen by all workers -----------------------------------------------------------------------------------

    @api.model
    def _take_turn(self, *keys):
        """Wait for those who do the same for one of ``keys`` at this moment."""
        for key in sorted(keys):
            self.env.execute_query(SQL("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", f"{self._table}:{key}"))

    @api.model
    def _check_open(self, token, network):
        """Raise when ``network`` keeps too many times; let this transaction run again when it is out of date."""
        mine = self._of(token).id
        # This transaction sees the database as it was when it began, another one sees it as it is.
        with self.env.registry.cursor() as cr:
            there = self.with_env(self.env(cr=cr))
            if there._of(token).id != mine:
                raise ConcurrencyError("Another request of the same visitor was faster")
            others = [("network", "=", network), ("used_at", "=", False), ("expires_at", ">", fields.Datetime.now())]
            if there.search_count([*others, ("token_hash", "!=", self._hash(token))]) >= MOST_OPEN:
                raise TooMany(self._too_many_text())

    @api.model
    def _too_many_text(self):
        return self.env._("So much cannot be booked online at once. Please try again later, or call us.")

    # -- letting it go -------------------------------------------------------------------------------------------------

    def _come_back(self):
        """Keep the time until its deadline again, for a visitor who had left for a moment."""
        if self._is_live() and self.expires_at != self.deadline:
            self.expires_at = self.deadline

    def _leave(self):
        """Keep the time for a moment only: the visitor has left, or loads the next page."""
        if self._is_live():
            self.expires_at = min(self.deadline, fields.Datetime.now().replace(microsecond=0) + GRACE)

    def _let_go(self):
        """Free the time at once."""
        if held := self.reservation_ids:
            self.expires_at = fields.Datetime.now()
            held.unlink()

    def _lose(self):
        """Free what somebody else has by now; the same visitor chooses another time."""
        self._let_go()
        self.expires_at = fields.Datetime.now() + GRACE

    def _release_over(self):
        """Free those of these times whose deadline has passed; one that is just being booked is left alone."""
        now = fields.Datetime.now()
        over = self.sudo().filtered(lambda hold: hold.expires_at <= now and hold.reservation_ids)
        over = over.try_lock_for_update()
        over._notify_board()
        over.reservation_ids.unlink()

    @api.model
    def _release_all_over(self):
        over = [("expires_at", "<=", fields.Datetime.now()), ("used_at", "=", False), ("reservation_ids", "!=", False)]
        self.sudo().search(over)._release_over()

    @api.model
    def _cron_release_over(self):
        """Free all times that were chosen online and let pass."""
        self._release_all_over()

    @api.autovacuum
    def _gc_holds(self):
        old = [("expires_at", "<", fields.Datetime.now() - WHILE)]
        self.sudo().search(
            [*old, "|", ("used_at", "=", False), ("used_at", "<", fields.Datetime.now() - WHILE)]
        ).unlink()
