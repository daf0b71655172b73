import { registry } from "@web/core/registry";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

/** Buttons for the nearest free times, as the slot engine gives them; a click takes time and practitioner. */
export class NextTimes extends Component {
    static template = "clinic_visit.NextTimes";
    static props = { ...standardFieldProps };

    get times() {
        return this.props.record.data[this.props.name] || [];
    }

    label(time) {
        const start = deserializeDateTime(time.start);
        const chosen = this.props.record.data.start;
        const hour = start.toLocaleString(luxon.DateTime.TIME_SIMPLE);
        if (chosen && start.hasSame(chosen, "day")) {
            return `${hour} ${time.name}`;
        }
        const day = start.toLocaleString({ weekday: "short", day: "numeric", month: "short" });
        return `${day} ${hour} ${time.name}`;
    }

    async take(time) {
        const changes = { start: deserializeDateTime(time.start) };
        if (this.props.record.data.practitioner_id) {
            changes.practitioner_id = { id: time.practitioner_id, display_name: time.name };
        }
        await this.props.record.update(changes);
    }
}

registry.category("fields").add("clinic_next_times", {
    component: NextTimes,
    supportedTypes: ["json"],
});
