from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..allocation import allocate, misfit


class ClinicProcedure(models.Model):
    """What a session of a package pays for.

    A booked procedure has none of its own: which session it will use follows from what the patient has left, the one
    that expires first, so that nothing is out of date when a visit is moved or cancelled. Once it was performed, the
    ledger says which one it has used. Reception may choose another one, or none.
    """

    _inherit = "clinic.procedure"

    session_id = fields.Many2one(
        "clinic.session",
        string="Chosen Session",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        help="What reception has chosen; empty: the session that expires first.",
    )
    is_session_declined = fields.Boolean(
        string="Pays Separately", readonly=True, copy=False, help="No session of a package is used for it."
    )
    session_use_id = fields.Many2one(
        "clinic.session",
        string="Session",
        compute="_compute_session_use_id",
        compute_sudo=True,
        inverse="_inverse_session_use_id",
        domain="[('id', 'in', session_choice_ids)]",
        help="What of a package pays for it; empty: it is charged.",
    )
    has_no_session_left = fields.Boolean(
        compute="_compute_session_use_id", compute_sudo=True, help="The patient had sessions of it, and has none now."
    )
    session_choice_ids = fields.Many2many("clinic.session", compute="_compute_session_choice_ids")

    _one_planned_a_session = models.UniqueIndex(
        "(session_id) WHERE session_id IS NOT NULL AND state != 'cancelled'",
        "This session was chosen for another treatment of this patient.",
    )

    # What the patient has left changes without a field of this model: it is asked each time.
    @api.depends("session_id", "is_session_declined", "state", "treatment_id", "practitioner_id", "start")
    def _compute_session_use_id(self):
        uses = self._session_uses()
        emptied = self._without_session_left(uses)
        for procedure in self:
            procedure.session_use_id = uses.get(procedure._origin) or False
            procedure.has_no_session_left = procedure._origin in emptied

    def _inverse_session_use_id(self):
        for procedure in self:
            procedure._choose_session(procedure.session_use_id)

    @api.depends("patient_id", "treatment_id", "state")
    def _compute_session_choice_ids(self):
        for procedure in self:
            procedure.session_choice_ids = procedure._usable_sessions() | procedure.session_use_id

    # -- which session ------------------------------------------------------------------------------------------------

    def _session_uses(self):
        """Return {procedure: the session that pays for it}: used by it, or what it will use.

        What was performed and not paid up is charged, although a session is there.
        """
        known = self._origin
        used = self._used_sessions(known)
        # Whose session pays does not depend on who looks.
        waiting = (known - self.browse().union(*used)).sudo()
        allocation = self.sudo()._allocation(waiting.patient_id)
        planned = {
            procedure.with_env(self.env): session.with_env(self.env)
            for procedure, session in allocation.items()
            if procedure in waiting and (procedure.state != "done" or session._pays_now())
        }
        return {**planned, **used}

    @api.model
    def _without_session_left(self, uses):
        """Return those of these procedures without one of ``uses`` whose patient had sessions of the treatment."""
        others = self._origin.filtered(lambda p: p not in uses and p.state in ("planned", "in_progress"))
        if not others:
            return others
        self.env["clinic.session"].flush_model(["state", "treatment_id", "course_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT course.patient_id, session.treatment_id
                  FROM clinic_session session
                  JOIN clinic_course course ON course.id = session.course_id
                 WHERE course.patient_id = ANY(%s) AND session.treatment_id = ANY(%s) AND session.state != 'draft'
                """,
                others.sudo().patient_id.ids,
                others.sudo().treatment_id.ids,
            )
        )
        had = set(rows)
        return others.filtered(lambda p: not p.is_session_declined and (p.patient_id.id, p.treatment_id.id) in had)

    @api.model
    def _used_sessions(self, procedures):
        """Return {procedure: the session that was used for it} of ``procedures``."""
        if not procedures:
            return {}
        # As above.
        sessions = self.env["clinic.session"].sudo().search([("procedure_id", "in", procedures.ids)])
        return {session.procedure_id.with_env(self.env): session.with_env(self.env) for session in sessions}

    def _usable_sessions(self):
        """Return the open sessions that reception may choose for this procedure."""
        self.ensure_one()
        # As above.
        procedure = self._origin.sudo()
        sessions = self.env["clinic.session"]
        if not procedure or procedure.is_checked_out:
            return sessions
        facts = sessions._left_facts(procedure.patient_id)
        [use] = procedure._own_use_facts() if facts else [None]
        return sessions.browse([fact.id for fact in facts if misfit(fact, use) is None])

    # -- choosing -----------------------------------------------------------------------------------------------------

    def _choose_session(self, session):
        """Let ``session`` pay for this procedure; none: it is charged.

        :raises AccessError: for anyone but reception
        :raises UserError: when it is charged already, or the session is not for it
        """
        self.ensure_one()
        if not (self.env.su or self.env.user.has_group("clinic.group_reception")):
            raise AccessError(self.env._("Only reception chooses what pays for a treatment."))
        self.check_access("write")
        current = self._session_uses().get(self, self.env["clinic.session"])
        if session == current and not self.is_session_declined:
            return
        self.visit_id._check_not_charged()
        if session:
            session._check_usable(self, paid=self.state == "done" and session.state != "draft")
        used = self._used_sessions(self).get(self)
        if used:
            used._give_back(self.env._("Another payment was chosen"))
        self._write_session(session)
        if self.state == "done":
            self.visit_id._hold_off_checkout()
            self._redeem()

    def _write_session(self, session):
        # What was checked by the caller is written by nobody else.
        values = {"session_id": session.id, "is_session_declined": not session}
        self.sudo()._clinic_writing()._write_facts(values)
        self._forget_session_uses()

    @api.model
    def _forget_session_uses(self):
        """Let what sessions pay for be asked again: it has changed for all procedures of a patient."""
        self.env.flush_all()
        self.invalidate_model(["session_use_id", "has_no_session_left", "price_subtotal", "price_total"])
        self.env["clinic.visit"].invalidate_model(["amount_total", "amount_to_pay"])

    # -- using --------------------------------------------------------------------------------------------------------

    def _after_transition(self, new):
        super()._after_transition(new)
        if new == "done":
            # What is used does not depend on who performs it.
            self.sudo()._redeem()

    def _redeem(self):
        """Use for each of these performed procedures the session that is for it, if there is one that is sold.

        A session that is not paid for is not used: the treatment is charged, unless reception takes the payment first
        and chooses it.
        """
        allocation = self.sudo()._allocation(self.sudo().patient_id)
        uses = {}
        for procedure in self.sudo():
            session = allocation.get(procedure)
            if procedure.state == "done" and session and session.state == "open":
                uses[session] = procedure
        self._use_paid(uses)

    @api.model
    def _use_paid(self, uses):
        """Use the sessions of ``uses``, {session: procedure}, as far as they are paid for together."""
        chosen = self.env["clinic.session"].sudo()
        for session in uses:
            if session.course_id._is_paid_up(session | (chosen & session.course_id.session_ids)):
                chosen |= session
        uses = {session: uses[session] for session in chosen}
        if uses:
            chosen._use("redeemed", uses)
            self.browse().union(*uses.values()).sudo()._forget_choice()

    def _forget_choice(self):
        """What was chosen has been used: the ledger says so from now on."""
        chosen = self.filtered(lambda procedure: procedure.session_id or procedure.is_session_declined)
        chosen._clinic_writing()._write_facts({"session_id": False, "is_session_declined": False})

    def _miss(self):
        """Use a session for each of these procedures to which the patient did not come, where its terms say so."""
        missed = self.filtered(lambda procedure: procedure.state == "planned" and not procedure.is_session_declined)
        sessions = self.env["clinic.session"]
        found = allocate(sessions._left_facts(missed.patient_id), missed._own_use_facts() if missed else [])
        for procedure_id, session_id in found.items():
            session = sessions.browse(session_id)
            if session.state == "open" and session.course_id.missed_counts and session._pays_now():
                session._use("missed", {session: self.browse(procedure_id)})

    def _done_day(self):
        """Return the branch's day on which this procedure was performed."""
        self.ensure_one()
        return self.company_id._clinic_local(self.done_at or self.start).date()

    # -- money --------------------------------------------------------------------------------------------------------

    def _prepare_treatment_lines(self):
        """A session pays for one; what was performed more often, e.g. on more areas, is charged."""
        lines = super()._prepare_treatment_lines()
        if not self._origin.sudo().session_use_id:
            return lines
        return [{**line, "quantity": line["quantity"] - 1} for line in lines if line["quantity"] > 1]

    def _amount_earned(self):
        """A session brings its share of the package's price."""
        return self._origin.sudo().session_use_id.value + super()._amount_earned()

    # -- the gate -----------------------------------------------------------------------------------------------------

    def _gate_reasons(self):
        """Say that a session is not paid for, or that the patient's package has none left."""
        return [*super()._gate_reasons(), *self._session_reasons()]

    def _session_reasons(self):
        self.ensure_one()
        # What pays for it is known to everybody who sees the procedure.
        session = self.sudo().session_use_id
        if session:
            if session._pays_now():
                return []
            text = self.env._("%s is not paid for yet.", session.display_name)
            way_out = self.env._("Take the instalment, or let this treatment be charged separately.")
            return [self._session_reason("session_unpaid", "stop", text, way_out)]
        if self.has_no_session_left:
            text = self.env._("No session of the package is left: this treatment is charged.")
            return [self._session_reason("session_none", "info", text, "")]
        return []

    @api.model
    def _session_reason(self, key, level, text, way_out):
        return {"key": key, "kind": "session", "level": level, "text": text, "neutral": text, "way_out": way_out}

    def _check_transition(self, new, vals):
        super()._check_transition(new, vals)
        if new == "cancelled" and self._used_sessions(self).get(self):
            raise UserError(self.env._("%s has used a session; give it back first.", self.visit_id._spoken_name()))
