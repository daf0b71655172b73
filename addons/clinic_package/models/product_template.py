from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class ProductTemplate(models.Model):
    """A package: sessions at a combined price, and the terms on which they are sold."""

    _inherit = "product.template"

    is_package = fields.Boolean(string="Package", help="Sessions of treatments that are sold together.")
    package_line_ids = fields.One2many("clinic.package.line", "package_id", string="Sessions", copy=True)
    package_count = fields.Integer(compute="_compute_package_list_price", string="Number of Sessions")
    package_list_price = fields.Float(
        compute="_compute_package_list_price", digits="Product Price", string="Single Sessions Would Cost"
    )
    package_months = fields.Integer(
        string="Valid For", default=12, help="Months from the sale in which the sessions can be used; 0: no end date."
    )
    package_transferable = fields.Boolean(
        string="Can Be Transferred", help="Sessions that are left may be given to another patient."
    )
    package_beyond_paid = fields.Boolean(
        string="Before They Are Paid", help="Sessions may be used although what was paid does not cover them yet."
    )
    package_missed_counts = fields.Boolean(
        string="A No-Show Uses One", help="A patient who does not come has used the session."
    )
    package_practitioner_ids = fields.Many2many(
        "clinic.practitioner",
        "clinic_package_practitioner_rel",
        "package_id",
        "practitioner_id",
        string="Performed By",
        help="Empty: everybody who is authorized.",
    )
    package_rule_ids = fields.Many2many(
        "clinic.refund.rule",
        "clinic_package_refund_rule_rel",
        "package_id",
        "rule_id",
        string="Refund Rules",
        help="Which rules the calculator shows for this package; empty: all of them.",
    )

    _package_months_range = models.Constraint(
        "CHECK (COALESCE(package_months, 0) BETWEEN 0 AND 120)",
        "A package is valid for up to 120 months; 0 means no end date.",
    )
    _package_is_no_treatment = models.Constraint(
        "CHECK (is_package IS NOT TRUE OR is_treatment IS NOT TRUE)",
        "A package contains treatments and is none itself.",
    )

    @api.depends("package_line_ids.count", "package_line_ids.list_price")
    def _compute_package_list_price(self):
        for package in self:
            lines = package.package_line_ids
            package.package_count = sum(lines.mapped("count"))
            package.package_list_price = sum(line.count * line.list_price for line in lines)

    @api.constrains("is_package", "type", "attribute_line_ids")
    def _check_package_is_service(self):
        """A package is a service without variants: one price, one set of sessions."""
        for package in self.filtered("is_package"):
            if package.type != "service" or package.attribute_line_ids:
                raise ValidationError(
                    self.env._("%s is a package, so it must be a service without attributes.", package.name)
                )

    def _check_sellable_package(self):
        """Raise ``UserError`` unless this is a package that is offered and has sessions."""
        for package in self:
            if not package.is_package:
                raise UserError(self.env._("%s is not a package. Choose a package.", package.name))
            if not package.active:
                raise UserError(self.env._("%s is archived and no longer sold.", package.name))
            if not package.package_line_ids:
                raise UserError(self.env._("%s has no sessions. Add them to the package first.", package.name))
            # Archived treatments are performed by nobody.
            (package.package_line_ids.treatment_id)._check_bookable()

    # -- accounting ---------------------------------------------------------------------------------------------------

    def _get_product_accounts(self):
        """What a package brings is no income before its sessions are performed."""
        accounts = super()._get_product_accounts()
        if self.is_package:
            accounts["income"] = self.env.company._clinic_deferred_account()
        return accounts

    def _prepare_clinic_neutral(self, branch):
        values = super()._prepare_clinic_neutral(branch)
        if self.is_package:
            values["name"] = "Package"
            values["clinic_neutral_key"] = values["clinic_neutral_key"].replace(":item:", ":package:")
        return values

    def _neutral_label(self):
        return self.env._("Package") if self.is_package else super()._neutral_label()
