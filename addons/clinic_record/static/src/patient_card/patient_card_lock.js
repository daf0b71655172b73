import { Component, useState } from "@odoo/owl";
import { useAutofocus } from "@web/core/utils/hooks";

/** What stands in place of the record of another branch's patient: who it is, and the way in, with a reason. */
export class PatientCardLock extends Component {
    static template = "clinic_record.PatientCardLock";
    static props = { patient: Object, onOpen: Function };

    setup() {
        this.state = useState({ reason: "" });
        useAutofocus({ refName: "reason" });
    }

    open() {
        if (this.state.reason.trim()) {
            return this.props.onOpen(this.state.reason.trim());
        }
    }
}
