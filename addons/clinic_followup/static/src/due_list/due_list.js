import { Component, onWillStart, useExternalListener, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { DueCall } from "./due_call";

const MODEL = "clinic.due.list";
const NEAR_THE_END = 200;

/** Whom the front desk calls today, the most urgent first, and one screen per call. */
export class DueList extends Component {
    static template = "clinic_followup.DueList";
    static components = { DueCall, Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.notice = useService("clinic_notice");
        this.state = useState({ rows: [], count: 0, more: false, call: null, isBusy: false });
        onWillStart(() => this.start());
        // What colleagues have done meanwhile.
        useExternalListener(document, "visibilitychange", () => this.onVisible());
    }

    async start() {
        const { patient_id } = this.props.action.params || {};
        await this.load();
        if (patient_id) {
            await this.open({ patient_id });
        }
    }

    onVisible() {
        if (document.visibilityState === "visible" && !this.state.call) {
            this.load();
        }
    }

    async load() {
        const { rows, count, more } = await this.orm.call(MODEL, "load", []);
        Object.assign(this.state, { rows, count, more });
    }

    async onScroll({ target }) {
        const left = target.scrollHeight - target.scrollTop - target.clientHeight;
        if (!this.state.more || this.state.isBusy || left > NEAR_THE_END) {
            return;
        }
        this.state.isBusy = true;
        try {
            const { rows, more } = await this.orm.call(MODEL, "load", [this.state.rows.length]);
            const known = new Set(this.state.rows.map((row) => row.patient_id));
            this.state.rows.push(...rows.filter((row) => !known.has(row.patient_id)));
            this.state.more = more;
        } finally {
            this.state.isBusy = false;
        }
    }

    get hasNext() {
        return this.state.rows.some((row) => !row.caller);
    }

    lateText({ days_late }) {
        if (days_late < 1) {
            return _t("Due today");
        }
        return days_late === 1 ? _t("1 day late") : _t("%s days late", days_late);
    }

    open({ patient_id }) {
        return this.begin("open_call", [patient_id]);
    }

    /** The most urgent one that no colleague is in, also if somebody else has just taken the first. */
    next() {
        return this.begin("next_call", []);
    }

    async begin(method, args) {
        if (this.state.isBusy) {
            return;
        }
        this.state.isBusy = true;
        try {
            this.state.call = (await this.orm.call(MODEL, method, args)) || null;
        } finally {
            this.state.isBusy = false;
            if (!this.state.call) {
                this.load();
            }
        }
    }

    /** Back to the list, after `text` was done with the patient. */
    async done(text) {
        const { name } = this.state.call;
        await this.load();
        this.state.call = null;
        if (text) {
            this.notice.show(text, { title: name, type: "success" });
        }
    }
}

registry.category("actions").add("clinic_followup.due_list", DueList);
