from odoo import api, fields, models


class ClinicLotRecallLine(models.Model):
    """What was used on the patient, as the consumptions tell it at this moment."""

    _inherit = "clinic.lot.recall.line"

    uom_id = fields.Many2one(related="recall_id.uom_id", string="Unit")
    dose = fields.Float(compute="_compute_use", digits=(16, 6), help="In all branches, in the item's unit.")
    date_first = fields.Date(string="First Used", compute="_compute_use")
    date_last = fields.Date(string="Last Used", compute="_compute_use")
    visit_count = fields.Integer(string="Visits", compute="_compute_use")
    practitioners = fields.Char(compute="_compute_use")
    company_id = fields.Many2one(
        "res.company",
        string="Branch",
        compute="_compute_use",
        help="Where the lot was used last; it tells the patient.",
    )
    consumption_ids = fields.Many2many("clinic.consumption", string="Used", compute="_compute_consumption_ids")

    @api.depends("recall_id.lot_id", "patient_id", "company_ids")
    def _compute_use(self):
        # The sum counts in whatever branch the lot was used: anyone who sees the line knows what the patient has got.
        used = self.sudo()._group_by_line(self.env["clinic.consumption"].sudo())
        for line in self:
            uses = used[line._origin.id].sorted(lambda use: (use.visit_id.start, use.id))
            days = [use.company_id._clinic_local(use.visit_id.start).date() for use in uses]
            line.dose = sum(use._product_quantity() for use in uses)
            line.date_first = min(days, default=False)
            line.date_last = max(days, default=False)
            line.visit_count = len(uses.visit_id)
            line.practitioners = ", ".join(uses.procedure_id.practitioner_id.mapped("name"))
            line.company_id = uses[-1:].company_id or line.company_ids[:1]

    @api.depends("recall_id.lot_id", "patient_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_consumption_ids(self):
        used = self._group_by_line(self.env["clinic.consumption"])
        for line in self:
            line.consumption_ids = used[line._origin.id]

    def _group_by_line(self, consumptions):
        """Return {line id: those of the lot that were used on the patient}, as far as ``consumptions``' user sees."""
        lines = self._origin
        found = consumptions.search(
            [
                ("lot_id", "in", lines.recall_id.lot_id.ids),
                ("patient_id", "in", lines.patient_id.ids),
                ("state", "=", "used"),
            ]
        )
        by_patient = found.grouped(lambda use: (use.lot_id.id, use.patient_id.id))
        return {
            line.id: by_patient.get((line.recall_id.lot_id.id, line.patient_id.id), consumptions.browse())
            for line in lines
        }
