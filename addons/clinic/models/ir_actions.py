from odoo import models, tools
from odoo.tools import frozendict

HISTORY = "clinic.clinic_change_history_action"


class IrActionsActions(models.Model):
    """The history of a record is in the gear menu of every model whose changes are logged."""

    _inherit = "ir.actions.actions"

    @tools.ormcache("model_name", "self.env.lang")
    def _get_bindings(self, model_name):
        bindings = super()._get_bindings(model_name)
        history = self.env.ref(HISTORY, raise_if_not_found=False)
        if not history or model_name not in self.env or not self.env[model_name]._clinic_is_logged():
            return bindings
        [values] = history.sudo().read(["name", "binding_view_types", "group_ids", "sequence"])
        groups = self.env["res.groups"].sudo().browse(values["group_ids"])
        values["group_ids"] = list(groups._ensure_xml_id().values())
        return frozendict({**bindings, "action": (*bindings.get("action", ()), frozendict(values))})
