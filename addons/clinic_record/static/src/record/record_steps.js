import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

/** The steps of a procedure under the headings of their phases; one tap ticks a step at the server's time. */
export class RecordSteps extends Component {
    static template = "clinic_record.RecordSteps";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
    }

    /** The phases in their order, each with the steps that belong to it. */
    get phases() {
        const steps = this.props.record.data[this.props.name].records;
        const names = steps[0]?.fields.phase.selection ?? [];
        return names
            .map(([key, label]) => ({
                key,
                label,
                steps: steps.filter((step) => step.data.phase === key),
            }))
            .filter((phase) => phase.steps.length);
    }

    facts(step) {
        const { done_at, done_by_id, skipped_at, skipped_by_id } = step.data;
        const moment = done_at || skipped_at;
        const user = done_at ? done_by_id : skipped_by_id;
        return moment ? `${moment.toLocaleString(luxon.DateTime.TIME_SIMPLE)} ${user.display_name}` : "";
    }

    async toggle(step) {
        if (await this.props.record.save()) {
            await this.orm.call("clinic.procedure.step", "action_toggle", [[step.resId]]);
            await this.props.record.load();
        }
    }

    async leaveOut(step) {
        if (await this.props.record.save()) {
            this.dialog.add(FormViewDialog, {
                title: _t("Leave Out"),
                resModel: "clinic.procedure.step",
                resId: step.resId,
                onRecordSaved: () => this.props.record.load(),
            });
        }
    }
}

registry.category("fields").add("clinic_record_steps", {
    component: RecordSteps,
    supportedTypes: ["one2many"],
    useSubView: true,
});
