import { Component, useState } from "@odoo/owl";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { momentText } from "../board/board_format";
import { moveVisit } from "./move_visit";

/** Buttons for the next free times of a visit; a tap moves it there. */
export class MoveTimes extends Component {
    static template = "clinic_visit.MoveTimes";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notice = useService("clinic_notice");
        this.state = useState({ isBusy: false });
    }

    get times() {
        return (this.props.record.data[this.props.name] || []).slice(0, 3);
    }

    label({ start }) {
        return momentText(deserializeDateTime(start));
    }

    async take(time) {
        const { record } = this.props;
        this.state.isBusy = true;
        try {
            await moveVisit(this.orm, record.resId, time);
        } finally {
            this.state.isBusy = false;
        }
        this.notice.show([this.label(time), time.name].join(" · "), {
            title: _t("%s moved", record.data.patient_id.display_name),
            type: "success",
        });
        await this.reload();
    }

    async other() {
        const { record } = this.props;
        const action = await this.orm.call("clinic.visit", "action_move", [[record.resId]]);
        await this.action.doAction(action, { onClose: () => this.reload() });
    }

    /** Read the list again; within the form of a blocked time, which keeps what was typed, ask for the visits again. */
    async reload() {
        const { root } = this.props.record.model;
        if (root.resModel === "clinic.block") {
            await root.update({ start: root.data.start });
        } else {
            await root.load();
        }
    }
}

registry.category("fields").add("clinic_move_times", {
    component: MoveTimes,
    supportedTypes: ["json"],
});
