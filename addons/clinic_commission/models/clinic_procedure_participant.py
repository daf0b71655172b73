from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, float_compare

from ..roles import ROLES


class ClinicProcedureParticipant(models.Model):
    """Somebody who took part in a procedure beside its practitioner, or shares its work: who, as what, how much.

    Without a row the practitioner of the procedure performed it alone. What other performers have is taken off the
    practitioner's own share.
    """

    _name = "clinic.procedure.participant"
    _description = "Participant of a Procedure"
    _order = "procedure_id, role, id"
    _rec_name = "practitioner_id"
    _clinic_fixed = ("procedure_id",)

    procedure_id = fields.Many2one("clinic.procedure", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="procedure_id.company_id", store=True, index=True)
    practitioner_id = fields.Many2one("clinic.practitioner", required=True, ondelete="restrict", index=True)
    role = fields.Selection(ROLES, required=True, default="assistant")
    share = fields.Float(
        string="Share (%)",
        digits=(5, 2),
        required=True,
        default=100,
        help="Of what this role earns; the shares of one role add up to at most 100.",
    )

    _share_in_range = models.Constraint(
        "CHECK (share > 0 AND share <= 100)", "A share is above 0 and at most 100 percent."
    )
    _once = models.UniqueIndex(
        "(procedure_id, practitioner_id, role)", "This person takes part in the procedure in this role already."
    )

    @api.constrains("procedure_id", "role", "share")
    def _check_shares(self):
        """The shares of a role add up to at most 100."""
        procedures = self.procedure_id
        # Two who add somebody at the same moment would each see room for one.
        self.env.execute_query(
            SQL("UPDATE clinic_procedure SET write_date = write_date WHERE id = ANY(%s) RETURNING id", procedures.ids)
        )
        sums = self._read_group([("procedure_id", "in", procedures.ids)], ["procedure_id", "role"], ["share:sum"])
        roles = dict(self._fields["role"]._description_selection(self.env))
        for _procedure, role, share in sums:
            if float_compare(share, 100, 2) > 0:
                raise ValidationError(
                    self.env._(
                        "The shares of “%(role)s” add up to %(share)s %%. Together they can be at most 100 %%.",
                        role=roles[role],
                        share=f"{share:g}",
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        participants = super().create(vals_list)
        participants.procedure_id._before_people_change()
        participants.procedure_id._after_people_change()
        return participants

    def write(self, vals):
        procedures = self.procedure_id
        procedures._before_people_change()
        result = super().write(vals)
        procedures._after_people_change()
        return result

    def unlink(self):
        procedures = self.procedure_id
        procedures._before_people_change()
        result = super().unlink()
        procedures._after_people_change()
        return result
