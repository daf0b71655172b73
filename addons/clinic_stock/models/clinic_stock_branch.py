from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import format_datetime

from odoo.addons.clinic.door import an_id, takes


class ClinicStockTransfer(models.AbstractModel):
    """Between branches: a delivery of one into the inter-company transit, and the receipt of the other out of it.

    A stock move belongs to one company and each branch is one, so this is how Odoo itself resupplies across companies.
    """

    _inherit = "clinic.stock.transfer"

    @api.model
    def load_receipts(self):
        """Return what is on its way and was not received yet, ready for JSON."""
        self._check_warehouse()
        return [self._prepare_receipt(picking) for picking in self._receipts()]

    @takes(picking_id=an_id())
    @api.model
    def receive(self, picking_id):
        """Bring a delivery into the store, as it is, and return {"id", "name", "count"}.

        :raises UserError: when it is none, was received already or is not complete
        """
        self._check_warehouse()
        picking = self._existing("stock.picking", picking_id)
        if picking.state == "done":
            raise UserError(self.env._("%s was received already.", picking.name))
        if picking not in self._receipts():
            raise UserError(self.env._("%s is not ready to be received here.", picking.display_name))
        self._validate(picking)
        return {"id": picking.id, "name": picking.name, "count": len(picking.move_ids)}

    @api.model
    def _routes(self):
        """Add a way to the store of each other branch."""
        routes = super()._routes()
        warehouse = self._warehouse(self.env.company)
        for branch in self._branches():
            route = self._prepare_route(
                f"branch-{branch.id}", self._store(), self._transit(), warehouse.out_type_id.sudo(False), branch=branch
            )
            name = self.env._("%(start)s → %(end)s", start=route["source"].name, end=branch.name)
            routes.append({**route, "name": name})
        return routes

    @api.model
    def _branches(self):
        """Return the other branches of the same company that have a store, with all rights."""
        # The warehouse of one branch may not open the others; what they are called must be known to ship there.
        company = self.env.company.sudo()
        tree = Domain("id", "child_of", company.root_id.id) & Domain("id", "!=", company.id)
        return company.search(tree).filtered(self._warehouse)

    @api.model
    def _transit(self):
        """Return where goods are between branches."""
        transit = self.env.ref("stock.stock_location_inter_company")
        if not transit.active:
            # As Odoo does when a warehouse is resupplied from another company; it asks for no right to set up.
            transit.sudo().active = True
        return transit

    @api.model
    def _prepare_receipt(self, picking):
        zone = self.env.company._clinic_timezone().zone
        return {
            "id": picking.id,
            "name": picking.name,
            "origin": picking.origin or None,
            "branch": picking.partner_id.name or None,
            "sent": format_datetime(self.env, picking.create_date, tz=zone, dt_format="short"),
            "lines": [self._prepare_receipt_line(line) for line in picking.move_line_ids],
        }

    @api.model
    def _prepare_receipt_line(self, line):
        return {
            **self._prepare_item(line.product_id, line.lot_id),
            "id": line.id,
            "quantity": line.quantity_product_uom,
        }

    # -- shipping ------------------------------------------------------------------------------------------------------

    @api.model
    def _refusal(self, route, product, lot):
        """Refuse what the other branch could not keep, too."""
        refusal = super()._refusal(route, product, lot)
        owner = lot.company_id or product.company_id - route["branch"].parent_ids
        if refusal or not route["branch"] or not owner:
            return refusal
        return self.env._(
            "%(item)s, is kept for %(company)s alone. Clear the company on the item, so that branches can share it.",
            item=self._item_name(product, lot),
            company=owner.sudo().name,
        )

    @api.model
    def _transfer(self, route, wanted):
        """Announce to the other branch what is on its way."""
        picking = super()._transfer(route, wanted)
        if route["branch"]:
            self._announce(picking, route["branch"])
        return picking

    @api.model
    def _prepare_picking(self, route):
        values = super()._prepare_picking(route)
        return {**values, "partner_id": route["branch"].partner_id.id} if route["branch"] else values

    @api.model
    def _announce(self, picking, branch):
        """Create the receipt by which ``branch`` takes in what ``picking`` has brought into transit.

        It has a move for each of the delivery's, chained to it, with its lot.
        """
        # The user keeps the stock here, has just shipped these goods from here, and need not have any right there.
        env = self.with_company(branch).with_context(mail_create_nosubscribe=True).sudo().env
        receipt = env["stock.picking"].create(self._prepare_announced(picking, branch))
        moves = env["stock.move"].create([self._prepare_announced_move(receipt, move) for move in picking.move_ids])
        pairs = [(move, line) for move in moves for line in move.move_orig_ids.move_line_ids]
        env["stock.move.line"].create([self._prepare_announced_line(move, line) for move, line in pairs])
        moves._action_confirm(merge=False)
        receipt.action_assign()

    @api.model
    def _prepare_announced(self, picking, branch):
        """Return the values of the receipt."""
        warehouse = self._warehouse(branch)
        return {
            "picking_type_id": warehouse.in_type_id.id,
            "location_id": picking.location_dest_id.id,
            "location_dest_id": warehouse.lot_stock_id.id,
            "company_id": branch.id,
            "partner_id": picking.company_id.partner_id.id,
            "origin": picking.name,
            "user_id": False,
        }

    @api.model
    def _prepare_announced_move(self, receipt, move):
        values = self._prepare_move(receipt, move.product_id, move.quantity)
        return {**values, "move_orig_ids": [Command.link(move.id)]}

    @api.model
    def _prepare_announced_line(self, move, line):
        """Return the values by which the lot of a delivery's ``line`` arrives."""
        return {
            "move_id": move.id,
            "picking_id": move.picking_id.id,
            "product_id": line.product_id.id,
            "product_uom_id": line.product_uom_id.id,
            "quantity": line.quantity,
            "lot_id": line.lot_id.id,
            "package_id": line.result_package_id.id,
            "owner_id": line.owner_id.id,
            "location_id": move.location_id.id,
            "location_dest_id": move.location_dest_id.id,
        }
