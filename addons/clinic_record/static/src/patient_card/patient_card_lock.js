import { Component, useState } from "@odoo/owl";
import { user } from "@web/core/user";
import { useAutofocus } from "@web/core/utils/hooks";

/** What stands in place of the record of another branch's patient: who it is, and the way in, with a reason. */
export class PatientCardLock extends Component {
    static template = "clinic_record.PatientCardLock";
    static props = { patient: Object, onOpen: Function };

    setup() {
        this.state = useState({ reason: "" });
        useAutofocus({ refName: "reason" });
    }

    /** The user's other branches that care for the patient: there the record is open, without any emergency. */
    get branches() {
        return this.props.patient.own_branches || [];
    }

    /** Choose the branch, as the company switcher does: the page is loaded again. */
    goTo(branch) {
        return user.activateCompanies([branch.id]);
    }

    open() {
        if (this.state.reason.trim()) {
            return this.props.onOpen(this.state.reason.trim());
        }
    }
}
