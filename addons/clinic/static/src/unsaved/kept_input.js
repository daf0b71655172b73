import { Component, useState } from "@odoo/owl";

/**
 * A field whose text is only ever what its user types: an answer of the server is shown once the field is left.
 *
 * The text goes to `unsaved` with each key, and from there to the server.
 */
export class KeptInput extends Component {
    static template = "clinic.KeptInput";
    static props = {
        unsaved: Object,
        name: String,
        // What the server keeps, as it is shown and as it is sent to it.
        text: String,
        seen: true,
        id: { type: String, optional: true },
        label: { type: String, optional: true },
        placeholder: { type: String, optional: true },
        className: { type: String, optional: true },
        inputMode: { type: String, optional: true },
        isDisabled: { type: Boolean, optional: true },
        isInvalid: { type: Boolean, optional: true },
    };

    setup() {
        this.state = useState({ typed: null });
    }

    get text() {
        return this.state.typed ?? this.props.unsaved.valueOf(this.props.name, this.props.text);
    }

    onInput(ev) {
        const { unsaved, name, seen } = this.props;
        this.state.typed = ev.target.value;
        unsaved.enter(name, ev.target.value, seen);
    }

    onLeave() {
        this.state.typed = null;
        const { unsaved, name } = this.props;
        if (unsaved.has(name)) {
            unsaved.save(name);
        }
    }
}
