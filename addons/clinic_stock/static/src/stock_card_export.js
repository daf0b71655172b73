import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { STATIC_ACTIONS_GROUP_NUMBER } from "@web/search/action_menus/action_menus";
import { ExportAll } from "@web/views/list/export_all/export_all";

/**
 * "Export All" of the stock card, for those whom Odoo does not offer it because they must not export other models.
 * What it sends is checked by the model's own `export_data`.
 */
export const stockCardExportItem = {
    Component: ExportAll,
    groupNumber: STATIC_ACTIONS_GROUP_NUMBER,
    isDisplayed: async (env) =>
        env.config.viewType === "list" &&
        env.searchModel.resModel === "clinic.stock.card" &&
        !env.model.root.selection.length &&
        !(await user.hasGroup("base.group_allow_export")),
};

registry.category("cogMenu").add("clinic-stock-card-export", stockCardExportItem, { sequence: 10 });
