from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# What happened -> whether the session can be used afterwards.
KINDS = [
    ("sold", "Sold"),
    ("unsold", "Sale taken back"),
    ("redeemed", "Performed"),
    ("missed", "Missed"),
    ("returned", "Given back"),
    ("expired", "Expired"),
    ("extended", "Extended"),
    ("refunded", "Refunded"),
    ("swapped", "Swapped"),
    ("transferred", "Transferred to another patient"),
    ("received", "Received from another patient"),
]
USES = ("redeemed", "missed")
# Rows stay as they were written; the one thing that comes later is the entry in the books, once.
LOCK = """
CREATE OR REPLACE FUNCTION clinic_session_event_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.move_id IS NULL AND (
        OLD.session_id, OLD.kind, OLD.date, OLD.amount, OLD.procedure_id, OLD.reverses_id, OLD.round, OLD.attempt,
        OLD.refund_id, OLD.user_id, OLD.reason, OLD.valid_to, OLD.create_date
    ) IS NOT DISTINCT FROM (
        NEW.session_id, NEW.kind, NEW.date, NEW.amount, NEW.procedure_id, NEW.reverses_id, NEW.round, NEW.attempt,
        NEW.refund_id, NEW.user_id, NEW.reason, NEW.valid_to, NEW.create_date
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'The session ledger is append-only.' USING ERRCODE = 'restrict_violation';
END $$;
CREATE OR REPLACE TRIGGER clinic_session_event_stays BEFORE UPDATE OR DELETE ON clinic_session_event
    FOR EACH ROW EXECUTE FUNCTION clinic_session_event_stays();
"""


class ClinicSessionEvent(models.Model):
    """The ledger of sessions: what happened to each, who did it, when, why, and by which document.

    The amounts of a session's rows up to a day add up to what of it waits in the account of deferred revenue on that
    day. Rows are never changed or deleted, which the database sees to; what was wrong is answered by another row.
    """

    _name = "clinic.session.event"
    _description = "Session Ledger"
    _order = "id desc"
    _rec_name = "kind"
    _clinic_logs_lists = False
    _clinic_locked = ("session_id", "kind", "date", "amount", "procedure_id", "reverses_id", "move_id", "refund_id")

    session_id = fields.Many2one("clinic.session", required=True, readonly=True, ondelete="restrict", index=True)
    course_id = fields.Many2one(related="session_id.course_id")
    company_id = fields.Many2one("res.company", string="Branch", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(KINDS, string="What", required=True, readonly=True)
    date = fields.Date(required=True, readonly=True, help="The branch's day on which it happened.")
    user_id = fields.Many2one("res.users", string="By", required=True, readonly=True, ondelete="restrict")
    reason = fields.Char(readonly=True)
    procedure_id = fields.Many2one("clinic.procedure", readonly=True, ondelete="restrict", index="btree_not_null")
    move_id = fields.Many2one(
        "account.move", string="Document", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    refund_id = fields.Many2one("clinic.refund", readonly=True, ondelete="restrict", index="btree_not_null")
    amount = fields.Monetary(readonly=True, help="By how much what waits as deferred revenue changed.")
    valid_to = fields.Date(readonly=True, help="Of an extension: the new last day.")
    reverses_id = fields.Many2one("clinic.session.event", readonly=True, ondelete="restrict")
    # How many times the session, and the procedure, had been given back by then: with them the unique indexes below
    # allow one live use and no second one, although no row is ever changed.
    round = fields.Integer(required=True, readonly=True, default=0)
    attempt = fields.Integer(required=True, readonly=True, default=0)

    _one_live_use_of_session = models.UniqueIndex(
        "(session_id, round) WHERE kind IN ('redeemed', 'missed')", "This session has been used already."
    )
    _one_session_a_procedure = models.UniqueIndex(
        "(procedure_id, attempt) WHERE kind IN ('redeemed', 'missed')",
        "Another session has paid for this procedure already.",
    )
    _one_reversal = models.UniqueIndex(
        "(reverses_id) WHERE reverses_id IS NOT NULL", "This use of the session was given back already."
    )
    _use_has_procedure = models.Constraint(
        "CHECK (kind NOT IN ('redeemed', 'missed') OR procedure_id IS NOT NULL)",
        "A session is used by a procedure.",
    )
    _return_has_use = models.Constraint(
        "CHECK ((kind = 'returned') = (reverses_id IS NOT NULL))", "Only a use is given back."
    )
    _by_date_idx = models.Index("(company_id, date)")
    _waiting_idx = models.Index("(company_id, date) WHERE move_id IS NULL")

    def init(self):
        super().init()
        self.env.cr.execute(LOCK)

    @api.depends("kind", "session_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for event in self:
            event.display_name = f"{event.session_id.display_name}: {labels.get(event.kind, '')}"

    def write(self, vals):
        if vals.keys() - {"move_id"}:
            raise UserError(self.env._("The session ledger is not edited: what was wrong is answered by another row."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The session ledger is not deleted: what was wrong is answered by another row."))

    @api.model
    def _returns(self, name, ids):
        """Return {id: how many uses were given back} of sessions or procedures.

        :param name: "session_id" or "procedure_id"
        """
        if not ids:
            return {}
        query = SQL(
            "SELECT %(name)s, COUNT(*) FROM clinic_session_event"
            " WHERE kind = 'returned' AND %(name)s = ANY(%(ids)s) GROUP BY 1",
            name=SQL.identifier(name),
            ids=list(ids),
        )
        self.flush_model(["kind", "session_id", "procedure_id"])
        return dict(self.env.execute_query(query))

    @api.model
    def _deferred_on(self, day, branches):
        """Return {branch id: the value of its sessions that were not performed by the end of ``day``}."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT company_id, SUM(amount) FROM clinic_session_event"
                " WHERE date <= %s AND company_id = ANY(%s) GROUP BY company_id",
                day,
                branches.ids,
            )
        )
        return {branch_id: float(amount or 0) for branch_id, amount in rows}
