import { _t } from "@web/core/l10n/translation";
import { DueCall } from "@clinic_followup/due_list/due_call";

const MODEL = "clinic.call";
export const TALKED = () => [
    { name: "asked", label: _t("Had a Question"), icon: "fa-question-circle-o" },
    { name: "changed", label: _t("Moved or Cancelled"), icon: "fa-calendar-times-o" },
    { name: "call_back", label: _t("Will Call Back"), icon: "fa-reply" },
    { name: "wrong_number", label: _t("Wrong Number"), icon: "fa-ban" },
    { name: "other", label: _t("Something Else"), icon: "fa-ellipsis-h" },
];

/** The screen of a call from the due list, for somebody who calls: nothing is locked, and the number is kept. */
export class IncomingCall extends DueCall {
    static template = "clinic_phone.IncomingCall";
    static props = { ...DueCall.props, number: String, callKey: String };

    setup() {
        super.setup();
        this.results = TALKED();
    }

    async send(method, ...args) {
        if (this.state.isBusy) {
            return undefined;
        }
        this.state.isBusy = true;
        try {
            return await this.orm.call(MODEL, method, [this.props.number, ...args]);
        } finally {
            this.state.isBusy = false;
        }
    }

    sendBooking({ start, practitioner_id }) {
        const { patient_id, treatment } = this.call;
        return this.send("book", patient_id, treatment.id, start, practitioner_id, this.props.callKey);
    }

    async freeTimes() {
        const { times } = await this.orm.call(MODEL, "open_patient", [this.call.patient_id]);
        return times;
    }

    async bookedInDialog(visitId) {
        const { callKey } = this.props;
        if (visitId && (await this.send("note_booked", this.call.patient_id, visitId, callKey))) {
            await this.props.onDone(_t("Booked"));
        }
    }

    async note({ name, label }) {
        if (await this.send("note", name, this.call.patient_id, this.props.callKey)) {
            await this.props.onDone(label);
        }
    }

    leave() {
        return this.props.onDone("");
    }

    openPatient() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "clinic.patient",
            res_id: this.call.patient_id,
            views: [[false, "form"]],
        });
    }
}
