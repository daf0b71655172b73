from odoo import Command, api, fields, models, release

PREFIX = "clinic"


class ClinicHealthPage(models.TransientModel):
    """The state of the clinic's system at this moment, on one page for who is responsible for it."""

    _name = "clinic.health.page"
    _description = "State of the System"

    is_well = fields.Boolean(readonly=True)
    line_ids = fields.One2many("clinic.health.line", "page_id", readonly=True)
    version = fields.Char(string="Odoo", readonly=True)
    addon_count = fields.Integer(string="Clinic Addons", readonly=True)
    user_count = fields.Integer(string="Users Active This Week", readonly=True)

    def _compute_display_name(self):
        self.display_name = self.env._("State of the System")

    @api.model
    def action_open(self):
        """Look, and open the page with what was found."""
        # Nobody makes one by hand; whether this user may see it, the rights on the model say.
        self.check_access("read")
        page = self.sudo().create(self._prepare_page())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("State of the System"),
            "res_model": self._name,
            "res_id": page.id,
            "views": [(False, "form")],
        }

    def action_again(self):
        """Look once more."""
        return {**self.action_open(), "target": "main"}

    @api.model
    def _prepare_page(self):
        """Return the values of a page of this moment."""
        checks = self.env["clinic.health"]._checks()
        addons = self.env["ir.module.module"].sudo()
        week_ago = fields.Datetime.subtract(fields.Datetime.now(), days=7)
        return {
            "is_well": all(check.is_well for check in checks),
            "version": release.version,
            "addon_count": addons.search_count([("state", "=", "installed"), ("name", "=like", f"{PREFIX}%")]),
            "user_count": self.env["res.users"].sudo().search_count([("login_date", ">", week_ago)]),
            "line_ids": [
                Command.create({"name": check.name, "is_well": check.is_well, "text": check.text}) for check in checks
            ],
        }
