from odoo import models


class ProductProduct(models.Model):
    """The products that stand for confidential ones on documents, which are read far beyond the clinic.

    One for each branch, kind, income account and set of taxes, so that the books are the same with it: what a treatment
    has brought is known from the clinic's own tables, which link each line to its procedure.
    """

    _inherit = "product.product"

    def _clinic_on_documents(self, branch):
        """Return the product that stands for this one on the documents of ``branch``: itself, or a neutral one."""
        self.ensure_one()
        # What stands for what does not depend on who checks out.
        template = self.sudo().with_company(branch).product_tmpl_id
        if not template.is_confidential:
            return self
        values = template._prepare_clinic_neutral(branch)
        neutral = template.with_context(active_test=False).search(
            [("clinic_neutral_key", "=", values["clinic_neutral_key"])], limit=1
        )
        return (neutral or template._create_clinic_neutral(values)).product_variant_id.with_env(self.env)
