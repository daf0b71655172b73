from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AskedPrices(dict):
    """Prices that were asked for together, in the context of those whose prices they are.

    A class of its own, so that nobody can hand prices over from outside.
    """


class ProductTemplate(models.Model):
    _inherit = "product.template"

    is_treatment = fields.Boolean(help="The clinic performs this as a procedure in a visit.")
    treatment_duration = fields.Integer(
        string="Duration", default=30, help="Minutes that the practitioner needs with the patient."
    )
    buffer_before = fields.Integer(help="Minutes to prepare room and device before the patient comes in.")
    buffer_after = fields.Integer(help="Minutes to clean and tidy after the patient has left.")
    room_kind_id = fields.Many2one(
        "clinic.room.kind", string="Kind of Room", ondelete="restrict", help="The kind of room that is needed."
    )
    device_kind_id = fields.Many2one(
        "clinic.device.kind", string="Kind of Device", ondelete="restrict", help="The kind of device that is needed."
    )
    neutral_name = fields.Char(
        string="Name on Documents",
        translate=True,
        help="Shown on invoices instead of the treatment's name. What is confidential and has none is a “Treatment”, "
        "or an “Item used”.",
    )
    is_confidential = fields.Boolean(
        string="Confidential",
        default=True,
        help="What the clinic performs or uses on a patient says something of their health. Invoices carry a neutral "
        "product and name, so that nobody who keeps the books reads who had what.",
    )
    authorization_ids = fields.One2many("clinic.authorization", "treatment_id")

    _treatment_duration_positive = models.Constraint(
        "CHECK (is_treatment IS NOT TRUE OR treatment_duration > 0)",
        "A treatment must take at least one minute.",
    )
    _buffers_not_negative = models.Constraint(
        "CHECK (COALESCE(buffer_before, 0) >= 0 AND COALESCE(buffer_after, 0) >= 0)",
        "Buffers before and after a treatment cannot be negative.",
    )

    _no_longer_than_a_day = models.Constraint(
        "CHECK (GREATEST(treatment_duration, buffer_before, buffer_after) <= 1440)",
        "A treatment, and a buffer before or after it, lasts no longer than a day: 1,440 minutes.",
    )

    @api.constrains("is_treatment", "type", "attribute_line_ids")
    def _check_treatment_is_service(self):
        """A treatment is a service without variants: one name, one price, one duration."""
        for template in self.filtered("is_treatment"):
            if template.type != "service" or template.attribute_line_ids:
                raise ValidationError(
                    self.env._(
                        "%(name)s is a treatment, so it must be a service without attributes. Make one treatment "
                        "for each variant.",
                        name=template.name,
                    )
                )

    def _occupied(self, start, stop):
        """Return the (start, stop) in UTC for which resources are taken: ``start`` to ``stop`` and the buffers."""
        self.ensure_one()
        return start - timedelta(minutes=self.buffer_before), stop + timedelta(minutes=self.buffer_after)

    def _document_name(self):
        """Return the name that may stand on documents that leave the clinic's own tables."""
        self.ensure_one()
        return self.neutral_name or (self._neutral_label() if self.is_confidential else self.name)

    def _neutral_label(self):
        """Return what a confidential treatment or item is called on documents, where it has no neutral name."""
        self.ensure_one()
        return self.env._("Treatment") if self.is_treatment else self.env._("Item used")

    # -- price --------------------------------------------------------------------------------------------------------

    def _clinic_price(self, branch, moment, payer=None, variant=None):
        """Return this product's price in the currency of ``branch``, as the price list of ``payer`` there says it.

        It is the one home of what treatments, packages and products cost. Where no price list applies, it is the list
        price, converted at the rate of the day.

        :param moment: naive UTC datetime of the procedure; without one it is today's rate and list
        :param payer: the patient or contact that pays; without one it is the price list of the branch
        :param variant: the variant that is sold, if not the treatment or package itself
        """
        asked = self.env.context.get("clinic_asked_prices")
        key = (self.id, branch.id, (payer and payer.id) or False, moment)
        if not variant and isinstance(asked, AskedPrices) and key in asked:
            return asked[key]
        pricelist = self._clinic_pricelist(branch, payer)
        if self and pricelist:
            product = (variant or self).sudo().with_company(branch)
            currency = branch.sudo().currency_id
            return pricelist._get_product_price(product, 1.0, currency=currency, date=moment or False)
        extra = variant.price_extra if variant else 0.0
        main_company = self.env["ir.model.data"]._xmlid_to_res_id("base.main_company")
        # As the product's own currency, whose computation reads whole companies while people wait.
        owner = self.company_id or self.env["res.company"].browse(main_company)
        source, target = owner._clinic_currency_id(), branch._clinic_currency_id()
        if not branch or source == target:
            return self.list_price + extra
        currencies = self.env["res.currency"]
        day = branch._clinic_local(fields.Datetime.to_datetime(moment)).date() if moment else branch._clinic_today()
        return currencies.browse(source)._convert(self.list_price + extra, currencies.browse(target), branch, day)

    def _clinic_ask_prices(self, branch, moment, payer=None):
        """Return these products such that ``_clinic_price`` knows what each costs ``payer`` at ``moment``.

        A price list is then asked once, however many products there are.
        """
        pricelist = self._clinic_pricelist(branch, payer)
        if not (self and pricelist):
            return self
        products, currency = self.sudo().with_company(branch), branch.sudo().currency_id
        prices = pricelist._get_products_price(products, 1.0, currency=currency, date=moment or False)
        shared = (branch.id, (payer and payer.id) or False, moment)
        return self.with_context(
            clinic_asked_prices=AskedPrices({(id_, *shared): price for id_, price in prices.items()})
        )

    @api.model
    def _clinic_pricelist(self, branch, payer):
        """Return the price list by which ``payer`` buys in ``branch``, by Odoo's own rules; none where lists are off.

        :param payer: a patient, a contact or nobody
        """
        pricelists = self.env["product.pricelist"]
        is_on = self.env["res.groups"]._is_feature_enabled("product.group_product_pricelist")
        if not (branch and is_on and self.env["product.pricelist.item"]._clinic_any()):
            return pricelists
        # What a patient pays does not depend on who asks.
        payer = payer and payer.sudo().with_context(country_code=None).with_company(branch)
        partner = payer.partner_id if payer and payer._name == "clinic.patient" else payer
        if partner:
            return partner.property_product_pricelist
        return (
            pricelists.sudo()
            .with_context(country_code=None)
            .with_company(branch)
            ._get_country_pricelist_multi([])[False]
        )
