from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.orm.models import NO_ACCESS

PRICE_LISTS = {"property_product_pricelist", "specific_property_product_pricelist"}


class ResPartner(models.Model):
    _inherit = "res.partner"
    # In these Odoo counts invoices and bills.
    _clinic_unlogged_fields = ("customer_rank", "supplier_rank")

    # For the record rules of the portal and the rule below: that a contact is a patient is nobody else's business.
    clinic_patient_ids = fields.One2many(
        "clinic.patient", "partner_id", groups=NO_ACCESS, context={"active_test": False}, copy=False
    )

    def _commercial_sync_to_descendants(self, fields_to_sync=None):
        """As Odoo's, without patients: an employer's tax number, accounts and terms are not theirs."""
        if not self.sudo().child_ids.clinic_patient_ids:
            return super()._commercial_sync_to_descendants(fields_to_sync)
        names = self._commercial_fields() if fields_to_sync is None else fields_to_sync
        children = self.child_ids.filtered(lambda child: not (child.is_company or child.sudo().clinic_patient_ids))
        for child in children:
            child._commercial_sync_to_descendants(names)
        return children.write(self.commercial_partner_id._convert_fields_to_values(names))

    # -- price lists --------------------------------------------------------------------------------------------------

    @api.model
    def _clinic_may_choose_pricelist(self):
        """Return whether the user chooses what others pay: a price list is a discount on everything."""
        return self.env.su or self.env.user.has_group("clinic.group_manager")

    @api.model
    def _synced_commercial_fields(self):
        """A price list is chosen for each, not handed down from an employer or a family."""
        return [name for name in super()._synced_commercial_fields() if name not in PRICE_LISTS]

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        # The context may propose one as well, and so may a default that the user has set.
        proposed = {name.removeprefix("default_") for name in self.env.context if name.startswith("default_")}
        if PRICE_LISTS & proposed.union(self.env["ir.default"]._get_model_defaults(self._name), *vals_list):
            partners._clinic_check_pricelists({})
        return partners

    def write(self, vals):
        if not PRICE_LISTS & vals.keys():
            return super().write(vals)
        before = {partner.id: partner.specific_property_product_pricelist for partner in self.sudo()}
        result = super().write(vals)
        self._clinic_check_pricelists(before)
        return result

    def _clinic_check_pricelists(self, before):
        """Raise ``AccessError`` if the user has changed what others pay, and is no manager.

        :param before: {contact's id: its own price list before}
        """
        if self._clinic_may_choose_pricelist():
            return
        for partner in self.sudo():
            chosen = partner.specific_property_product_pricelist
            if chosen != before.get(partner.id, chosen.browse()):
                raise AccessError(self.env._("A manager chooses by which price list somebody pays."))

    # -- who is billed ------------------------------------------------------------------------------------------------

    @api.depends("clinic_patient_ids")
    def _compute_commercial_partner(self):
        """A patient is billed alone, whatever contact stands above: Odoo would enter the payments as that one's."""
        # Odoo calls it in the user's name, too, who need not know who is a patient.
        patients = self.sudo().filtered("clinic_patient_ids").with_env(self.env)
        for patient in patients:
            patient.commercial_partner_id = patient
        super(ResPartner, self - patients)._compute_commercial_partner()
