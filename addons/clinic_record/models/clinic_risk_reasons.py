from odoo import api, models
from odoo.tools import format_date

from .clinic_procedure_risk import DOCTORS


class ClinicRisk(models.Model):
    """Risks put into the words of the gate: all of it for those who treat, that there is something for the others."""

    _inherit = "clinic.risk"

    @api.model
    def _reasons(self, found):
        """Return the gate's reasons for what ``clinic.risk.check`` has found; ``items`` are products to be used."""
        # Anyone who starts or books is stopped by a risk, whether they may read it or not.
        risks = {risk.id: risk for risk in self.sudo().browse({row["risk_id"] for row in found})}
        return [risks[row["risk_id"]]._prepare_reason(row) for row in found]

    def _prepare_reason(self, row):
        level, items = row["level"], row.get("items")
        return {
            "key": f"{'item' if items else 'risk'}-{level}-{self.id}",
            "kind": "risk",
            "level": level,
            "text": self._reason_text(row),
            "neutral": self._neutral_text(level),
            "way_out": self._way_out(level, items),
            "override": DOCTORS if level == "stop" else False,
        }

    def _reason_text(self, row):
        """Return the risk, how grave and how old it is, and why it matters here."""
        self.ensure_one()
        severity = dict(self._fields["severity"]._description_selection(self.env))[self.severity]
        parts = [self.kind_id.name, severity.lower(), self._period()]
        head = ", ".join(filter(None, parts))
        why = self._why(row)
        return f"{head}. {why}" if why else head

    def _why(self, row):
        if items := row.get("items"):
            names = ", ".join(item.display_name for item in items)
            if self.product_id in items:
                return self.env._("It followed the use of %s.", names)
            substance = self.kind_id.substance_id.name
            return self.env._("%(substance)s is contained in: %(products)s.", substance=substance, products=names)
        if row["cause"] == "rule":
            return self.env["clinic.risk.rule"].sudo().browse(row["rule_id"]).text
        if row["cause"] == "treatment":
            return self.env._("It followed this treatment.")
        if row["cause"] == "product":
            return self.env._("Products that this treatment is expected to use contain it.")
        return ""

    def _period(self):
        if self.date_to:
            return self.env._("until %s", format_date(self.env, self.date_to))
        return self.env._("since %s", format_date(self.env, self.date_from)) if self.date_from else ""

    @api.model
    def _neutral_text(self, level):
        """Return all that those who do not treat learn of a risk."""
        if level == "stop":
            return self.env._("A risk on record stops this treatment: ask the practitioner.")
        return self.env._("A risk is on record: ask the practitioner.")

    @api.model
    def _way_out(self, level, items):
        if level == "stop" and items:
            return self.env._("Take another product, or let a practitioner override it with a reason.")
        if level == "stop":
            return self.env._("Choose another treatment, or let a practitioner override it with a reason.")
        return self.env._("The practitioner goes on by giving a reason.") if level == "ask" else ""
