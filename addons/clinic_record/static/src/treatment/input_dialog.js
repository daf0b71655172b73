import { Component, useState } from "@odoo/owl";
import { unsavedStore } from "@clinic/unsaved/unsaved_store";
import { Dialog } from "@web/core/dialog/dialog";
import { useAutofocus } from "@web/core/utils/hooks";

/** Asks for one line of text; with a `name` it is there again under that until it is confirmed or given up. */
export class InputDialog extends Component {
    static template = "clinic_record.InputDialog";
    static components = { Dialog };
    static props = {
        name: { type: String, optional: true },
        inputMode: { type: String, optional: true },
        title: String,
        label: String,
        value: String,
        onConfirm: Function,
        close: Function,
    };

    setup() {
        const { name, value } = this.props;
        this.state = useState({ value: (name && unsavedStore.read(name).value) ?? value });
        useAutofocus({ refName: "input" });
    }

    onInput(ev) {
        this.state.value = ev.target.value;
        this.keep({ value: this.state.value });
    }

    keep(values) {
        if (this.props.name) {
            unsavedStore.write(this.props.name, values);
        }
    }

    async confirm() {
        const value = this.state.value.trim();
        this.props.close();
        await this.props.onConfirm(value);
        this.keep({});
    }

    cancel() {
        this.keep({});
        this.props.close();
    }
}
