from odoo import api, models


class ClinicAvailability(models.AbstractModel):
    """What the engine leaves out when somebody books online."""

    _inherit = "clinic.availability"

    @api.model
    def _by_resource(self, reserved):
        """Take what the visitor keeps already as free: another time may overlap it (``clinic_own_times``)."""
        own = self.env.context.get("clinic_own_times")
        return super()._by_resource([row for row in reserved if tuple(row) not in own] if own else reserved)

    @api.model
    def _known(self, question, answers):
        """Leave out practitioners who are not booked online (``clinic_online_people``: ids of those who are)."""
        known, people = super()._known(question, answers), self.env.context.get("clinic_online_people")
        if people is not None:
            for candidates in known.practitioners.values():
                candidates[:] = [one for one in candidates if known.owner[one.key] in people]
        return known
