from odoo import models


class ClinicProcedure(models.Model):
    _inherit = "clinic.procedure"

    def _after_cost_change(self):
        """Earn again with what these procedures cost now, where the costs count and no statement has settled it.

        An invoice reads the costs when it is posted; a session of a package earns when it is performed, and an item
        may be recorded after that.
        """
        done = self.filtered(lambda procedure: procedure.state == "done")
        if not done:
            return
        # Anyone who records items may do so without seeing the commissions that depend on them.
        entries = self.env["clinic.commission.entry"].sudo()
        earned = entries.search(
            [("procedure_id", "in", done.ids), ("move_id", "=", False), ("reverses_id", "=", False)]
        )._live()
        settled = earned.filtered(lambda entry: entry.statement_id.state in ("approved", "paid"))
        counting = earned.filtered(lambda entry: not entry.origin_id and entry.rule_id._counts_costs())
        (counting.procedure_id - settled.procedure_id).with_env(self.env)._earn_again()
