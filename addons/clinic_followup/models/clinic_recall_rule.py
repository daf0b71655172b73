from odoo import api, fields, models
from odoo.exceptions import UserError

CAUSES = [
    ("effect", "Effect wearing off"),
    ("no_show", "No-show"),
    ("not_rebooked", "Not rebooked"),
    ("lapsed", "Stayed away"),
    ("birthday", "Birthday"),
]
# Which booking answers a recall: any visit, one with the treatment, or none. Other addons add those of their causes.
ANSWERS = {"effect": "treatment", "no_show": "visit", "not_rebooked": "treatment", "lapsed": "visit"}
# To have spoken to the patient is all that these are for.
SPOKEN = {"birthday"}
# What a change of these makes of patients who were looked at already is found by looking at all again.
WHOM = {"active", "days", "give_up", "factor", "treatment_ids", "treatment_id"}


class ClinicRecallRule(models.Model):
    """When a patient is to be called, and what is said of it; what is behind a cause is in ``_find_<cause>``.

    Nothing of a patient's health is in a rule's words: reception reads them to the patient.
    """

    _name = "clinic.recall.rule"
    _description = "Recall Rule"
    _order = "sequence, id"
    _clinic_fixed = ("cause",)

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(string="Urgency", default=10, help="Those with the lowest number are called first.")
    cause = fields.Selection(CAUSES, required=True)
    days = fields.Integer(
        default=0,
        help="After so many days, counted from: the treatment, for an effect that wears off; the missed visit; the "
        "recommended interval, for what was not rebooked; at least so many since the last visit, for who stayed away.",
    )
    factor = fields.Float(
        default=2.0, help="For who stayed away: times the patient's own usual time between two visits."
    )
    give_up = fields.Integer(
        string="Give Up After",
        default=180,
        required=True,
        help="A patient who was due more than so many days ago is not called about it any more.",
    )
    treatment_ids = fields.Many2many(
        "product.template",
        string="Treatments",
        domain=[("is_treatment", "=", True)],
        help="Whose effect wears off.",
    )
    treatment_id = fields.Many2one(
        "product.template",
        string="To Book",
        domain=[("is_treatment", "=", True)],
        ondelete="restrict",
        help="What is proposed to the patient; empty: the treatment that the recall is about.",
    )
    reason = fields.Char(
        string="Why",
        required=True,
        translate=True,
        help="What reception reads and may say. Nothing about the patient's health belongs here.",
    )
    script = fields.Text(translate=True, help="What to say on the phone.")
    tries = fields.Integer(
        string="Most Tries", default=3, required=True, help="After so many calls that reached nobody it is given up."
    )
    again = fields.Integer(
        string="Again After",
        default=7,
        required=True,
        help="Days until the next call to who was reached and did not book.",
    )
    is_marketing = fields.Boolean(
        "News and Offers", help="Only patients who have agreed to news and offers by some channel are called."
    )
    looked_on = fields.Date(readonly=True, copy=False, help="Up to which day everybody was looked at.")

    _tries_positive = models.Constraint("CHECK (tries > 0)", "Call at least once.")
    _days_range = models.Constraint(
        "CHECK (COALESCE(days, 0) BETWEEN 0 AND 3650)", "The days must be between 0 and 3,650."
    )
    _give_up_range = models.Constraint(
        "CHECK (give_up BETWEEN 1 AND 3650)", "A recall is given up after 1 to 3,650 days."
    )
    _again_range = models.Constraint("CHECK (again BETWEEN 1 AND 365)", "Call again after 1 to 365 days.")
    _factor_range = models.Constraint(
        "CHECK (COALESCE(factor, 1) BETWEEN 1 AND 100)", "The factor must be between 1 and 100."
    )

    def write(self, vals):
        if WHOM & vals.keys():
            vals = {**vals, "looked_on": False}
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unused(self):
        if self.env["clinic.recall"].sudo().search_count([("rule_id", "in", self.ids)], limit=1):
            raise UserError(self.env._("Patients were called by this rule. Archive it instead."))

    def _forget(self):
        """Delete these rules with their recalls: their cause is uninstalled, and nobody knows it any more."""
        # Only what takes an addon away calls this.
        self.env["clinic.recall"].sudo().search([("rule_id", "in", self.ids)]).unlink()
        self.sudo().unlink()

    @api.model
    def _answers(self):
        """Return {cause: which booking answers it}; other addons add theirs."""
        return ANSWERS

    @api.model
    def _ended_by_words(self):
        """Return the causes about which to have spoken to the patient is enough; other addons add theirs."""
        return SPOKEN

    def action_look(self):
        """Look at all patients for these rules now, and open whom they find."""
        self.check_access("write")
        # The right to set up rules includes starting the scheduled search, which is for everybody.
        self.sudo()._clinic_writing().looked_on = False
        for rule in self.sudo():
            rule._look()
        action = self.env["ir.actions.act_window"]._for_xml_id("clinic_followup.clinic_recall_action")
        return {**action, "domain": [("rule_id", "in", self.ids), ("state", "=", "open")], "context": {}}
