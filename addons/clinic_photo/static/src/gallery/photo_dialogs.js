import { Component, useState } from "@odoo/owl";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { Dialog } from "@web/core/dialog/dialog";
import { serializeDate } from "@web/core/l10n/dates";
import { useAutofocus } from "@web/core/utils/hooks";

/** Does the work of a dialog: it closes once that is done; what is refused is said in it, and nothing typed is lost. */
class WorkDialog extends Component {
    static components = { Dialog };

    setup() {
        this.work = useState({ isBusy: false, trouble: "" });
    }

    async doWork(act) {
        Object.assign(this.work, { isBusy: true, trouble: "" });
        try {
            await act();
        } catch (error) {
            if (!error.data) {
                throw error;
            }
            this.work.trouble = error.data.message;
            return;
        } finally {
            this.work.isBusy = false;
        }
        this.props.close();
    }
}

/** Asks for a reason, and for the last day of what is permitted. */
export class ReasonDialog extends WorkDialog {
    static template = "clinic_photo.ReasonDialog";
    static components = { Dialog, DateTimeInput };
    static props = {
        title: String,
        label: String,
        placeholder: { type: String, optional: true },
        confirmLabel: String,
        hasUntil: { type: Boolean, optional: true },
        onConfirm: Function,
        close: Function,
    };

    setup() {
        super.setup();
        this.state = useState({ reason: "", until: false });
        useAutofocus({ refName: "reason" });
    }

    confirm() {
        const { reason, until } = this.state;
        return this.doWork(() => this.props.onConfirm(reason, until ? serializeDate(until) : null));
    }
}

/** What photos show: where several differ, only what is chosen here is changed. */
export class PhotoDetailsDialog extends WorkDialog {
    static template = "clinic_photo.PhotoDetailsDialog";
    static props = { photos: Array, choices: Object, onConfirm: Function, close: Function };

    setup() {
        super.setup();
        this.state = useState({});
        for (const name of this.names) {
            this.state[name] = this.sameOf(name);
        }
        this.before = { ...this.state };
    }

    get isDocument() {
        return this.props.photos.some((photo) => photo.kind === "document");
    }

    get names() {
        return this.isDocument ? ["note"] : ["view", "kind", "area_id", "note"];
    }

    /** The value that all photos have; undefined where they differ. */
    sameOf(name) {
        const [value, ...others] = new Set(this.props.photos.map((photo) => photo[name] || ""));
        return others.length ? undefined : value;
    }

    get kinds() {
        return this.props.choices.kind.filter((kind) => kind.id !== "document");
    }

    choose(name, ev) {
        const { value } = ev.target;
        this.state[name] = value === "?" ? undefined : name === "area_id" ? Number(value) || "" : value;
    }

    confirm() {
        const changed = this.names.filter(
            (name) => this.state[name] !== undefined && this.state[name] !== this.before[name],
        );
        const values = Object.fromEntries(changed.map((name) => [name, this.state[name] || false]));
        return this.doWork(() => this.props.onConfirm(values));
    }
}
