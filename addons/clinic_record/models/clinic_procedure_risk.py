from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from odoo.addons.clinic.door import a_text, takes

DOCTORS = "clinic.group_practitioner"


class ClinicProcedure(models.Model):
    """What the patient's record says about a procedure that is about to start, and who may override it."""

    _inherit = "clinic.procedure"

    reaction_ids = fields.One2many("clinic.reaction", "procedure_id", groups="clinic.group_cosmetologist")
    override_ids = fields.One2many("clinic.gate.override", "procedure_id", groups="clinic.group_cosmetologist")

    def _gate_reasons(self):
        return [*super()._gate_reasons(), *self._risk_reasons(), *self._interval_reasons()]

    # -- risks --------------------------------------------------------------------------------------------------------

    def _risk_reasons(self):
        """Return what the patient's risks mean for this procedure."""
        asked = (self.id, self.patient_id.id, self.treatment_id.id, self._local_day(), None)
        return self.env["clinic.risk"]._reasons(self.env["clinic.risk.check"]._find([asked]))

    def _item_reasons(self, products):
        """Return what the patient's allergies mean for using ``products`` (``product.product``) in this procedure."""
        self.ensure_one()
        by_template = {product.product_tmpl_id.id: product for product in products}
        place = (self.patient_id.id, self.treatment_id.id, self._local_day())
        asked = [(template_id, *place, template_id) for template_id in by_template]
        found = {}
        for row in sorted(self.env["clinic.risk.check"]._find(asked), key=lambda row: row["rank"]):
            if row["contains"]:
                known = found.setdefault(row["risk_id"], {**row, "items": []})
                known["items"].append(by_template[row["number"]])
        return self.env["clinic.risk"]._reasons(found.values())

    # -- intervals ----------------------------------------------------------------------------------------------------

    def _interval_reasons(self):
        """Return whether the patient's last session of this treatment was too short, or too long, ago."""
        treatment = self.treatment_id
        if not (treatment.interval_least or treatment.interval_latest):
            return []
        last = self._last_session(self.patient_id, treatment, self.start)
        if not last:
            return []
        days = (self._local_day() - last._local_day()).days
        if days < treatment.interval_least:
            return [self._too_early(last, days)]
        if treatment.interval_latest and days > treatment.interval_latest:
            text = self._too_late_text(treatment, days)
            key = f"interval-info-{last.id}"
            return [{"key": key, "kind": "interval", "level": "info", "text": text, "neutral": text, "way_out": ""}]
        return []

    @api.model
    def _last_session(self, patient, treatment, start):
        """Return the last procedure of ``treatment`` that was performed on ``patient`` before ``start``."""
        domain = [
            ("patient_id", "=", patient.id),
            ("treatment_id", "=", treatment.id),
            ("state", "=", "done"),
            ("start", "<", start),
        ]
        # A session in another branch counts as well.
        return self.sudo().search(domain, order="start desc, id desc", limit=1)

    def _too_early(self, last, days):
        treatment = self.treatment_id
        text = self.env._(
            "%(treatment)s was done %(when)s; at least %(least)s days have to lie between two sessions.",
            treatment=treatment.name,
            when=self._days_ago_text(days),
            least=treatment.interval_least,
        )
        return {
            "key": f"interval-stop-{last.id}",
            "kind": "interval",
            "level": "stop",
            "text": text,
            "neutral": text,
            "way_out": self.env._(
                "Book it from %s on, or let a practitioner override it with a reason.",
                format_date(self.env, last._local_day() + timedelta(days=treatment.interval_least)),
            ),
            "override": DOCTORS,
        }

    @api.model
    def _too_late_text(self, treatment, days):
        return self.env._(
            "Interval too long: the last session of %(treatment)s was %(when)s, at most %(latest)s days are advised. "
            "Consider starting the course again.",
            treatment=treatment.name,
            when=self._days_ago_text(days),
            latest=treatment.interval_latest,
        )

    @api.model
    def _days_ago_text(self, days):
        """Return in words that something was so many ``days`` ago."""
        if days <= 1:
            return self.env._("yesterday") if days else self.env._("today")
        return self.env._("%s days ago", days)

    # -- overrides ----------------------------------------------------------------------------------------------------

    @takes(key=a_text(200), reason=a_text(optional=True))
    def override_gate(self, key, reason):
        """Override the reason ``key`` because of ``reason``; it is logged.

        :return: the ``clinic.gate.override``
        :raises UserError: there is no such reason, or nothing was given as the reason to go on
        :raises AccessError: this may not be overridden, or not by this user
        """
        self.ensure_one()
        return self.env["clinic.gate.override"].create({"procedure_id": self.id, "key": key, "reason": reason})

    @takes(key=a_text(200))
    def action_override_gate(self, key):
        """Open the dialog that asks why it is right to override the reason ``key``."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Override"),
            "res_model": "clinic.gate.override",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_procedure_id": self.id, "default_key": key, "dialog_size": "medium"},
        }

    def _gate_overrides(self):
        # Whether the gate is open must not depend on who asks.
        overrides = self.env["clinic.gate.override"].sudo().search([("procedure_id", "=", self.id)])
        return super()._gate_overrides() | set(overrides.mapped("key"))

    def _shown_reasons(self, reasons):
        """Add to what was overridden by whom it was, and why, for those who treat."""
        shown = super()._shown_reasons(reasons)
        if any(entry["overridden"] for entry in shown) and self._may_know_why():
            # The reasons of this very procedure, no matter who decided.
            known = {override.key: override for override in self.sudo().override_ids}
            for entry in shown:
                if override := known.get(entry["key"]):
                    entry["why"] = f"{override.user_id.name}: {override.reason}"
        return shown

    def _may_know_why(self):
        """Who does not care for the patient learns that there is something; access in an emergency says what."""
        return super()._may_know_why() and self.patient_id.is_in_care

    def _may_override(self, reason):
        """A risk that asks is weighed up by who treats; what stops is a practitioner's decision, if anybody's."""
        group = reason.get("override") or ("clinic.group_cosmetologist" if reason["level"] == "ask" else None)
        return bool(group) and self.env.user.has_group(group)

    def _reason_to_override(self, key):
        """Return the reason ``key`` that stands in the way now; raise ``UserError`` when there is none."""
        self.ensure_one()
        self.check_access("read")
        self.env["clinic.gate.override"].check_access("create")
        for reason in self._overridable_reasons():
            if reason["key"] == key:
                return reason
        raise UserError(self.env._("This no longer stands in the way. Open the procedure again."))

    def _overridable_reasons(self):
        """Return all reasons that could be overridden in the procedure's present state."""
        return self._open_reasons()
