import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from ..allocation import misfit
from .clinic_session_event import USES

_logger = logging.getLogger(__name__)

# What happened -> the session's state afterwards.
AFTER = {
    "sold": "open",
    "received": "open",
    "unsold": "draft",
    "redeemed": "redeemed",
    "missed": "missed",
    "returned": "open",
    "expired": "expired",
    "refunded": "refunded",
    "swapped": "swapped",
    "transferred": "transferred",
    "extended": "open",
}
STATES = [
    ("draft", "Not sold yet"),
    ("open", "To use"),
    ("redeemed", "Performed"),
    ("missed", "Missed"),
    ("expired", "Expired"),
    ("refunded", "Refunded"),
    ("swapped", "Swapped"),
    ("transferred", "Transferred"),
]


class ClinicSession(models.Model):
    """One session of a course: the unit that was bought, that is used once, and that has a value of its own.

    Its state and the procedure that used it are what its last row in the ledger says; both are written together with
    that row and by nobody else.
    """

    _name = "clinic.session"
    _description = "Session"
    _order = "course_id desc, number"
    _clinic_locked = ("course_id", "state", "procedure_id", "value", "total", "valid_to")

    course_id = fields.Many2one("clinic.course", required=True, readonly=True, ondelete="restrict", index=True)
    patient_id = fields.Many2one(related="course_id.patient_id")
    company_id = fields.Many2one("res.company", string="Branch", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    number = fields.Integer(required=True, readonly=True)
    line_id = fields.Many2one("clinic.package.line", readonly=True, ondelete="set null")
    treatment_id = fields.Many2one("product.template", readonly=True, ondelete="restrict")
    category_id = fields.Many2one("product.category", string="Any Treatment Of", readonly=True, ondelete="restrict")
    what = fields.Char(compute="_compute_what", string="Treatment")
    state = fields.Selection(STATES, required=True, readonly=True, default="draft")
    procedure_id = fields.Many2one("clinic.procedure", string="Used By", readonly=True, ondelete="restrict")
    performed_on = fields.Date(compute="_compute_performed")
    practitioner_id = fields.Many2one("clinic.practitioner", compute="_compute_performed", string="By")
    valid_to = fields.Date(readonly=True, help="The last day on which it can be used; empty: no end date.")
    value = fields.Monetary(
        readonly=True, help="What of the sale waits as deferred revenue until this session is performed."
    )
    total = fields.Monetary(string="Price", readonly=True, help="Its share of what the patient pays, taxes included.")
    list_value = fields.Monetary(string="List Price, Untaxed", readonly=True, help="Of a single session at the sale.")
    list_total = fields.Monetary(string="List Price", readonly=True, help="Of a single session, taxes included.")
    is_untaxed = fields.Boolean(readonly=True, help="Sold without tax: the tax is due when it is performed.")
    event_ids = fields.One2many("clinic.session.event", "session_id", string="History", readonly=True)

    _number_once = models.UniqueIndex("(course_id, number)", "A course has each session once.")
    _procedure_once = models.UniqueIndex(
        "(procedure_id) WHERE procedure_id IS NOT NULL", "Another session has paid for this procedure already."
    )
    _used_by = models.Constraint(
        "CHECK ((state IN ('redeemed', 'missed')) = (procedure_id IS NOT NULL))",
        "A session that was used names its procedure.",
    )
    _of_something = models.Constraint(
        "CHECK (num_nonnulls(treatment_id, category_id) = 1)", "A session is of a treatment or of a category."
    )
    _open_idx = models.Index("(course_id) WHERE state = 'open'")

    @api.depends("course_id.name", "number", "course_id.session_count")
    @api.depends_context("session_number_only")
    def _compute_display_name(self):
        # Beside its course a session is a number.
        short = self.env.context.get("session_number_only")
        for session in self:
            if short:
                session.display_name = self.env._("Session %s", session.number)
                continue
            session.display_name = self.env._(
                "%(package)s, session %(number)s of %(count)s",
                package=session.course_id.package_name or session.course_id.name or "",
                number=session.number,
                count=session.course_id.session_count,
            )

    @api.depends("treatment_id.name", "category_id.name")
    @api.depends_context("lang")
    def _compute_what(self):
        for session in self:
            session.what = session.treatment_id.name or self.env._("Any: %s", session.category_id.name or "")

    @api.depends("procedure_id")
    def _compute_performed(self):
        # Everybody who sees the course sees who performed it, as on the visit.
        for session in self.sudo():
            procedure = session.procedure_id
            session.performed_on = procedure._local_day() if procedure else False
            session.practitioner_id = procedure.practitioner_id

    def _neutral_name(self):
        """Return what entries in the books call this session: its course's number, nothing of a treatment."""
        self.ensure_one()
        return f"{self.course_id.name} {self.number}/{self.course_id.session_count}"

    # -- the ledger ---------------------------------------------------------------------------------------------------

    def _lock(self):
        """Wait for another use of these sessions at this moment; its transaction makes this one run again."""
        self.flush_recordset()
        self.env.execute_query(SQL("SELECT id FROM clinic_session WHERE id = ANY(%s) ORDER BY id FOR UPDATE", self.ids))

    def _record(self, kind, each=None, **values):
        """Write what happened to these sessions into the ledger, and their states with it; return the rows.

        :param kind: one of ``KINDS``
        :param each: {session: values of its row alone}
        :param values: what all rows have in common, e.g. ``reason``, ``move_id``, ``date``
        """
        each = each or {}
        events = self.env["clinic.session.event"]
        rows = self._prepare_events(kind, [{**values, **each.get(session, {})} for session in self])
        # Nobody writes the ledger by hand; every caller has checked what it records.
        created = events.sudo()._clinic_writing().create(rows).with_env(self.env)
        if kind != "extended":
            for session, row in zip(self.sudo()._clinic_writing(), rows, strict=True):
                used_by = row.get("procedure_id") if kind in USES else False
                session.write({"state": AFTER[kind], "procedure_id": used_by})
        created.sudo()._post_entries()
        self.course_id.sudo()._count_sessions()
        self.env["clinic.procedure"]._forget_session_uses()
        return created

    def _prepare_events(self, kind, values):
        """Return the values of the rows of the ledger that say ``kind`` of these sessions, with ``values`` each."""
        sign = {"sold": 1, "received": 1, "returned": 1, "extended": 0}.get(kind, -1)
        returns = self.env["clinic.session.event"]._returns
        rounds = returns("session_id", self.ids)
        attempts = returns("procedure_id", [own["procedure_id"] for own in values if own.get("procedure_id")])
        return [
            {
                "session_id": session.id,
                "company_id": session.company_id.id,
                "kind": kind,
                "date": session.company_id._clinic_today(),
                "user_id": self.env.uid,
                "amount": sign * session.value,
                "round": rounds.get(session.id, 0),
                "attempt": attempts.get(own.get("procedure_id"), 0),
                **own,
            }
            for session, own in zip(self, values, strict=True)
        ]

    @api.model
    def _use(self, kind, uses, paid=True):
        """Use sessions for procedures that were performed or missed.

        :param uses: {session: procedure}
        :param paid: whether they have to be paid for
        :raises UserError: when one cannot be used, in words
        """
        sessions = self.union(*uses)
        sessions._lock()
        each = {}
        for session, procedure in uses.items():
            session._check_usable(procedure, paid)
            day = procedure._local_day() if kind == "missed" else procedure._done_day()
            each[session] = {"procedure_id": procedure.id, "date": day}
        return sessions._record(kind, each)

    def _give_back(self, reason):
        """Make these used sessions usable again; their procedures are then paid for otherwise."""
        self._lock()
        for session in self:
            use = session.sudo().event_ids.filtered(lambda event: event.kind in USES).sorted("id")[-1:]
            if session.state not in USES or not use:
                raise UserError(self.env._("%s has not been used.", session.display_name))
            row = {"procedure_id": use.procedure_id.id, "reverses_id": use.id}
            session._record("returned", {session: row}, reason=reason)

    # -- what it can be used for --------------------------------------------------------------------------------------

    def _is_for(self, procedure):
        """Return whether this session could pay for ``procedure``."""
        return not self._misfit(procedure)

    def _misfit(self, procedure):
        """Return why this session is not for ``procedure``, by ``allocation.misfit``; None when it is."""
        self.ensure_one()
        # Whether it fits does not depend on who asks.
        [session], [use] = self.sudo()._own_facts(), procedure.sudo()._own_use_facts()
        return misfit(session, use)

    def _misfit_text(self, reason, procedure):
        """Return ``reason`` in words."""
        session, course = self.sudo(), self.sudo().course_id
        name = session.display_name
        labels = dict(self._fields["state"]._description_selection(self.env))
        day = session.valid_to and format_date(self.env, session.valid_to)
        who = ", ".join(course.practitioner_ids.mapped("name"))
        texts = {
            "treatment": lambda: self.env._(
                "%(session)s is not for %(what)s.", session=name, what=procedure.sudo().treatment_id.name
            ),
            "patient": lambda: self.env._("%s belongs to another patient.", name),
            "branch": lambda: self.env._(
                "%(session)s was sold by %(branch)s and is performed there.",
                session=name,
                branch=session.company_id.name,
            ),
            "practitioner": lambda: self.env._("%(session)s is performed by %(who)s alone.", session=name, who=who),
            "sale": lambda: self.env._("%s is being sold at another visit.", name),
            "state": lambda: self.env._(
                "%(session)s cannot be used: it is “%(state)s”.", session=name, state=labels[session.state]
            ),
            "expired": lambda: self.env._(
                "%(session)s was valid until %(day)s. Ask a manager to extend it.", session=name, day=day
            ),
        }
        return texts[reason]()

    def _pays_now(self):
        """Return whether this session could be used at this moment, as far as money is concerned."""
        self.ensure_one()
        return self.state == "draft" or self.course_id._is_paid_up(self)

    def _check_usable(self, procedure, paid=True):
        """Raise ``UserError`` when this session cannot be used for ``procedure``.

        :param paid: whether it has to be paid for by now
        """
        self.ensure_one()
        if reason := self._misfit(procedure):
            raise UserError(self._misfit_text(reason, procedure))
        if paid:
            self.sudo().course_id._check_paid_up(self.sudo())

    # -- expiry -------------------------------------------------------------------------------------------------------

    @api.model
    def _cron_expire(self):
        """Let the sessions expire whose last day is over in their branch; their value becomes income."""
        for branch in self.env["res.company"].search([]):
            due = self.search(
                [("state", "=", "open"), ("company_id", "=", branch.id), ("valid_to", "<", branch._clinic_today())]
            )
            for course, sessions in due.grouped("course_id").items():
                try:
                    with self.env.cr.savepoint():
                        reason = self.env._("Valid until %s", format_date(self.env, course.valid_to))
                        sessions._lock()
                        sessions._record("expired", reason=reason)
                except UserError as error:
                    # Another branch's sessions expire all the same.
                    _logger.warning("Sessions of course %s could not expire: %s", course.id, error)
                if not self.env["ir.cron"]._commit_progress(1):
                    return
