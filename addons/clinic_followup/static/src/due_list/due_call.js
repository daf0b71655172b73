import { Component, useState } from "@odoo/owl";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { deserializeDate, deserializeDateTime, serializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { momentText } from "@clinic_visit/board/board_format";

const { DateTime } = luxon;
const MODEL = "clinic.due.list";
const NOT_BOOKED = () => [
    { name: "no_answer", label: _t("No Answer"), icon: "fa-phone-square" },
    { name: "call_back", label: _t("Will Call Back"), icon: "fa-reply" },
    { name: "reached", label: _t("Thinks About It"), icon: "fa-comments-o" },
    { name: "wrong_number", label: _t("Wrong Number"), icon: "fa-ban" },
];

/** One call: why, with which words, the free times to book, or the outcome and the next try. */
export class DueCall extends Component {
    static template = "clinic_followup.DueCall";
    static components = { DateTimeInput };
    static props = { call: Object, onDone: Function };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.results = NOT_BOOKED();
        this.state = useState({
            recalls: this.props.call.recalls,
            times: this.props.call.times,
            chosen: null,
            nextOn: null,
            isBusy: false,
        });
    }

    get call() {
        return this.props.call;
    }

    /** Of the most urgent reason that is left. */
    get script() {
        return this.state.recalls[0]?.script;
    }

    get tomorrow() {
        return DateTime.now().plus({ days: 1 }).startOf("day");
    }

    get placeholder() {
        return _t("By the rule");
    }

    isChosen({ start }) {
        return this.state.chosen?.start === start;
    }

    get defaultDay() {
        return deserializeDate(this.call.next_on);
    }

    get phoneAddress() {
        return `tel:${this.call.phone.replace(/[^+\d]/g, "")}`;
    }

    timeText({ start }) {
        return momentText(deserializeDateTime(start, { tz: this.call.zone }));
    }

    /** Ask the server once at a time. */
    async ask(method, ...args) {
        if (this.state.isBusy) {
            return undefined;
        }
        this.state.isBusy = true;
        try {
            return await this.orm.call(MODEL, method, args);
        } finally {
            this.state.isBusy = false;
        }
    }

    /** Another screen of a call asks its own model. */
    sendBooking({ start, practitioner_id }) {
        const { patient_id, treatment } = this.call;
        return this.ask("book", patient_id, treatment.id, start, practitioner_id);
    }

    async freeTimes() {
        const { times } = await this.orm.call(MODEL, "open_call", [this.call.patient_id]);
        return times;
    }

    async book() {
        try {
            const booked = await this.sendBooking(this.state.chosen);
            if (booked) {
                await this.props.onDone(_t("Booked for %s", booked.text));
            }
        } catch (error) {
            // Somebody was faster: the times are looked for again.
            this.state.chosen = null;
            this.state.times = await this.freeTimes();
            throw error;
        }
    }

    /** Any other time or treatment, in the dialog in which reception books. */
    async other() {
        const { patient_id, treatment } = this.call;
        const additionalContext = { default_patient_id: patient_id };
        if (treatment) {
            additionalContext.default_treatment_ids = [treatment.id];
        }
        await this.action.doAction("clinic_visit.action_visit_book", {
            additionalContext,
            onClose: (infos) => this.bookedInDialog(infos?.visit_id),
        });
    }

    async bookedInDialog(visitId) {
        if (visitId) {
            await this.ask("note_booked", this.call.patient_id, visitId);
            await this.props.onDone(_t("Booked"));
        }
    }

    async note({ name, label }) {
        const day = this.state.nextOn ? serializeDate(this.state.nextOn) : false;
        if (await this.ask("note", this.call.patient_id, name, day)) {
            await this.props.onDone(label);
        }
    }

    async snooze() {
        const day = serializeDate(this.state.nextOn || this.defaultDay);
        if (await this.ask("snooze", this.call.patient_id, day)) {
            await this.props.onDone(_t("Put off"));
        }
    }

    async decline(recall) {
        const left = await this.ask("decline", recall.id);
        if (left && !left.length) {
            await this.props.onDone(_t("Will not be called about this"));
        } else if (left) {
            this.state.recalls = left;
        }
    }

    async leave() {
        if (await this.ask("close_call", this.call.patient_id)) {
            await this.props.onDone("");
        }
    }
}
