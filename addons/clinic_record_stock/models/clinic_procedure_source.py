from collections import defaultdict
from datetime import date

from odoo import fields, models

# A lot that expires within so many days is told.
EXPIRES_SOON = 30


class ClinicProcedure(models.Model):
    """Where items will be taken from, told before they are: in the order in which ``consume`` goes."""

    _inherit = "clinic.procedure"

    def _item_sources(self, products):
        """Return {product id: [source]}, ready for JSON, in so many queries for however many products.

        A source is a lot, or an open vial of one: what it holds in the product's unit, until when it may be used, and
        the concentration in which it is drawn. A vial past its time holds nothing any more, but lies about: it comes
        first, with ``is_over``.

        :param products: ``product.product`` records, with all rights
        """
        self.ensure_one()
        location = self.company_id.sudo().treatment_location_id
        if not location or not products:
            return defaultdict(list)
        free = self._free_quantities(products, location)
        vials = self.env["clinic.open.vial"].sudo()._open_in(products, location)
        return {
            product.id: self._sources_of(
                product, free[product.id], vials.filtered(lambda vial, product=product: vial.product_id == product)
            )
            for product in products
        }

    def _free_quantities(self, products, location):
        """Return {product id: {lot: quantity}} of what lies in ``location`` itself and is not reserved."""
        # Not on its shelves: ``consume`` does not take from there.
        domain = [("product_id", "in", products.ids), ("location_id", "=", location.id)]
        # Practitioners have no rights in the stock app; what lies in their own treatment rooms they may know.
        groups = (
            self.env["stock.quant"]
            .sudo()
            ._read_group(domain, ["product_id", "lot_id"], ["quantity:sum", "reserved_quantity:sum"])
        )
        # All lots at once; each product's are looked at by themselves afterwards.
        self.env["stock.lot"].sudo().union(*[lot for _product, lot, *_sums in groups]).fetch(
            ["name", "clinic_expiry_day", "clinic_blocked"]
        )
        free = defaultdict(dict)
        for product, lot, quantity, reserved in groups:
            free[product.id][lot] = quantity - reserved
        return free

    def _sources_of(self, product, free, vials):
        """Return the sources of one product: vials past their time, open ones, then what is sealed."""
        sealed = dict(free)
        for vial in vials:
            sealed[vial.lot_id] = sealed.get(vial.lot_id, 0) - vial.remaining
        over = vials.filtered("is_over")
        lots = self.env["stock.lot"].sudo().with_company(self.company_id).union(*free)
        usable = lots - lots._clinic_expired() - lots.filtered("clinic_blocked")
        opened = (vials - over).filtered(lambda vial: vial.lot_id in usable)
        order = sorted(
            (lot for lot in sealed if not lot or lot in usable),
            key=lambda lot: (lot.clinic_expiry_day or date.max, lot.id),
        )
        return [
            *[self._prepare_vial_source(vial) for vial in [*over, *opened]],
            *[
                self._prepare_lot_source(product, lot, product.uom_id.round(sealed[lot]))
                for lot in order
                if product.uom_id.compare(sealed[lot], 0) > 0
            ],
        ]

    def _prepare_vial_source(self, vial):
        return {
            **self._prepare_lot(vial.lot_id),
            "vial": vial.name,
            "quantity": vial.remaining,
            "until": fields.Datetime.to_string(vial.discard_after),
            "is_over": vial.is_over,
            "is_today": self._is_today(vial.discard_after),
            "dilution": vial.dilution,
            "concentration": vial.concentration,
        }

    def _prepare_lot_source(self, product, lot, quantity):
        source = {**self._prepare_lot(lot), "vial": None, "quantity": quantity, "dilution": product.clinic_dilution}
        size = product.clinic_vial_uom_id
        if not size or not product.clinic_dilution:
            return source
        content = min(size._compute_quantity(1, product.uom_id), quantity)
        return {**source, "concentration": content / product.clinic_dilution}

    def _prepare_lot(self, lot):
        """Return what is told of a lot: its expiry only when it is near."""
        soon = lot.clinic_expiry_day and lot.clinic_days_left <= EXPIRES_SOON
        return {
            "lot": lot.name or None,
            "expires": fields.Date.to_string(lot.clinic_expiry_day) if soon else None,
            "expires_today": bool(soon and lot.clinic_days_left == 0),
        }

    def _is_today(self, moment):
        """Return whether ``moment`` lies on this day in the branch."""
        local = self.company_id._clinic_local
        return local(moment).date() == local(fields.Datetime.now()).date()
