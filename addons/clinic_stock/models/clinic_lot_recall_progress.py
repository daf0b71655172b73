from collections import defaultdict

from odoo import api, fields, models

INFORMED = ("sent", "reached")
CLOSED = ("reached", "unreachable")


class ClinicLotRecall(models.Model):
    """How far a recall has come, and where the rest of its lot lies."""

    _inherit = "clinic.lot.recall"

    patient_count = fields.Integer(string="All Patients", compute="_compute_counts")
    to_inform_count = fields.Integer(string="To Inform", compute="_compute_counts")
    informed_count = fields.Integer(
        string="Informed", compute="_compute_counts", help="A message was sent, or somebody has spoken with them."
    )
    reached_count = fields.Integer(string="Reached", compute="_compute_counts")
    open_count = fields.Integer(
        string="Still to Reach", compute="_compute_counts", help="Neither reached nor marked as not reachable."
    )
    progress = fields.Integer(compute="_compute_counts", help="Percent of the patients who are not left to be reached.")
    elsewhere_count = fields.Integer(
        string="In Other Branches",
        compute="_compute_elsewhere_count",
        help="Patients of branches that you do not see; the managers there are told.",
    )
    stock_left = fields.Text(string="Left in Stock", compute="_compute_stock_left")

    @api.depends("line_ids.state")
    def _compute_counts(self):
        # Numbers are told of all branches; they say of nobody that they are a patient.
        lines = self.env["clinic.lot.recall.line"].sudo()
        groups = lines._read_group([("recall_id", "in", self.ids)], ["recall_id", "state"], ["__count"])
        found = defaultdict(lambda: defaultdict(int))
        for recall, state, count in groups:
            found[recall.id][state] = count
        for recall in self:
            states = found[recall._origin.id]
            total = sum(states.values())
            recall.patient_count = total
            recall.to_inform_count = states["to_inform"] + states["failed"]
            recall.informed_count = sum(states[state] for state in INFORMED)
            recall.reached_count = states["reached"]
            recall.open_count = total - sum(states[state] for state in CLOSED)
            recall.progress = 100 * (total - recall.open_count) // total if total else 100

    @api.depends("line_ids")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_elsewhere_count(self):
        seen = dict(
            self.env["clinic.lot.recall.line"]._read_group([("recall_id", "in", self.ids)], ["recall_id"], ["__count"])
        )
        for recall in self:
            recall.elsewhere_count = recall.patient_count - seen.get(recall._origin, 0)

    @api.depends("lot_id")
    def _compute_stock_left(self):
        # Practitioners have no rights in the stock app; what is recalled has to be found, wherever it lies.
        groups = (
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                [
                    ("lot_id", "in", self.lot_id.ids),
                    ("location_id.usage", "in", ("internal", "transit")),
                    ("quantity", ">", 0),
                ],
                ["lot_id", "location_id"],
                ["quantity:sum"],
            )
        )
        places = defaultdict(list)
        for lot, location, quantity in groups:
            unit = lot.product_id.uom_id
            places[lot.id].append(f"{location.display_name}: {unit.round(quantity):.15g} {unit.name}")
        for recall in self:
            recall.stock_left = "\n".join(places[recall.lot_id.id]) or self.env._("Nothing")

    def action_view_stock(self):
        """Open what is left of the lot, as the stock app shows it."""
        self.ensure_one()
        return self.lot_id.action_lot_open_quants()
