from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.clinic.people import is_phone

MOST_NUMBER = 64
OUTCOMES = [
    ("booked", "Booked"),
    ("changed", "Visit moved or cancelled"),
    ("asked", "Had a question"),
    ("reached", "Reached, not booked"),
    ("call_back", "Will call back"),
    ("no_answer", "No answer"),
    ("wrong_number", "Wrong number"),
    ("other", "Something else"),
]


class ClinicCall(models.Model):
    """One call, in or out: with whom, when, and what came of it. There is no place for what was said.

    Written by a press on the outcome, never by the telephone system alone. What was said to a patient stands in the
    history of messages as well, to which the call belongs.
    """

    _name = "clinic.call"
    _description = "Call"
    _inherit = ["clinic.of.patient.mixin", "clinic.confidential.mixin"]
    _order = "called_at desc, id desc"
    # The front desk's work of the day.
    _clinic_logs_lists = False
    # It is a log itself.
    _clinic_logs_changes = False

    direction = fields.Selection([("in", "Incoming"), ("out", "Outgoing")], required=True, readonly=True)
    number = fields.Char(readonly=True, help="Of the other side, as far as it is known.")
    call_key = fields.Char(readonly=True, exportable=False, help="By it a call that is sent again is known.")
    patient_id = fields.Many2one("clinic.patient", readonly=True, ondelete="restrict", index="btree_not_null")
    company_id = fields.Many2one(
        "res.company", string="Branch", required=True, readonly=True, ondelete="restrict", index=True
    )
    user_id = fields.Many2one("res.users", string="By", required=True, readonly=True, ondelete="restrict")
    called_at = fields.Datetime(string="When", required=True, readonly=True, index=True)
    outcome = fields.Selection(OUTCOMES, required=True, readonly=True)
    visit_id = fields.Many2one("clinic.visit", string="Booked Visit", readonly=True, ondelete="restrict")
    message_id = fields.Many2one("clinic.message", string="In the History", readonly=True, ondelete="restrict")
    booking_rate = fields.Float(
        compute="_compute_booking_rate", store=True, aggregator="avg", string="Booked (%)", help="Of these calls."
    )

    _key_uniq = models.UniqueIndex("(user_id, call_key) WHERE call_key IS NOT NULL", "This call was written down.")
    _visit_uniq = models.UniqueIndex("(visit_id) WHERE visit_id IS NOT NULL", "This visit was booked in another call.")
    _message_uniq = models.UniqueIndex("(message_id) WHERE message_id IS NOT NULL", "This call was written down.")
    _booked_has_a_visit = models.Constraint(
        "CHECK ((outcome = 'booked') = (visit_id IS NOT NULL))", "A call in which was booked has a visit."
    )
    _visit_of_a_patient = models.Constraint(
        "CHECK (visit_id IS NULL OR patient_id IS NOT NULL)", "A visit is booked for a patient."
    )

    @api.depends("outcome")
    def _compute_booking_rate(self):
        for call in self:
            call.booking_rate = 100.0 if call.outcome == "booked" else 0.0

    @api.depends("direction", "outcome")
    def _compute_display_name(self):
        # Without the number and the name: it reaches logs.
        for call in self:
            call.display_name = self.env._("Call %s", call.id or "")

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What came of a call stays."))

    @api.model
    def _write_down(self, direction, outcome, number="", patient=None, visit=None, message=None, key=None):
        """Write a call of this user down, and return it; the caller has checked the rights.

        Of a ``number``, only what can be dialled is kept.
        """
        number = (number or "").strip()[:MOST_NUMBER]
        values = {
            "direction": direction,
            "outcome": outcome,
            "number": number if is_phone(number) else False,
            "call_key": key or False,
            "patient_id": patient.id if patient else False,
            "company_id": (visit.company_id if visit else self.env.company).id,
            "user_id": self.env.uid,
            "called_at": fields.Datetime.now(),
            "visit_id": visit.id if visit else False,
            "message_id": message.id if message else False,
        }
        # Nobody writes calls by hand.
        return self.sudo()._clinic_writing().create(values).with_env(self.env)

    def action_open_patient(self):
        """Open the call's patient."""
        self.ensure_one()
        if not self.patient_id:
            raise UserError(self.env._("Nobody knows who called."))
        return self.patient_id.get_formview_action()
