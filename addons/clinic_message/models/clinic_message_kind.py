from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..const import OFFERED, PURPOSES

CHANNEL_FIELDS = {"email": "use_email", "sms": "use_sms", "whatsapp": "use_whatsapp"}
TIMED = ("before", "after")


class ClinicMessageKind(models.Model):
    """Which message is sent when, to whom and how; other addons add theirs by data."""

    _name = "clinic.message.kind"
    _description = "Message Kind"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(readonly=True, copy=False, help="By which the clinic's own steps know it.")
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    trigger = fields.Selection(
        [
            ("booked", "A visit is booked"),
            ("moved", "A visit is moved"),
            ("cancelled", "A visit is cancelled"),
            (OFFERED, "A time becomes free for a patient who waits"),
            ("before", "Before a visit"),
            ("after", "After a visit"),
            ("manual", "By hand"),
        ],
        required=True,
        default="before",
        help="What makes the message due.",
    )
    hours = fields.Float(
        help="Hours before the visit begins, or after it is done.",
    )
    purpose = fields.Selection(
        PURPOSES,
        required=True,
        default="visit",
        help="About a visit: sent unless the patient has said no. Aftercare: likewise, and counted in the weekly "
        "limit. Asking how it was: likewise, and never instead of aftercare. News and offers: sent only to those who "
        "have said yes.",
    )
    use_email = fields.Boolean("Email", default=True)
    use_sms = fields.Boolean("SMS", default=True)
    use_whatsapp = fields.Boolean("WhatsApp")
    each_channel = fields.Boolean(
        "By Every Channel", help="By each of these channels, and not just by the first that reaches the patient."
    )
    to_patient = fields.Boolean("Patient", default=True)
    to_practitioner = fields.Boolean("Practitioner")
    to_manager = fields.Boolean("Manager")
    treatment_ids = fields.Many2many(
        "product.template",
        string="Treatments",
        domain=[("is_treatment", "=", True)],
        # What is archived still limits: left out, nothing would be left, which means all.
        context={"active_test": False},
        help="Only visits with one of these treatments; empty means all.",
    )
    company_ids = fields.Many2many(
        "res.company",
        string="Branches",
        context={"active_test": False},
        help="Only these branches; empty means all.",
    )
    template_ids = fields.One2many("clinic.message.template", "kind_id", string="Texts")

    _code_uniq = models.UniqueIndex("(code) WHERE code IS NOT NULL", "There is a message kind with this code already.")
    _hours_range = models.Constraint(
        "CHECK (trigger NOT IN ('before', 'after') OR (hours >= 0.25 AND hours <= 8784))",
        "Say how many hours before or after the visit: from a quarter of an hour to a year.",
    )
    _by_some_way = models.Constraint(
        "CHECK (use_email IS TRUE OR use_sms IS TRUE OR use_whatsapp IS TRUE)",
        "Choose at least one of email, SMS and WhatsApp.",
    )
    _to_somebody = models.Constraint(
        "CHECK (to_patient IS TRUE OR to_practitioner IS TRUE OR to_manager IS TRUE)", "Choose at least one recipient."
    )

    @api.constrains("purpose", "trigger", "to_practitioner", "to_manager")
    def _check_staff_hears_of_visits(self):
        """Colleagues are written to about visits only."""
        for kind in self:
            if kind.purpose != "visit" and (kind.to_practitioner or kind.to_manager):
                raise ValidationError(
                    self.env._("“%s”: practitioners and managers get messages about visits only.", kind.name)
                )

    @api.constrains("trigger")
    def _check_texts_of_trigger(self):
        """Texts that were written for a visit do not offer a time, nor the other way round."""
        self.template_ids._check_text()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_own(self):
        if any(kind.code for kind in self):
            raise ValidationError(self.env._("This kind belongs to the clinic's own steps. Archive it instead."))

    def _channels(self):
        """Return the channels by which this kind is sent, the cheapest to overlook last."""
        self.ensure_one()
        return [channel for channel in ("whatsapp", "sms", "email") if self[CHANNEL_FIELDS[channel]]]

    def _suits(self, visit):
        """Return whether this kind is sent for ``visit``, by its branch and treatments."""
        self.ensure_one()
        # What is done decides which message is sent, and is in none of them.
        treatments = visit.sudo()._told_procedures().treatment_id
        return (not self.company_ids or visit.company_id in self.company_ids) and (
            not self.treatment_ids or bool(self.treatment_ids & treatments)
        )

    def _suits_sql(self):
        """Return the condition of ``_suits`` on the visit ``v``, so that those it is not sent for are never read."""
        self.ensure_one()
        branches = SQL("v.company_id = ANY(%s)", self.company_ids.ids) if self.company_ids else SQL("TRUE")
        if not self.treatment_ids:
            return branches
        return SQL(
            "%s AND EXISTS (SELECT 1 FROM clinic_procedure p WHERE p.visit_id = v.id AND p.treatment_id = ANY(%s)"
            " AND p.state != 'cancelled')",
            branches,
            self.treatment_ids.ids,
        )

    @api.model
    def _timed(self):
        """Return the triggers of what becomes due as time goes by; other addons add theirs."""
        return TIMED

    @api.model
    def _triggered(self, trigger):
        """Return the active kinds of ``trigger``."""
        return self.search([("trigger", "=", trigger)])
