from collections import defaultdict

from odoo import models

# So many of those who wait are offered what one block frees.
MOST_OFFERS = 20


class ClinicBlock(models.Model):
    """Time that is blocked no longer is offered to those who wait."""

    _inherit = "clinic.block"

    def unlink(self):
        """Offer what these blocks have kept from being booked."""
        freed = self._blocked_times()
        result = super().unlink()
        self._propose_unblocked(freed)
        return result

    def _sync_reservations(self):
        before = self._blocked_times()
        result = super()._sync_reservations()
        after = self._blocked_times()
        self._propose_unblocked({company: times - after[company] for company, times in before.items()})
        return result

    def _blocked_times(self):
        """Return {branch: {(resource, start, stop)}} of what these blocks reserve."""
        blocked = defaultdict(set)
        # Who may change a block frees time for those who wait, seen or not.
        for row in self.sudo().reservation_ids:
            blocked[row.company_id].add((row.resource_id, row.start, row.stop))
        return blocked

    def _propose_unblocked(self, freed):
        """Offer the times of ``freed``, as ``_blocked_times`` returns it, to as many as they suit."""
        waitlist = self.env["clinic.waitlist"]
        for company, times in freed.items():
            by_time = defaultdict(list)
            for resource, start, stop in times:
                by_time[start, stop].append(resource.id)
            for (start, stop), resource_ids in by_time.items():
                # As above.
                people = self.env["clinic.practitioner"].sudo().search([("resource_id", "in", resource_ids)])
                for _number in range(MOST_OFFERS):
                    if not waitlist._propose_freed(company, start, stop, people):
                        break
