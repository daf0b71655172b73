from datetime import timedelta

from odoo import api, models
from odoo.tools import ormcache

from ..gaps import loss, together, worth
from ..hours import naive, seconds, wall

# What was booked so lately says what is usual; below so many bookings, what the branch offers says it.
LATELY, ENOUGH = timedelta(days=90), 20
# What fewer ask for is no use of the branch.
USUAL_SHARE = 0.05
MINUTE = 60


class ClinicAvailability(models.AbstractModel):
    """Which of the free times are worth offering: those that leave no gap that is too short for anything usual."""

    _inherit = "clinic.availability"

    # -- what is usual ------------------------------------------------------------------------------------------------

    @api.model
    def _least_sold(self, branch, facts):
        """Return the shortest time, in seconds and buffers included, that ``branch`` usually sells; 0: nothing."""
        booked = self._booked_lengths(branch.id, branch._clinic_today())
        if (total := sum(count for _minutes, count in booked)) >= ENOUGH:
            so_far = 0
            for minutes, count in sorted(booked):
                so_far += count
                # All that are no longer together: several short ones make a gap of use.
                if so_far >= total * USUAL_SHARE:
                    return minutes * MINUTE
        return facts.shortest * MINUTE

    @ormcache("branch_id", "today")
    def _booked_lengths(self, branch_id, today):
        """Return ((minutes, how many), …) of what was booked in a branch lately, before ``today``: the same all day."""
        self.env["clinic.procedure"].flush_model(["company_id", "visit_id", "treatment_id", "state", "start", "stop"])
        self.env["clinic.visit"].flush_model(["state"])
        self.env.cr.execute(
            """
            SELECT minutes, count(*)
              FROM (SELECT round(date_part('epoch', p.stop - p.start) / 60)::int
                           + COALESCE(t.buffer_before, 0) + COALESCE(t.buffer_after, 0) AS minutes
                      FROM clinic_procedure p
                      JOIN clinic_visit v ON v.id = p.visit_id AND v.state NOT IN ('held', 'cancelled')
                      JOIN product_template t ON t.id = p.treatment_id
                     WHERE p.company_id = %s AND p.state != 'cancelled' AND p.start >= %s AND p.start < %s) AS booked
             GROUP BY minutes
            """,
            (branch_id, today - LATELY, today),
        )
        return tuple(self.env.cr.fetchall())

    # -- which times --------------------------------------------------------------------------------------------------

    @api.model
    def _offers(self, branch):
        """Return which of the free times ``branch`` offers: "every", "prefer" or "tight"."""
        return self._offers_of(branch.id)

    @ormcache("branch_id")
    def _offers_of(self, branch_id):
        # Asked at each search; a company has many columns.
        return self.env["res.company"].sudo().browse(branch_id).clinic_offered_times or "every"

    @api.model
    def _worth(self, steps, known, starts):
        """Return those of the free ``starts`` (in seconds) of ``steps`` that are worth offering, of each day some."""
        least = self._least_sold(known.branch, known.facts)
        if not (starts and least):
            return list(starts)
        zone = known.branch._clinic_timezone()
        first, last = (known.branch._clinic_local(naive(starts[at])).toordinal() for at in (0, -1))
        midnights = [wall(day, 0, zone) for day in range(first, last + 2)]
        return worth(starts, self._gap_needs(steps, known), least, midnights, known.window)

    @api.model
    def _gap_needs(self, steps, known):
        """Return the needs of ``steps`` such that what follows one another leaves no gap in between."""
        by_role = zip(*(self._step_needs(step, known) for step in steps), strict=True)
        return [need for needs in by_role for need in together(needs)]

    @api.model
    def _gap_advice(self, steps, start, branch, count=3):
        """Return (minutes that nobody can sell if ``steps`` begin at ``start``, the nearest better times of the day).

        The times are as ``_prepare_alternative`` returns them, the earliest first; none where every start is as good.

        :param start: naive UTC datetime
        """
        if self._offers(branch) == "every":
            return 0, []
        known, free = self._free_starts(steps, branch, *self._day(branch, start))
        at = seconds(start)
        needs, least = self._gap_needs(steps, known), self._least_sold(branch, known.facts)
        lost = loss(at, needs, least, known.window)
        if not lost:
            return 0, []
        better = [one for one in self._worth(steps, known, free) if loss(one, needs, least, known.window) < lost]
        near = sorted(better, key=lambda one: (abs(one - at), one))
        return lost // MINUTE, self._first_alternatives(near, steps, known, count)
