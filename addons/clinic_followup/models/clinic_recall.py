from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import NO_ACCESS, Domain

# Every booking, however it is made, answers the recalls that it is for. By the database, so that no booking takes
# a statement more, and none is forgotten. A hold answers nothing.
FUNCTION = """
CREATE OR REPLACE FUNCTION clinic_recall_booked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE clinic_recall
       SET state = 'booked', visit_id = NEW.visit_id
     WHERE patient_id = NEW.patient_id
       AND state = 'open'
       AND (answered_by = 'visit' OR (answered_by = 'treatment' AND treatment_id = NEW.treatment_id))
       AND (SELECT state FROM clinic_visit WHERE id = NEW.visit_id) NOT IN ('held', 'cancelled', 'no_show');
    RETURN NULL;
END $$
"""
TRIGGER = """
CREATE OR REPLACE TRIGGER clinic_recall_booked AFTER INSERT ON clinic_procedure
FOR EACH ROW EXECUTE FUNCTION clinic_recall_booked()
"""
# A colleague who has opened a call is in it for so many minutes; then it is anybody's again.
CALL_MINUTES = 15
RESULTS = [
    ("reached", "Reached"),
    ("no_answer", "No answer"),
    ("call_back", "Will call back"),
    ("wrong_number", "Wrong number"),
]


class ClinicRecall(models.Model):
    """A patient to contact: why, by when, and what came of it.

    One is open per patient and cause. It comes from a rule, is answered by a booking, opened again when that is
    cancelled, and settled when its cause is gone. Written by the clinic's own steps only.
    """

    _name = "clinic.recall"
    _description = "Recall"
    _inherit = ["clinic.of.patient.mixin", "clinic.confidential.mixin"]
    _order = "priority, due_on, id"
    # The front desk's work of the day, of which the history of calls keeps what was done.
    _clinic_logs_lists = False
    _clinic_logs_changes = False

    patient_id = fields.Many2one("clinic.patient", required=True, readonly=True, ondelete="restrict", index=True)
    company_id = fields.Many2one("res.company", string="Branch", required=True, readonly=True)
    rule_id = fields.Many2one("clinic.recall.rule", required=True, readonly=True, ondelete="restrict", index=True)
    cause = fields.Selection(related="rule_id.cause", store=True, readonly=True)
    priority = fields.Integer(related="rule_id.sequence", store=True, readonly=True, string="Urgency")
    reason = fields.Char(related="rule_id.reason")
    treatment_id = fields.Many2one("product.template", string="To Book", readonly=True, ondelete="restrict")
    due_on = fields.Date(required=True, readonly=True)
    next_on = fields.Date(string="Call From", required=True, readonly=True, help="Not before this day.")
    # By which event the recall came, so that none brings two; what it was is behind other rights than the recall.
    origin = fields.Char(required=True, readonly=True, groups=NO_ACCESS)
    answered_by = fields.Char(readonly=True, groups=NO_ACCESS)
    state = fields.Selection(
        [
            ("open", "To call"),
            ("booked", "Booked"),
            ("done", "Dealt with"),
            ("settled", "Settled"),
            ("declined", "Not wanted"),
            ("stopped", "Given up"),
        ],
        required=True,
        readonly=True,
        default="open",
    )
    tries = fields.Integer(readonly=True)
    result = fields.Selection(RESULTS, string="Last Call", readonly=True)
    tried_at = fields.Datetime(string="Last Called On", readonly=True)
    reached_at = fields.Datetime(string="Reached On", readonly=True)
    visit_id = fields.Many2one("clinic.visit", readonly=True, ondelete="restrict", index="btree_not_null")
    booked_at = fields.Datetime(string="Booked by a Call On", readonly=True)
    booked_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    caller_id = fields.Many2one("res.users", string="Being Called By", readonly=True, ondelete="set null")
    called_at = fields.Datetime(readonly=True)

    _one_open = models.UniqueIndex(
        "(patient_id, cause) WHERE state = 'open'", "This patient is to be called about this already."
    )
    _one_of_origin = models.UniqueIndex(
        "(patient_id, cause, origin)", "There is a recall of this patient for the same event already."
    )
    _due_idx = models.Index("(company_id, next_on) WHERE state = 'open'")
    _declined_idx = models.Index("(patient_id, cause) WHERE state = 'declined'")
    _booked_has_a_visit = models.Constraint(
        "CHECK (state != 'booked' OR visit_id IS NOT NULL)", "A recall that was booked has a visit."
    )

    def init(self):
        super().init()
        self.env.cr.execute(FUNCTION)
        self.env.cr.execute(TRIGGER)

    @api.depends("patient_id.name", "reason")
    def _compute_display_name(self):
        for recall in self:
            recall.display_name = f"{recall.patient_id.name}: {recall.reason}"

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What came of a recall stays."))

    def _change(self, vals):
        """Write what only the clinic's own steps say of these recalls."""
        # The callers have checked the rights.
        return self.sudo()._clinic_writing().write(vals)

    def _movable_with_patient(self, kept):
        """A patient has one recall of an event, and one open of a cause."""
        there = self.sudo().search([("patient_id", "=", kept.id)])
        events = {(recall.cause, recall.origin) for recall in there}
        open_causes = {recall.cause for recall in there if recall.state == "open"}
        return (
            super()
            ._movable_with_patient(kept)
            .filtered(
                lambda recall: (
                    (recall.cause, recall.sudo().origin) not in events
                    and not (recall.state == "open" and recall.cause in open_causes)
                )
            )
        )

    @api.model
    def _due_domain(self):
        """Return which recalls are to be called about on their branch's today."""
        return Domain.OR(
            Domain("company_id", "=", branch.id) & Domain("next_on", "<=", branch._clinic_today())
            for branch in self.env.companies
        ) & Domain("state", "=", "open")

    # -- by hand ------------------------------------------------------------------------------------------------------

    def action_call(self):
        """Open the call to this patient."""
        self.ensure_one()
        action = self.env["ir.actions.client"]._for_xml_id("clinic_followup.clinic_due_list_action")
        return {**action, "params": {"patient_id": self.patient_id.id}}

    def action_decline(self):
        """The patient does not want to be called about this, now or later."""
        self.check_access("write")
        if any(recall.state not in ("open", "stopped") for recall in self):
            raise UserError(self.env._("Only what is to be called about can be declined."))
        self._change({"state": "declined", "caller_id": False})
        return True

    def action_allow(self):
        """Call about this again, if its cause is still there."""
        self.check_access("write")
        if any(recall.state not in ("declined", "stopped") for recall in self):
            raise UserError(self.env._("This recall is neither declined nor given up."))
        self._change({"state": "settled", "tries": 0})
        self._refresh(self.patient_id)
        return True
