from odoo import models

DOCTORS = "clinic.group_practitioner"


class ClinicProcedure(models.Model):
    """A procedure that needs an intake does not start before the patient's answers were reviewed."""

    _inherit = "clinic.procedure"

    def _gate_reasons(self):
        return [*super()._gate_reasons(), *self._intake_reasons()]

    def _intake_reasons(self):
        """Return which mandatory intakes are not there, or not reviewed, for this procedure."""
        # Asked for as consents are.
        rows = self.env["clinic.intake.need"]._find(self._consent_asked())
        rows = [row for row in rows if row["mandatory"] and row["state"] != "ok"]
        # What is to be asked again says nothing of what was said and not reviewed.
        waiting = [
            {**row, "state": "unreviewed", "key": f"intake-unreviewed-{row['form_id']}-{row['open_id']}"}
            for row in rows
            if row["state"] != "unreviewed" and row["open_id"]
        ]
        return [self._intake_reason(row) for row in [*rows, *waiting]]

    def _intake_reason(self, row):
        reviewed = row["state"] != "unreviewed"
        neutral = self.env._("The intake is to be filled in.") if reviewed else self.env._("Intake not reviewed.")
        texts = {
            "missing": self.env._("Intake missing: %s.", row["name"]),
            "expired": self.env._("Intake to be asked again: %s.", row["name"]),
            "unreviewed": neutral,
        }
        return {
            "key": row["key"],
            "kind": "intake",
            "level": "stop",
            "text": texts[row["state"]],
            "neutral": neutral,
            "way_out": (
                self.env._("Hand it over with “To Sign” on the board or the patient's card.")
                if reviewed
                else self.env._("Accept or refuse what the patient has said, on the patient's card.")
            ),
            "override": DOCTORS,
        }
