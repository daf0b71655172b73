import { Component } from "@odoo/owl";
import { dateText, dayText, momentText } from "@clinic_record/patient_card/patient_card_format";
import { registry } from "@web/core/registry";

/**
 * What other addons show of a report, beside what the patient has said: the items with their lots, photos.
 *
 * @typedef {Object} SignalPart
 * @property {typeof import("@odoo/owl").Component} Component gets {signal}
 * @property {(signal: Object) => boolean} isShown
 */
export const signalParts = registry.category("clinic_signal_parts");

/** One report: after what, since when, what the patient notices, and whether a call is wanted. */
export class SignalRow extends Component {
    static template = "clinic_signal.SignalRow";
    static props = {
        signal: Object,
        withName: { type: Boolean, optional: true },
        slots: { type: Object, optional: true },
    };

    setup() {
        this.dateText = dateText;
    }

    get reported() {
        const { reported_at } = this.props.signal;
        return `${dayText(reported_at)} ${momentText(reported_at)}`;
    }

    get phoneAddress() {
        return `tel:${this.props.signal.call.number.replace(/[^+\d]/g, "")}`;
    }

    get parts() {
        return signalParts
            .getEntries()
            .map(([name, part]) => ({ name, ...part }))
            .filter((part) => part.isShown(this.props.signal));
    }
}
