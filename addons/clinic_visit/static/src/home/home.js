import { Component, onWillStart, useExternalListener, useState } from "@odoo/owl";
import { makeContext } from "@web/core/context";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** The manager's home: yesterday's figures, today's load and what needs attention; each opens its records. */
export class ClinicHome extends Component {
    static template = "clinic_visit.ClinicHome";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.state = useState({ home: null });
        onWillStart(() => this.load());
        // A page that was left open overnight shows the new day when its tab is looked at again.
        useExternalListener(document, "visibilitychange", () => document.visibilityState === "visible" && this.load());
    }

    async load() {
        this.state.home = await this.orm.call("clinic.home", "load", []);
    }

    /** Open what was counted: a record, or the records of an action in place of those that it shows by itself. */
    async open({ action, domain, name, model, id }) {
        if (model) {
            return this.action.doAction({
                type: "ir.actions.act_window",
                res_model: model,
                res_id: id,
                views: [[false, "form"]],
            });
        }
        const loaded = await this.action.loadAction(action);
        if (!domain) {
            return this.action.doAction(loaded);
        }
        const context = makeContext([loaded.context], user.context);
        const filters = Object.keys(context).filter((key) => key.startsWith("search_default_"));
        filters.forEach((key) => delete context[key]);
        return this.action.doAction({ ...loaded, context, domain, name, display_name: name }, { viewType: "list" });
    }
}

registry.category("actions").add("clinic_home", ClinicHome);
