from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ClinicIntakeQuestion(models.Model):
    _inherit = "clinic.intake.question"

    online_if = fields.Char("Online, If Answered", help="yes, no, or the number of a choice.")
    online_then = fields.Selection(
        [("call", "Ask to call: this is not booked online"), ("patch", "Offer the patch test first")],
        "Then",
        help="Of who books online. Nothing of the answers is kept.",
    )

    @api.constrains("online_if", "online_then", "kind", "choices", "mandatory")
    def _check_online(self):
        """What follows online follows from an answer that can be given, and that nobody leaves out."""
        for question in self.filtered("online_then"):
            # A box that is not ticked says nothing.
            possible = ["yes"] if question.kind == "tick" else question._possible()
            if question.online_if not in possible:
                raise ValidationError(
                    self.env._(
                        "“%(question)s”: say which answer matters online: %(possible)s.",
                        question=question.label,
                        possible=", ".join(possible) or self.env._("one of yes, no or choices"),
                    )
                )
            if not question.mandatory and question.kind != "tick":
                text = self.env._("“%s” decides whether somebody books online: it has to be mandatory.", question.label)
                raise ValidationError(text)

    def _online_verdict(self, answers):
        """Return what follows online from ``answers`` to these questions: "call", "patch" or None."""
        found = {one.online_then for one in self if one.online_then and answers.get(one.code) == one.online_if}
        return "call" if "call" in found else "patch" if found else None
