from odoo import api, fields, models


class ClinicLotRecallLine(models.Model):
    """How the patient reacted to what is recalled: for those who treat."""

    _inherit = "clinic.lot.recall.line"

    reaction_ids = fields.Many2many(
        "clinic.reaction",
        string="Reactions",
        compute="_compute_reaction_ids",
        groups="clinic.group_cosmetologist",
        help="To the lot, or to the item where nobody has noted the lot.",
    )
    reaction_count = fields.Integer(
        string="Number of Reactions", compute="_compute_reaction_ids", groups="clinic.group_cosmetologist"
    )

    @api.depends("recall_id.lot_id", "patient_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_reaction_ids(self):
        reactions = self.env["clinic.reaction"]
        lots = self.recall_id.lot_id
        found = reactions.search(
            [
                ("patient_id", "in", self.patient_id.ids),
                ("product_id", "in", lots.product_id.ids),
                ("lot_id", "in", [*lots.ids, False]),
            ]
        )
        for line in self:
            lot, patient = line.recall_id.lot_id, line.patient_id
            line.reaction_ids = found.filtered(
                lambda reaction, lot=lot, patient=patient: (
                    reaction.patient_id == patient
                    and (reaction.lot_id == lot or (not reaction.lot_id and reaction.product_id == lot.product_id))
                )
            )
            line.reaction_count = len(line.reaction_ids)

    def _prepare_columns(self):
        columns = super()._prepare_columns()
        if self.env.user.has_group("clinic.group_cosmetologist"):
            columns[self.env._("Reactions")] = lambda line: ", ".join(line.reaction_ids.mapped("display_name"))
        return columns
