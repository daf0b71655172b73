from odoo import api, fields, models
from odoo.tools import SQL


class ProductTemplate(models.Model):
    _inherit = "product.template"

    clinic_neutral_key = fields.Char(
        readonly=True, copy=False, help="For which branch, kind, income account and taxes this stands on documents."
    )

    _clinic_neutral_uniq = models.UniqueIndex(
        "(clinic_neutral_key) WHERE clinic_neutral_key IS NOT NULL", "This neutral product is there already."
    )

    def _clinic_quote(self, branch, patient, moment):
        """Return what a visit with these treatments will cost ``patient`` in ``branch``, taxes included."""
        partner = patient.sudo().partner_id
        lines = [treatment._prepare_clinic_line(branch, partner, moment) for treatment in self]
        return branch._clinic_total(lines, partner)["total_included"] if lines else 0.0

    def _prepare_clinic_line(self, branch, partner, moment):
        """Return the values of the invoice line of this treatment before it is booked."""
        product = self.product_variant_id
        # What is said on the phone must not depend on who answers it.
        taxes = branch.sudo()._clinic_taxes(product.sudo(), partner)
        return {
            "product_id": product.id,
            "price_unit": self._clinic_price(branch, moment, partner),
            "tax_ids": [fields.Command.set(taxes.ids)],
        }

    # -- neutral products ---------------------------------------------------------------------------------------------

    def _prepare_clinic_neutral(self, branch):
        """Return the values of the product that stands for this one on the documents of ``branch``."""
        self.ensure_one()
        account = self._get_product_accounts()["income"]
        # The other branches' taxes are seen or not, by what was read before.
        taxes = self.taxes_id._filter_taxes_by_company(branch).sorted("id")
        kind = "treatment" if self.is_treatment else "item"
        return {
            "clinic_neutral_key": ":".join(map(str, (branch.id, kind, account.id or 0, *taxes.ids))),
            "name": "Treatment" if self.is_treatment else "Item used",
            "type": "service",
            "categ_id": self.env.ref("clinic_account.category_neutral").id,
            "company_id": branch.id,
            "is_confidential": False,
            "list_price": 0.0,
            "sale_ok": False,
            "purchase_ok": False,
            "taxes_id": [fields.Command.set(taxes.ids)],
            "supplier_taxes_id": [fields.Command.clear()],
            "property_account_income_id": account.id,
        }

    @api.model
    def _create_clinic_neutral(self, values):
        """Create the neutral product of ``values``.

        Two checkouts may need it at the same moment: the second one fails to serialize, is run again, and finds it.
        """
        category = self.env.ref("clinic_account.category_neutral")
        self.env.execute_query(
            SQL("UPDATE product_category SET write_date = write_date WHERE id = %s RETURNING id", category.id)
        )
        return self.with_context(lang=None).create(values)
