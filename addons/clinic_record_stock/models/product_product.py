from odoo import api, models
from odoo.fields import Domain

# So many of a patient's last uses say which products come first.
LATEST = 200


class ProductProduct(models.Model):
    """Where a product is suspected, those that were used come first."""

    _inherit = "product.product"

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """With ``used_in_procedure`` or ``used_on_patient`` in the context, begin with what was used there.

        First comes what the procedure used, then what was used on the patient, the latest first.
        """
        used = self._used_before()
        if not used:
            return super().name_search(name, domain, operator, limit)
        domain = Domain(domain or Domain.TRUE)
        named = Domain("name", operator, name) | Domain("default_code", operator, name) if name else Domain.TRUE
        first = used & self.search(domain & named & Domain("id", "in", used.ids))
        rest = super().name_search(name, domain & Domain("id", "not in", first.ids), operator, limit)
        return [*((product.id, product.display_name) for product in first.sudo()), *rest][:limit]

    @api.model
    def _used_before(self):
        """Return the products that the context asks for, in their order."""
        procedure, patient = (self.env.context.get(key) for key in ("used_in_procedure", "used_on_patient"))
        asked = [
            Domain(name, "=", id_)
            for name, id_ in (("procedure_id", procedure), ("patient_id", patient))
            if id_ and isinstance(id_, int)
        ]
        if not asked or not self.env.user.has_group("clinic.group_cosmetologist"):
            return self.browse()
        uses = self.env["clinic.consumption"].search(
            Domain.OR(asked) & Domain("state", "=", "used"), order="date desc, id desc", limit=LATEST
        )
        own = uses.filtered(lambda use: use.procedure_id.id == procedure)
        return (own | uses).product_id
