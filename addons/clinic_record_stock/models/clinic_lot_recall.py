from odoo import api, fields, models


class ClinicLotRecall(models.Model):
    """How many reacted to the lot that is recalled."""

    _inherit = "clinic.lot.recall"

    reaction_count = fields.Integer(
        string="Reactions",
        compute="_compute_reaction_count",
        groups="clinic.group_cosmetologist",
        help="Reactions of these patients to the lot, or to the item where nobody has noted the lot.",
    )

    @api.depends("line_ids")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_reaction_count(self):
        for recall in self:
            recall.reaction_count = len(recall.line_ids.reaction_ids)

    def action_view_reactions(self):
        """Open the reactions of these patients."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reactions"),
            "res_model": "clinic.reaction",
            "view_mode": "list,form",
            "domain": [("id", "in", self.line_ids.reaction_ids.ids)],
            "context": {"create": False},
        }
