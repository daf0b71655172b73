from odoo import fields, models
from odoo.tools import SQL

TREATING = "clinic.group_cosmetologist,clinic.group_manager"


class ClinicWastage(models.Model):
    """What was thrown away of clinic items: by item, person, reason and treatment, at cost.

    The treatment is the one for which the vial was opened. No patient stands here.
    """

    _name = "clinic.wastage"
    _inherit = ["clinic.unit.sum.mixin"]
    _description = "Wastage"
    _auto = False
    _order = "date desc, id desc"
    _depends = {
        "stock.scrap": ["state", "date_done", "product_id", "lot_id", "clinic_vial_id", "clinic_witness_id"],
        "stock.move": ["state", "quantity", "scrap_id", "value", "date"],
        "clinic.open.vial": ["procedure_id"],
    }

    name = fields.Char(string="Document", readonly=True)
    date = fields.Datetime(readonly=True)
    company_id = fields.Many2one("res.company", string="Branch", readonly=True)
    product_id = fields.Many2one("product.product", string="Item", readonly=True)
    lot_id = fields.Many2one("stock.lot", readonly=True)
    quantity = fields.Float(readonly=True, digits="Product Unit", help="In the item's unit.")
    uom_id = fields.Many2one("uom.uom", string="Unit", readonly=True)
    value = fields.Monetary(readonly=True, help="At cost.")
    currency_id = fields.Many2one("res.currency", readonly=True)
    reason_id = fields.Many2one("stock.scrap.reason.tag", readonly=True)
    user_id = fields.Many2one("res.users", string="Thrown Away By", readonly=True)
    witness_id = fields.Many2one("res.users", readonly=True)
    vial_id = fields.Many2one("clinic.open.vial", string="Open Vial", readonly=True)
    scrap_id = fields.Many2one("stock.scrap", readonly=True)
    # With a group, as the warehouse does not see who treats what.
    practitioner_id = fields.Many2one("clinic.practitioner", string="Opened By", readonly=True, groups=TREATING)
    treatment_id = fields.Many2one("product.template", string="Opened For", readonly=True, groups=TREATING)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT m.id, scrap.name, m.date, m.company_id, m.product_id, scrap.lot_id,
                   m.quantity * moved.factor / unit.factor AS quantity, unit.id AS uom_id,
                   COALESCE(NULLIF(m.value, 0), m.quantity * moved.factor / unit.factor
                       * COALESCE((p.standard_price ->> m.company_id::text)::numeric, 0)) AS value,
                   company.currency_id,
                   (SELECT min(tag.stock_scrap_reason_tag_id) FROM stock_scrap_stock_scrap_reason_tag_rel tag
                     WHERE tag.stock_scrap_id = scrap.id) AS reason_id,
                   scrap.create_uid AS user_id, scrap.clinic_witness_id AS witness_id,
                   vial.id AS vial_id, scrap.id AS scrap_id, procedure.practitioner_id, procedure.treatment_id
              FROM stock_move m
              JOIN stock_scrap scrap ON scrap.id = m.scrap_id
              JOIN product_product p ON p.id = m.product_id
              JOIN product_template t ON t.id = p.product_tmpl_id AND t.clinic_item
              JOIN uom_uom unit ON unit.id = t.uom_id
              JOIN uom_uom moved ON moved.id = m.product_uom
              JOIN res_company company ON company.id = m.company_id
         LEFT JOIN clinic_open_vial vial ON vial.id = scrap.clinic_vial_id
         LEFT JOIN clinic_procedure procedure ON procedure.id = vial.procedure_id
             WHERE m.state = 'done'
            """
        )

    def action_open_document(self):
        """Open the scrap order of this row; nothing for those who may not read it."""
        self.ensure_one()
        return self.scrap_id.get_formview_action() if self.scrap_id.has_access("read") else False
