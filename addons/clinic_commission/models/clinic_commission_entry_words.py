from odoo import api, fields, models
from odoo.tools import format_date
from odoo.tools.misc import formatLang


class ClinicCommissionEntry(models.Model):
    """How an entry was computed, in the reader's words, from what was frozen when it was written."""

    _inherit = "clinic.commission.entry"

    explanation = fields.Text(compute="_compute_explanation")

    @api.depends("terms", "kind", "base_amount", "amount")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for entry in self:
            terms = entry.terms or {}
            if not terms:
                entry.explanation = ""
            elif entry.kind == "earned":
                entry.explanation = entry._earned_text(terms)
            elif entry.kind == "part":
                entry.explanation = entry._part_text(terms)
            else:
                entry.explanation = entry._month_text(terms)

    def _money(self, amount):
        """Return ``amount`` as the reader writes it, without the currency."""
        return formatLang(self.env, amount, digits=self.currency_id.decimal_places)

    def _earned_text(self, terms):
        """Return the rule in words, and what it was applied to."""
        kind, price = terms.get("kind"), self._money(terms.get("price", self.full_base))
        if kind == "percent":
            percent = f"{terms['percent']:g}"
            texts = {
                "net": self.env._("%(percent)s %% of %(price)s net of discount", percent=percent, price=price),
                "list": self.env._("%(percent)s %% of %(price)s at list price", percent=percent, price=price),
                "margin": self.env._("%(percent)s %% of the margin of %(price)s", percent=percent, price=price),
            }
            parts = [texts[terms.get("basis", "net")]]
        elif kind == "unit":
            parts = [
                self.env._(
                    "%(amount)s for each of %(quantity)s units",
                    amount=self._money(terms["amount"]),
                    quantity=f"{terms['quantity']:g}",
                )
            ]
        else:
            parts = [self.env._("%s per session", self._money(terms.get("amount", self.full_amount)))]
        return ", ".join(parts + self._condition_texts(terms))

    def _condition_texts(self, terms):
        """Return what else the rule said: what counts, what was taken off first, who shares it, when it is earned."""
        parts = []
        if terms.get("kind") == "percent":
            if terms.get("items"):
                parts.append(self.env._("items included"))
            if terms.get("tax"):
                parts.append(self.env._("taxes included"))
            labels = self._deduction_labels()
            for name, amount in (terms.get("deducted") or {}).items():
                parts.append(
                    self.env._("less %(amount)s for %(what)s", amount=self._money(amount), what=labels.get(name, name))
                )
        if terms.get("share", 100) != 100:
            parts.append(self.env._("%s %% of it by share", f"{terms['share']:g}"))
        if terms.get("tiers"):
            parts.append(self.env._("the tiers come at the month's end"))
        if terms.get("waits"):
            parts.append(self.env._("earned as it is paid"))
        return parts

    @api.model
    def _deduction_labels(self):
        """Return {deduction: its name in a sentence}; other addons add theirs."""
        return {"card": self.env._("card fees")}

    def _part_text(self, terms):
        """Return why a part was taken back or came in."""
        percent = f"{terms.get('percent', 100.0):g}"
        texts = {
            "credited": self.env._("Credited to the patient: %s %% of what was earned", percent),
            "lost": self.env._("Written off, discounted or no longer paid: %s %% of what was earned", percent),
            "paid": self.env._("Paid by the patient: %s %% of what is earned in all", percent),
            "draft": self.env._("The document was reset to draft"),
            "returned": self.env._("Taken back: %s %% of what was earned", percent),
        }
        return texts.get(terms.get("why"), texts["returned"])

    def _month_text(self, terms):
        """Return what a month's tiers, guarantee or cap came to."""
        month = format_date(self.env, self.month, date_format="MMMM yyyy")
        if self.kind == "tiers":
            return self.env._(
                "%(month)s: the tiers give %(total)s for %(base)s; %(before)s was earned already",
                month=month,
                base=self._money(terms["base"]),
                total=self._money(terms["total"]),
                before=self._money(terms["before"]),
            )
        values = {"month": month, "before": self._money(terms["before"])}
        if terms.get("cap"):
            return self.env._(
                "%(month)s: capped at %(limit)s, %(before)s was earned", limit=self._money(terms["limit"]), **values
            )
        if terms.get("limit") is not None:
            return self.env._(
                "%(month)s: %(limit)s guaranteed, %(before)s was earned", limit=self._money(terms["limit"]), **values
            )
        return self.env._("%(month)s: no guarantee or cap applies to %(before)s any more", **values)
