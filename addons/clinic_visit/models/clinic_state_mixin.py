from odoo import models
from odoo.exceptions import UserError


class ClinicStateMixin(models.AbstractModel):
    """A record whose ``state`` only moves along its life cycle, no matter who writes it and by whatever way."""

    _name = "clinic.state.mixin"
    _description = "Life Cycle"

    # state -> the states that may follow it
    _transitions = {}

    def write(self, vals):
        if "state" not in vals:
            return super().write(vals)
        new = vals["state"]
        moving = self.filtered(lambda record: record.state != new)
        for record in moving:
            record._check_transition(new, vals)
        result = super().write({**self._prepare_transition(new), **vals} if moving else vals)
        moving._after_transition(new)
        return result

    def _check_transition(self, new, vals):
        """Raise ``UserError`` when this record may not pass into the state ``new`` by writing ``vals``."""
        self.ensure_one()
        if new not in self._transitions[self.state]:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(record)s is “%(old)s”; from there it cannot become “%(new)s”.",
                    record=self._spoken_name(),
                    old=labels[self.state],
                    new=labels.get(new, new),
                )
            )

    def _spoken_name(self):
        """Return what messages call this record."""
        self.ensure_one()
        return self.display_name

    def _prepare_transition(self, new):
        """Return the values to write along with the state ``new``."""
        return {}

    def _after_transition(self, new):
        """Do what follows from these records having passed into the state ``new``."""
