import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

const STATUSES = {
    saving: { icon: "fa-circle-o-notch", text: _t("Saving…"), className: "text-muted" },
    saved: { icon: "fa-check", text: _t("Saved"), className: "text-success" },
    offline: { icon: "fa-plug", text: _t("No connection: kept on this device"), className: "text-warning-emphasis" },
    failed: { icon: "fa-exclamation-triangle", text: _t("Not saved"), className: "text-danger" },
    conflict: { icon: "fa-exclamation-triangle", text: _t("Changed elsewhere: choose"), className: "text-danger" },
};

/** Says whether the server has what was typed. */
export class UnsavedStatus extends Component {
    static template = "clinic.UnsavedStatus";
    static props = { unsaved: Object };

    get look() {
        return STATUSES[this.props.unsaved.status];
    }
}

/** What stands in the way of saving one value: why it was refused, or which other one was saved meanwhile. */
export class UnsavedTrouble extends Component {
    static template = "clinic.UnsavedTrouble";
    static props = {
        unsaved: Object,
        name: String,
        // After the server's value was chosen.
        onTheirs: { type: Function, optional: true },
        slots: { type: Object, optional: true },
    };

    get failure() {
        return this.props.unsaved.failureOf(this.props.name);
    }

    get conflict() {
        return this.props.unsaved.conflictOf(this.props.name);
    }

    takeTheirs() {
        const { unsaved, name, onTheirs } = this.props;
        const { conflict } = this;
        unsaved.discard(name);
        return onTheirs?.(conflict);
    }
}
