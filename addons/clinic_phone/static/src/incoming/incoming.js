import { Component, onWillStart, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { RecordSelector } from "@web/core/record_selectors/record_selector";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { uuid } from "@web/core/utils/strings";
import { Layout } from "@web/search/layout";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { IncomingCall, TALKED } from "./incoming_call";

const MODEL = "clinic.call";
// As page/call.js writes it.
const NUMBER = "clinic_phone.number";

/** Somebody calls: who it may be, and the screen of the call; or a new patient with the number filled in. */
export class Incoming extends Component {
    static template = "clinic_phone.Incoming";
    static components = { IncomingCall, Layout, RecordSelector };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notice = useService("clinic_notice");
        // What can come of the call of somebody who is no patient.
        this.results = TALKED();
        this.state = useState({ typed: "", found: null, key: "", call: null, isBusy: false });
        onWillStart(() => this.start());
    }

    /** The number that the telephone system has brought, also after a reload; else one is typed. */
    async start() {
        const number = browser.sessionStorage.getItem(NUMBER);
        if (number !== null) {
            await this.find(number);
        }
    }

    get number() {
        return this.state.found?.number || "";
    }

    get title() {
        if (!this.number) {
            return _t("No number was sent");
        }
        return this.state.found.is_phone ? _t("Nobody with this number") : _t("This is no phone number");
    }

    lookUp() {
        browser.sessionStorage.setItem(NUMBER, this.state.typed);
        return this.find(this.state.typed);
    }

    /** Begin the call of `number`: what came of it is written down once. */
    async find(number) {
        this.state.key = uuid();
        this.state.found = await this.orm.call(MODEL, "look_up", [number]);
        const { patients } = this.state.found;
        if (patients.length === 1) {
            await this.open(patients[0].id);
        }
    }

    async open(patientId) {
        if (patientId && !this.state.isBusy) {
            this.state.isBusy = true;
            try {
                this.state.call = await this.orm.call(MODEL, "open_patient", [patientId]);
            } finally {
                this.state.isBusy = false;
            }
        }
    }

    newPatient() {
        this.dialog.add(FormViewDialog, {
            resModel: "clinic.patient",
            title: _t("New Patient"),
            context: { default_phone: this.state.found.is_phone ? this.number : false },
            onRecordSaved: (record) => this.open(record.resId),
        });
    }

    async note({ name, label }) {
        if (this.state.isBusy) {
            return;
        }
        this.state.isBusy = true;
        try {
            await this.orm.call(MODEL, "note", [this.number, name, null, this.state.key]);
        } finally {
            this.state.isBusy = false;
        }
        this.done(label);
    }

    /** The call is over after `text`, or was taken for another one's. */
    done(text) {
        const name = this.state.call?.name;
        this.state.call = null;
        if (text) {
            this.notice.show(text, { title: name || _t("Call noted"), type: "success" });
            this.forget();
        }
    }

    /** Wait for the next number. */
    forget() {
        browser.sessionStorage.removeItem(NUMBER);
        Object.assign(this.state, { found: null, typed: "" });
    }
}

registry.category("actions").add("clinic_phone.incoming", Incoming);
