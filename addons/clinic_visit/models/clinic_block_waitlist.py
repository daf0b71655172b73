from collections import defaultdict

from odoo import models

from ..hours import naive, seconds
from ..slots import subtract

# So many of those who wait are offered what one block frees.
MOST_OFFERS = 20


class ClinicBlock(models.Model):
    """Time that is blocked no longer is offered to those who wait."""

    _inherit = "clinic.block"

    def unlink(self):
        """Offer what these blocks have kept from being booked."""
        before = self._blocked_times()
        result = super().unlink()
        self._propose_unblocked(before, {})
        return result

    def _sync_reservations(self):
        before = self._blocked_times()
        result = super()._sync_reservations()
        self._propose_unblocked(before, self._blocked_times())
        return result

    def _blocked_times(self):
        """Return {(branch, resource): [(start, stop), …]} in seconds of what these blocks reserve."""
        blocked = defaultdict(list)
        # Who may change a block frees time for those who wait, seen or not.
        for row in self.sudo().reservation_ids:
            blocked[row.company_id, row.resource_id].append((seconds(row.start), seconds(row.stop)))
        return blocked

    def _propose_unblocked(self, before, after):
        """Offer what was blocked ``before`` and is no longer (see ``_blocked_times``), to as many as it suits."""
        freed = defaultdict(lambda: self.env["resource.resource"].sudo())
        for (company, resource), times in before.items():
            for start, stop in subtract(times, after.get((company, resource), ())):
                freed[company, start, stop] |= resource
        waitlist = self.env["clinic.waitlist"]
        for (company, start, stop), resources in freed.items():
            # As above.
            people = self.env["clinic.practitioner"].sudo().search([("resource_id", "in", resources.ids)])
            left = MOST_OFFERS
            while left > 0:
                offered = waitlist._propose_freed(company, naive(start), naive(stop), people, resources=resources)
                left = left - len(offered) if offered else 0
