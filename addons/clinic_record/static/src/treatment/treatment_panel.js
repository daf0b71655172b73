import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { GateReasons } from "@clinic_visit/gate/gate";
import { UnsavedStatus } from "@clinic/unsaved/unsaved_status";
import { useUnsavedValues } from "@clinic/unsaved/unsaved_values";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { momentText } from "../patient_card/patient_card_format";
import { treatmentSections } from "./treatment_sections";

// Of what is missing, the next few; the rest comes up when they are done.
const MISSING_SHOWN = 5;

/** The treatment of this moment on the patient's card: start it, record what is done, finish it. */
export class TreatmentPanel extends Component {
    static template = "clinic_record.TreatmentPanel";
    static components = { GateReasons, UnsavedStatus };
    static props = {
        procedure: Object,
        others: Number,
        // How often the record was changed beside the treatment.
        readings: { type: Number, optional: true },
        onChange: Function,
        onOpen: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        // Of what is proposed, "note" and "map" may be left out.
        this.state = useState({ treatment: null, isBusy: false, leftOut: {} });
        this.unsaved = useUnsavedValues(`clinic.procedure/${this.props.procedure.id}`);
        // What is on its way to the server, and the latest reading.
        this.calls = new Set();
        this.reading = null;
        onWillStart(() => this.load());
        onWillUpdateProps(async (next) => {
            if (next.procedure.state !== this.props.procedure.state || next.readings !== this.props.readings) {
                await this.load();
            }
        });
    }

    /** Read the treatment; of several readings the one that was asked for last counts, whichever answers last. */
    async load() {
        const reading = this.orm.call("clinic.patient.card", "load_treatment", [this.props.procedure.id]);
        this.reading = reading;
        const treatment = await reading;
        if (reading === this.reading) {
            this.state.treatment = treatment;
        } else {
            await this.reading;
        }
    }

    get treatment() {
        return this.state.treatment;
    }

    get time() {
        const { start, stop } = this.props.procedure;
        return `${momentText(start)} – ${momentText(stop)}`;
    }

    get details() {
        const { room, practitioner, branch } = this.props.procedure;
        return [this.time, room, practitioner, branch].filter(Boolean).join(" · ");
    }

    get isWaiting() {
        return this.treatment.state === "planned" && ["arrived", "in_progress"].includes(this.treatment.visit_state);
    }

    get isExpected() {
        return this.treatment.visit_state === "booked";
    }

    get isRunning() {
        return this.treatment.state === "in_progress";
    }

    /** What stands in the way; what is only good to know stands at the top of the card already. */
    get reasons() {
        return this.treatment.gate.filter((reason) => reason.level !== "info" && !reason.overridden);
    }

    /** What is proposed and has been neither recorded nor typed over. */
    get proposals() {
        const { values, note, map } = this.treatment.proposals;
        const open = Object.entries(values).filter(([id]) => !this.unsaved.has(`parameter/${id}/value`));
        const { leftOut } = this.state;
        return { values: Object.fromEntries(open), note: leftOut.note ? null : note, map: leftOut.map ? null : map };
    }

    leaveOut(name) {
        this.state.leftOut[name] = true;
    }

    get hasProposals() {
        const { values, note, map } = this.proposals;
        return Boolean(Object.keys(values).length || note || map?.fits);
    }

    /** Record all that is proposed, as it is shown. */
    async confirm() {
        if (this.state.isBusy) {
            return;
        }
        this.state.isBusy = true;
        try {
            const { values, note, map } = this.proposals;
            const shown = {
                values: Object.fromEntries(Object.entries(values).map(([id, { value }]) => [id, value])),
                note: note ? note.text : false,
                map: Boolean(map?.fits),
            };
            await this.save(() => {
                return this.orm.call("clinic.procedure", "action_confirm_proposals", [[this.treatment.id], shown]);
            }, true);
        } finally {
            this.state.isBusy = false;
        }
    }

    chooseSkinType({ key }) {
        const args = [[this.treatment.id], { skin_type: key }];
        return this.save(() => this.orm.call("clinic.procedure", "write", args), true);
    }

    /** Whether finishing, which signs the note, closes the procedure. */
    get isReady() {
        return this.treatment.missing.every((one) => one.key.startsWith("draft-"));
    }

    get nextMissing() {
        return this.treatment.missing.slice(0, MISSING_SHOWN);
    }

    get moreMissing() {
        return this.treatment.missing.length - this.nextMissing.length;
    }

    get sections() {
        return treatmentSections
            .getEntries()
            .map(([name, section]) => ({ name, ...section }))
            .filter((section) => !section.isShown || section.isShown(this.treatment));
    }

    /** Make a change and read the treatment again, `isOnCard` the rest of the card as well. */
    async save(call, isOnCard = false) {
        const pending = Promise.resolve(call());
        this.calls.add(pending);
        try {
            await pending;
        } finally {
            this.calls.delete(pending);
            await this.load();
        }
        if (isOnCard) {
            this.props.onChange();
        }
    }

    /** Wait until the server has all that was entered; return whether it has. */
    async settle() {
        await Promise.allSettled([...this.calls]);
        if (await this.unsaved.flush()) {
            return true;
        }
        this.notification.add(_t("Something you entered is not saved yet. Look for the red mark, then try again."), {
            type: "danger",
        });
        return false;
    }

    async do(model, method, id) {
        if (this.state.isBusy) {
            return;
        }
        this.state.isBusy = true;
        try {
            if (!(await this.settle())) {
                return;
            }
            const next = await this.orm.call(model, method, [[id]]);
            if (next?.type) {
                await this.action.doAction(next);
            }
        } finally {
            this.state.isBusy = false;
            await this.load();
            this.props.onChange();
        }
    }

    arrive() {
        return this.do("clinic.visit", "action_arrive", this.props.procedure.visit_id);
    }

    start() {
        return this.do("clinic.procedure", "action_start", this.treatment.id);
    }

    finish() {
        return this.do("clinic.procedure", "action_sign_and_finish", this.treatment.id);
    }

    async override(reason) {
        const next = await this.orm.call("clinic.procedure", "action_override_gate", [
            [reason.procedure_id],
            reason.key,
        ]);
        await this.action.doAction(next, { onClose: () => this.load() });
    }

    openForm() {
        this.props.onOpen("clinic.procedure", this.treatment.id);
    }
}
