from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import WHEN

# What a patient has said never changes, by any way into the database.
LOCK = """
CREATE OR REPLACE FUNCTION clinic_signal_keeps_answers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'clinic_signal' THEN
        IF (OLD.link_id, OLD.company_id, OLD.words, OLD.since_on, OLD.wants_call, OLD.call_number, OLD.call_when,
            OLD.lang, OLD.reported_at) IS NOT DISTINCT FROM
           (NEW.link_id, NEW.company_id, NEW.words, NEW.since_on, NEW.wants_call, NEW.call_number, NEW.call_when,
            NEW.lang, NEW.reported_at) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'What a patient has reported never changes and stays: % is refused.', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE OR REPLACE TRIGGER clinic_signal_keeps_answers BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION clinic_signal_keeps_answers();
"""
TABLES = ("clinic_signal", "clinic_signal_procedure_rel", "clinic_signal_symptom_rel")
OUTCOMES = [("reaction", "Recorded as a reaction"), ("advice", "Advice given"), ("nothing", "Nothing found")]


class ClinicSignal(models.Model):
    """A problem that a patient has reported after a procedure: what was said stays; who treats says what came of it.

    Made by the page of a link alone. Its thread carries the activities; nobody is shown one to write in.
    """

    _name = "clinic.signal"
    _description = "Patient's Report"
    _inherit = ["clinic.of.patient.mixin", "clinic.confidential.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "is_urgent desc, reported_at desc, id desc"

    patient_id = fields.Many2one("clinic.patient", required=True, readonly=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(
        "res.company", string="Branch", required=True, readonly=True, ondelete="restrict", index=True
    )
    link_id = fields.Many2one("clinic.signal.link", required=True, readonly=True, ondelete="restrict")
    page_key = fields.Char(readonly=True, help="By it a page that is sent again is known.")
    lang = fields.Char(string="Language", readonly=True)
    reported_at = fields.Datetime(string="Reported On", required=True, readonly=True)
    procedure_ids = fields.Many2many(
        "clinic.procedure",
        "clinic_signal_procedure_rel",
        "signal_id",
        "procedure_id",
        string="Procedures",
        readonly=True,
        ondelete="restrict",
        help="The one that the patient has chosen; all recent ones where the patient was not sure.",
    )
    symptom_ids = fields.Many2many(
        "clinic.signal.symptom",
        "clinic_signal_symptom_rel",
        "signal_id",
        "symptom_id",
        string="Notices",
        readonly=True,
        ondelete="restrict",
        context={"active_test": False},
    )
    words = fields.Text(string="In the Patient's Words", readonly=True)
    since_on = fields.Date(string="Since", required=True, readonly=True)
    is_urgent = fields.Boolean(string="Urgent", readonly=True)
    wants_call = fields.Boolean(string="Wants a Call", readonly=True)
    call_number = fields.Char(string="At", readonly=True)
    call_when = fields.Selection(WHEN, string="When", readonly=True)
    state = fields.Selection(
        [("open", "To look at"), ("closed", "Closed")], required=True, readonly=True, default="open"
    )
    outcome = fields.Selection(OUTCOMES, string="What Came of It", readonly=True)
    finding = fields.Text(readonly=True)
    closed_at = fields.Datetime(string="Closed On", readonly=True)
    closed_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    reaction_ids = fields.One2many("clinic.reaction", "signal_id", string="Reactions", readonly=True)
    treatment_names = fields.Char(compute="_compute_treatment_names", string="After")

    _once = models.UniqueIndex("(link_id)", "By this link a problem was reported already.")
    _open_idx = models.Index("(company_id, reported_at) WHERE state = 'open'")
    _call_has_a_number = models.Constraint(
        "CHECK (wants_call IS NOT TRUE OR (call_number IS NOT NULL AND call_when IS NOT NULL))",
        "Who wants to be called says at which number.",
    )
    _closed_by_somebody = models.Constraint(
        "CHECK (state = 'open' OR (outcome IS NOT NULL AND closed_at IS NOT NULL AND closed_by_id IS NOT NULL))",
        "Who closed a report, when, and what came of it, is written down.",
    )

    def init(self):
        super().init()
        for table in TABLES:
            self.env.cr.execute(LOCK.replace("{table}", table))

    @api.depends("reported_at")
    def _compute_display_name(self):
        # Neutral: names reach activities, mails and logs.
        for signal in self:
            signal.display_name = self.env._("Report %s", signal.id or "")

    @api.depends("procedure_ids")
    def _compute_treatment_names(self):
        for signal in self:
            # Of a report that the user may read.
            signal.treatment_names = ", ".join(signal.sudo()._treatment_texts())

    def _treatment_texts(self):
        """Return the treatments after which it was reported, each with its day."""
        self.ensure_one()
        return [
            f"{procedure.treatment_id.name}, {procedure.company_id._clinic_day_text(procedure.start)}"
            for procedure in self.procedure_ids.sorted(lambda procedure: (procedure.start, procedure.id), reverse=True)
        ]

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What a patient has reported stays."))

    # -- what came of it ----------------------------------------------------------------------------------------------

    def _check_may_close(self):
        self.check_access("write")
        if any(signal.state != "open" for signal in self):
            raise UserError(self.env._("This report is closed already."))

    def action_close(self):
        """Ask what came of this report."""
        self.ensure_one()
        self._check_may_close()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What Came of It"),
            "res_model": "clinic.signal.close",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_signal_id": self.id},
        }

    def action_reaction(self):
        """Record what the patient has reported as an adverse reaction, which becomes a risk; that closes the report."""
        self.ensure_one()
        self._check_may_close()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Reaction"),
            "res_model": "clinic.reaction",
            "views": [[False, "form"]],
            "target": "new",
            "context": {f"default_{name}": value for name, value in self._prepare_reaction().items()},
        }

    def _prepare_reaction(self):
        """Return the values that a reaction begins with; other addons add what was used."""
        self.ensure_one()
        # Of a report that the user may close; where several procedures may be meant, the user chooses.
        procedure = self.sudo().procedure_ids if len(self.procedure_ids) == 1 else self.env["clinic.procedure"]
        morning = self.company_id.sudo()._clinic_midnight(self.since_on)
        onset = min(max(filter(None, [morning, procedure.started_at or procedure.start])), fields.Datetime.now())
        said = [*self.sudo().symptom_ids.mapped("name"), self.words or ""]
        return {
            "signal_id": self.id,
            "patient_id": self.patient_id.id,
            "procedure_id": procedure.id,
            "onset": fields.Datetime.to_string(onset),
            "description": "\n".join(filter(None, said)),
        }

    def action_open_card(self):
        """Open the patient's card."""
        self.ensure_one()
        action = self.env["ir.actions.client"]._for_xml_id("clinic_record.clinic_patient_card_action")
        return {**action, "params": {"patient_id": self.patient_id.id}}

    def _close(self, outcome, finding=None):
        """Close these reports with what came of them."""
        self._check_may_close()
        values = {"state": "closed", "outcome": outcome, "finding": finding or False}
        # The right to close was checked; only this writes it.
        closed = self.sudo()._clinic_writing()
        closed.write({**values, "closed_at": fields.Datetime.now(), "closed_by_id": self.env.uid})
        # Who closes it ends the reminders.
        closed.activity_unlink(["mail.mail_activity_data_todo"])
        self._tell_my_day()
        return True
