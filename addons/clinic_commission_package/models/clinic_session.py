from odoo import models

from odoo.addons.clinic_commission.occasion import Amounts


class ClinicSession(models.Model):
    _inherit = "clinic.session"

    def _record(self, kind, each=None, **values):
        """Once the sessions have their values and are sold, the seller earns; credit notes take back by themselves."""
        created = super()._record(kind, each, **values)
        if kind == "sold":
            # Anyone may sell without seeing the rules.
            self.env["clinic.commission.entry"].sudo()._earn(self.course_id.sudo()._sale_occasions())
        elif kind in ("redeemed", "missed", "returned"):
            # As above. What credit notes have left is shared by the sessions that are used by now.
            invoices = self.sudo().course_id.grouped(lambda course: course._payer().invoice_line_id.move_id)
            for invoice in invoices:
                if invoice.reversal_move_ids:
                    invoice._settle_commissions("credited")
        return created

    def _commission_amounts(self, treatment):
        """Return what this session charges as a part of its course, where ``treatment`` is performed by it.

        Where tax is due with the session, its value includes the tax.
        """
        self.ensure_one()
        net, total = self.value, self.total
        if self.is_untaxed:
            branch, buyer = self.company_id, self.course_id.buyer_id
            total = net
            net = branch._clinic_untaxed(total, branch._clinic_taxes(treatment.product_variant_id, buyer), buyer)
        return Amounts(net=net, list=self.list_value, tax=total - net, quantity=1)
