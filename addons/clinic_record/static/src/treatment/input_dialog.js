import { Component, useState } from "@odoo/owl";
import { unsavedStore } from "@clinic/unsaved/unsaved_store";
import { Dialog } from "@web/core/dialog/dialog";
import { useAutofocus } from "@web/core/utils/hooks";

/** Asks for one line of text; what was typed is there again under its `name` until it is confirmed or given up. */
export class InputDialog extends Component {
    static template = "clinic_record.InputDialog";
    static components = { Dialog };
    static props = {
        name: String,
        title: String,
        label: String,
        value: String,
        onConfirm: Function,
        close: Function,
    };

    setup() {
        this.state = useState({ value: unsavedStore.read(this.props.name).value ?? this.props.value });
        useAutofocus({ refName: "input" });
    }

    onInput(ev) {
        this.state.value = ev.target.value;
        unsavedStore.write(this.props.name, { value: this.state.value });
    }

    async confirm() {
        const value = this.state.value.trim();
        this.props.close();
        await this.props.onConfirm(value);
        unsavedStore.write(this.props.name, {});
    }

    cancel() {
        unsavedStore.write(this.props.name, {});
        this.props.close();
    }
}
