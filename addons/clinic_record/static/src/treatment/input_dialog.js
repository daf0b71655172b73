import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { useAutofocus } from "@web/core/utils/hooks";

/** Asks for one line of text. */
export class InputDialog extends Component {
    static template = "clinic_record.InputDialog";
    static components = { Dialog };
    static props = { title: String, label: String, value: String, onConfirm: Function, close: Function };

    setup() {
        this.state = useState({ value: this.props.value });
        useAutofocus({ refName: "input" });
    }

    confirm() {
        this.props.close();
        return this.props.onConfirm(this.state.value.trim());
    }
}
