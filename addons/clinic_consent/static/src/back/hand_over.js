import { Component, onWillUnmount, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const WORDS = {
    waiting: _t("Waiting for the patient…"),
    opened: _t("The patient is reading."),
    stopped: _t("An answer asks for a practitioner, who talks with the patient and hands it over again."),
    left_out: _t("The patient has left it out."),
    done: _t("Signed. Thank you."),
    expired: _t("This was not signed in time, or another page took its place. Hand it over again."),
    register: _t("Open this address in the tablet's browser, e.g. by its camera, within 15 minutes."),
};
// How often the dialog asks how far the patient has got.
const EVERY = 2500;
const GOES_ON = ["waiting", "opened"];

/** The page for the patient: on a tablet of the clinic, or behind a QR code; and how far the patient has got. */
export class HandOver extends Component {
    static template = "clinic_consent.HandOver";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ ...this.props.action.params });
        if (this.state.visit_id) {
            this.timer = setInterval(() => this.look(), EVERY);
        }
        onWillUnmount(() => clearInterval(this.timer));
    }

    get word() {
        // Another addon hands over a page of its own, and says what to do with it.
        return this.state.word || WORDS[this.state.state];
    }

    get className() {
        const looks = { done: "alert-success", stopped: "alert-danger", expired: "alert-warning" };
        return looks[this.state.state] || "alert-info";
    }

    async look() {
        if (!GOES_ON.includes(this.state.state)) {
            clearInterval(this.timer);
            return;
        }
        const found = await this.orm.silent.call("clinic.visit", "hand_over_state", [[this.state.visit_id]]);
        this.state.state = found || "expired";
    }

    /** Show it on another tablet, or as a code; what was handed over before is not valid any more. */
    async handOver(device) {
        const next = await this.orm.call("clinic.visit", "action_hand_over_to", [[this.state.visit_id]], {
            device: device ? device.id : false,
        });
        Object.assign(this.state, next.params);
    }

    close() {
        this.action.doAction({ type: "ir.actions.act_window_close" });
    }
}

registry.category("actions").add("clinic_consent.hand_over", HandOver);
