from datetime import datetime

from odoo import models
from odoo.tools import SQL, ormcache

# What an affix may contain that changes within a day.
WITHIN_A_DAY = ("h24)", "h12)", "min)", "sec)")


class IrSequence(models.Model):
    _inherit = "ir.sequence"

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def _clinic_next(self, number=None):
        """Return the next number, as ``_next`` does, without reading the sequence's definition for each.

        :param number: the answer to ``_clinic_ask_next``, where it was asked for with something else
        """
        affixes = self._clinic_affixes_today()
        if not affixes:
            return self.with_context(tz=self.env.company._clinic_timezone().zone)._next()
        prefix, padding, suffix = affixes
        if not number:
            [[number]] = self.env.execute_query(SQL("SELECT %s", self._clinic_ask_next()))
        return f"{prefix}{number:0{padding}}{suffix}"

    def _clinic_ask_next(self):
        """Return the expression that draws the next number of the database's own sequence; NULL without one."""
        return SQL("nextval(%s)", f"ir_sequence_{self.id:03}") if self._clinic_affixes_today() else SQL("NULL")

    def _clinic_affixes_today(self):
        self.ensure_one()
        # A number that has the year or the day in it has the branch's.
        local = self.with_context(tz=self.env.company._clinic_timezone().zone)
        return local._clinic_affixes(datetime.now(local.env.tz).date())

    @ormcache("self.id", "day")
    def _clinic_affixes(self, day):
        """Return (prefix, padding, suffix) that hold all ``day``; None for a sequence that must be asked each time."""
        text = f"{self.prefix or ''}{self.suffix or ''}"
        if self.implementation != "standard" or self.use_date_range or any(part in text for part in WITHIN_A_DAY):
            return None
        prefix, suffix = self._get_prefix_suffix()
        return prefix, self.padding, suffix
