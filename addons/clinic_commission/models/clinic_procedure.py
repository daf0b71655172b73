from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare

from ..roles import PERFORMER


class ClinicProcedure(models.Model):
    _inherit = "clinic.procedure"

    participant_ids = fields.One2many("clinic.procedure.participant", "procedure_id", string="Who Took Part")
    is_redo = fields.Boolean(
        string="Redo",
        copy=False,
        help="It is done again because the first result was not good enough: nobody earns with it.",
    )

    def write(self, vals):
        if "is_redo" not in vals:
            return super().write(vals)
        changed = self.filtered(lambda procedure: procedure.is_redo != bool(vals["is_redo"]))
        changed._check_may_mark_redo()
        result = super().write(vals)
        changed._after_people_change()
        return result

    def _check_may_mark_redo(self):
        """Raise when the user may not say that these are redos, or it is too late."""
        if self and not self.env.su and not self.env.user.has_group("clinic.group_reception"):
            raise UserError(self.env._("Only reception or a manager can mark a treatment as a redo."))
        self._before_people_change()

    def _after_people_change(self):
        """Earn again what ``_before_people_change`` has taken back; for addons that earn without a document."""

    def _earn_again(self):
        """Write again what these procedures have earned without a document and no statement has settled; see above."""

    def _before_people_change(self):
        """Raise ``UserError`` when the commissions of one of these procedures are fixed, and they still count.

        They are fixed by an invoice, or by an approved statement. What was earned otherwise is for the addon that
        earned it to take back.
        """
        # Anyone who may change who took part may know that somebody earned.
        entries = self.env["clinic.commission.entry"].sudo()
        live = entries.search([("procedure_id", "in", self.ids), ("reverses_id", "=", False)])._live()
        if invoiced := live.filtered(lambda entry: entry.move_id and not entry.origin_id):
            raise UserError(
                self.env._(
                    "%s: the commissions are earned already. Credit the invoice first, then change who took part.",
                    invoiced[0].procedure_id.visit_id._spoken_name(),
                )
            )
        if settled := live.filtered(lambda entry: entry.statement_id.state in ("approved", "paid")):
            raise UserError(
                self.env._(
                    "%(visit)s: the commissions are on the approved statement of %(month)s, so who took part stays as "
                    "it is. A manager can take back the approval until the statement is booked or paid.",
                    visit=settled[0].procedure_id.visit_id._spoken_name(),
                    month=settled[0].statement_id.month_name,
                )
            )

    def _commission_people(self):
        """Return who earns with this procedure: {role: [(practitioner, percent)]}; nobody with a redo."""
        self.ensure_one()
        if self.is_redo:
            return {}
        people = {}
        for participant in self.participant_ids:
            people.setdefault(participant.role, []).append((participant.practitioner_id, participant.share))
        rest = 100 - sum(share for _who, share in people.get(PERFORMER, ()))
        if float_compare(rest, 0, 2) > 0:
            people[PERFORMER] = self._with_own_share(people.get(PERFORMER, []), rest)
        return people

    def _with_own_share(self, performers, rest):
        """Return ``performers`` with what is left for the practitioner of the procedure."""
        own = self.practitioner_id
        others = [(who, share) for who, share in performers if who != own]
        named = sum(share for who, share in performers if who == own)
        return [(own, rest + named), *others]
