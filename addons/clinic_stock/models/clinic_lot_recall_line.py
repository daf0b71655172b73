from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.clinic.door import a_text, takes


class ClinicLotRecallLine(models.Model):
    """One patient of a recall: what was used on them, and whether they know.

    Nobody writes it by hand: the recall finds it, and what becomes of it is told by its methods.
    """

    _name = "clinic.lot.recall.line"
    _description = "Patient of a Lot Recall"
    _inherit = ["clinic.state.mixin", "clinic.confidential.mixin"]
    _order = "recall_id desc, id"
    _rec_name = "patient_id"
    # The list of whom to call; it is opened or exported, which is logged.
    _clinic_logs_lists = False

    _transitions = {
        "to_inform": {"sending", "sent", "reached", "unreachable"},
        "sending": {"sent", "failed", "reached", "unreachable"},
        "sent": {"failed", "reached", "unreachable"},
        "failed": {"sending", "sent", "reached", "unreachable"},
        "reached": {"to_inform", "sending", "sent", "failed"},
        "unreachable": {"to_inform", "sending", "sent", "failed", "reached"},
    }

    recall_id = fields.Many2one("clinic.lot.recall", required=True, readonly=True, ondelete="cascade")
    recall_state = fields.Selection(related="recall_id.state", string="Recall Status")
    patient_id = fields.Many2one("clinic.patient", required=True, readonly=True, ondelete="restrict", index=True)
    phone = fields.Char(related="patient_id.phone")
    email = fields.Char(related="patient_id.email")
    company_ids = fields.Many2many(
        "res.company", string="Branches", readonly=True, help="Where the lot was used on the patient."
    )
    branch_names = fields.Char(compute="_compute_branch_names", compute_sudo=True, string="Used In")
    channel = fields.Selection(
        [("email", "E-mail"), ("phone", "Phone"), ("none", "None")],
        compute="_compute_channel",
        store=True,
        help="How the patient is told: by a message where that is possible, else by a call.",
    )
    state = fields.Selection(
        [
            ("to_inform", "To inform"),
            ("sending", "On its way"),
            ("sent", "Message sent"),
            ("failed", "Message failed"),
            ("reached", "Reached"),
            ("unreachable", "Not reachable"),
        ],
        string="Status",
        required=True,
        readonly=True,
        default="to_inform",
        index=True,
    )
    sent_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    sent_at = fields.Datetime(string="Message", readonly=True, help="When the message was put into the outbox.")
    failure = fields.Char(readonly=True, help="Why the message could not be sent.")
    message_state = fields.Selection(
        selection=[("sending", "On its way"), ("sent", "Sent"), ("failed", "Failed")], readonly=True
    )
    marked_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    marked_at = fields.Datetime(
        string="Marked", readonly=True, help="When the patient was marked as reached or not reachable."
    )
    reason = fields.Char(readonly=True, help="Why the patient cannot be reached.")

    _patient_once = models.UniqueIndex("(recall_id, patient_id)", "This patient is on the recall's list already.")
    _reason_given = models.Constraint(
        "CHECK (state != 'unreachable' OR btrim(reason) != '')", "Say why the patient cannot be reached."
    )
    _marked_by_somebody = models.Constraint(
        "CHECK (state NOT IN ('reached', 'unreachable') OR (marked_by_id IS NOT NULL AND marked_at IS NOT NULL))",
        "Who marked the patient, and when, is written down.",
    )
    _sent_by_somebody = models.Constraint(
        "CHECK (state NOT IN ('sending', 'sent', 'failed') OR (sent_by_id IS NOT NULL AND sent_at IS NOT NULL))",
        "Who sent the message, and when, is written down.",
    )

    @api.depends("company_ids.name")
    def _compute_branch_names(self):
        """Name also the branches that the user does not work in now: their names are no secret."""
        for line in self:
            line.branch_names = ", ".join(line.company_ids.mapped("name"))

    @api.depends("patient_id.email_normalized", "patient_id.phone")
    def _compute_channel(self):
        for line in self:
            line.channel = line._find_channel()

    def _find_channel(self):
        """Return by which channel this patient is told. Other addons put theirs before it."""
        self.ensure_one()
        if self.patient_id.email_normalized:
            return "email"
        return "phone" if self.patient_id.phone else "none"

    def _act(self, vals):
        """Write what became of these lines, which nobody writes by hand."""
        self.check_access("read")
        self.recall_id.check_access("write")
        self.recall_id._check_open()
        # Anyone who works on the recall, which was checked, may say so of the patients whom they see.
        return self.sudo().write(vals)

    def action_reached(self):
        """Somebody has spoken with these patients."""
        return self._act(
            {
                "state": "reached",
                "marked_by_id": self.env.uid,
                "marked_at": fields.Datetime.now(),
                "reason": False,
            }
        )

    @takes(reason=a_text(optional=True))
    def mark_unreachable(self, reason):
        """Write down that these patients cannot be reached, and why."""
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the patient cannot be reached."))
        return self._act(
            {
                "state": "unreachable",
                "marked_by_id": self.env.uid,
                "marked_at": fields.Datetime.now(),
                "reason": reason,
            }
        )

    def action_unreachable(self):
        """Ask why these patients cannot be reached."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Not Reachable"),
            "res_model": "clinic.lot.recall.unreachable",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_line_ids": self.ids},
        }

    def action_take_back(self):
        """Take back that these patients were reached, or could not be: it was marked by mistake."""
        unmarked = {"marked_by_id": False, "marked_at": False, "reason": False}
        for line in self:
            line._act({"state": line.message_state or "to_inform", **unmarked})
