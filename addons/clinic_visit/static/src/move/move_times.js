import { Component, onWillStart, useState } from "@odoo/owl";
import { deserializeDateTime, serializeDate, serializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useBus, useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { momentText } from "../board/board_format";
import { moveVisit } from "./move_visit";

const MOVED = "clinic_visit:moved";

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

    get allTimes() {
        return this.props.record.data[this.props.name] || [];
    }

    get times() {
        return this.allTimes.slice(0, 3);
    }

    get visitId() {
        return this.props.record.resId;
    }

    get isMovable() {
        return true;
    }

    label({ start }) {
        return momentText(deserializeDateTime(start));
    }

    async take(time) {
        const { record } = this.props;
        this.state.isBusy = true;
        try {
            await moveVisit(this.orm, this.visitId, time);
        } finally {
            this.state.isBusy = false;
            await this.reload();
        }
        this.notice.show([this.label(time), time.name].join(" · "), {
            title: _t("%s moved", record.data.patient_id.display_name),
            type: "success",
        });
    }

    async other() {
        const action = await this.orm.call("clinic.visit", "action_move", [[this.visitId]]);
        Object.assign(action.params, this.params);
        await this.action.doAction(action, { onClose: () => this.reload() });
    }

    get params() {
        return {};
    }

    reload() {
        return this.props.record.model.root.load();
    }
}

/** The same for a visit in the way of a time that is about to be blocked, which itself is no time to move to. */
export class BlockMoveTimes extends MoveTimes {
    static props = { ...standardWidgetProps };

    setup() {
        super.setup();
        this.state.times = [];
        onWillStart(() => this.ask());
        useBus(this.env.bus, MOVED, () => this.ask());
    }

    get block() {
        return this.props.record.model.root;
    }

    /** A visit that has begun is in the way as well, and stays. */
    get isMovable() {
        return ["held", "booked"].includes(this.props.record.data.state);
    }

    get allTimes() {
        return this.state.times;
    }

    get params() {
        const { start, stop, repeat_until, resource_ids } = this.block.data;
        const block = {
            start: serializeDateTime(start),
            stop: serializeDateTime(stop),
            repeat_until: repeat_until && serializeDate(repeat_until),
            resource_ids: resource_ids.currentIds,
        };
        return { block };
    }

    async ask() {
        if (!this.isMovable) {
            return;
        }
        const { times } = await this.orm.call("clinic.visit", "free_times", [[this.visitId]], this.params);
        this.state.times = times;
    }

    /** What was typed stays; which visits are in the way, and where they can go, is asked again. */
    async reload() {
        await this.block.update({ start: this.block.data.start });
        this.env.bus.trigger(MOVED);
    }
}

registry.category("fields").add("clinic_move_times", {
    component: MoveTimes,
    supportedTypes: ["json"],
});
registry.category("view_widgets").add("clinic_block_move_times", { component: BlockMoveTimes });
