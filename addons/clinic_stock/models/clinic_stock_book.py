from odoo import api, models
from odoo.exceptions import UserError

from .. import guards

# In the context of the methods that make moves done, or value them. An object, so that nobody can hand it over from
# outside.
DOING = object()


class ClinicStockBook(models.AbstractModel):
    """What is done of clinic items stays: in words here, while the database refuses it (see ``book.py``)."""

    _name = "clinic.stock.book"
    _description = "Stock Book"

    @api.model
    def _closed_message(self):
        """Return what is said to anyone who would change what was done."""
        return self.env._(
            "What was done with items used in procedures stays as it is. To correct it, return the goods from the "
            "transfer, take the use back in its visit, or count what is there."
        )

    @api.model
    def _is_doing(self):
        """Return whether a method that makes moves done, or values them, is at work."""
        return self.env.context.get("clinic_stock_doing") is DOING

    @api.model
    def _refuse(self, products):
        """Raise ``UserError`` when one of ``products`` is a clinic item."""
        # What kind of item it is decides the rule, no matter who asks.
        if any(product.clinic_item for product in products.sudo()):
            raise UserError(self._closed_message())

    @api.model
    def _error_message(self, exc, name):
        """Return the words for ``exc`` where the guard ``name`` has raised it, else None."""
        return self._closed_message() if guards.is_violated(exc, name) else None

    @api.model
    def _stand(self, *names):
        """Have the guards ``names`` stand at their tables."""
        for name in names:
            guards.install(self.env.cr, name)
