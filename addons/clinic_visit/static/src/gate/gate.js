import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { WarningDialog } from "@web/core/errors/error_dialogs";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** How a reason looks; its level is told in words, too, so that colour is never alone. */
const LEVELS = {
    stop: { label: _t("Stop"), icon: "fa-ban", alert: "alert-danger" },
    ask: { label: _t("Needs a reason"), icon: "fa-exclamation-triangle", alert: "alert-warning" },
    info: { label: _t("Good to know"), icon: "fa-info-circle", alert: "alert-info" },
};
const OVERRIDDEN = { label: _t("Overridden"), icon: "fa-check-circle-o", alert: "alert-secondary" };

/** The reasons of the gate, one below the other; who may override one finds the button beside it. */
export class GateReasons extends Component {
    static template = "clinic_visit.GateReasons";
    static props = { reasons: Array, onOverride: Function };

    look(reason) {
        return reason.overridden ? OVERRIDDEN : LEVELS[reason.level];
    }
}

/** Ask for the reason of an override; resolves when the dialog has been closed, whatever the outcome. */
async function askOverride(orm, action, reason) {
    const next = await orm.call("clinic.procedure", "action_override_gate", [[reason.procedure_id], reason.key]);
    await new Promise((resolve) => action.doAction(next, { onClose: resolve }));
}

export class GateField extends Component {
    static template = "clinic_visit.GateField";
    static components = { GateReasons };
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    get reasons() {
        return this.props.record.data[this.props.name] || [];
    }

    async override(reason) {
        const { record } = this.props;
        if (await record.save()) {
            await askOverride(this.orm, this.action, reason);
            await record.load();
        }
    }
}

registry.category("fields").add("clinic_gate", { component: GateField, supportedTypes: ["json"] });

/** The refusal of a step: the same list, so that what may be overridden can be at once. */
export class GateDialog extends WarningDialog {
    static template = "clinic_visit.GateDialog";
    static components = { ...WarningDialog.components, GateReasons };

    setup() {
        super.setup();
        this.orm = useService("orm");
        this.action = useService("action");
        this.reasons = this.props.data.context.reasons;
    }

    async override(reason) {
        this.props.close();
        await askOverride(this.orm, this.action, reason);
    }
}

registry.category("error_dialogs").add("odoo.addons.clinic_visit.exceptions.GateClosed", GateDialog);
