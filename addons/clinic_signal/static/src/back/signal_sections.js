import { Component } from "@odoo/owl";
import { myDaySections } from "@clinic_record/my_day/my_day_sections";
import { dayText } from "@clinic_record/patient_card/patient_card_format";
import { patientCardSections } from "@clinic_record/patient_card/patient_card_sections";
import { useService } from "@web/core/utils/hooks";
import { SignalRow } from "./signal_row";

const MODEL = "clinic.signal";
const CARD = "clinic_record.clinic_patient_card_action";

/** What patients have reported to the user: above the day's patients. */
export class MyDaySignals extends Component {
    static template = "clinic_signal.MyDaySignals";
    static components = { SignalRow };
    static props = { day: Object, onChange: Function };

    setup() {
        this.action = useService("action");
    }

    open(signal) {
        return this.action.doAction(CARD, { props: { resId: signal.patient_id } });
    }
}

/** What the patient has reported and nobody has closed: taken up as a reaction, or closed with what came of it. */
export class PatientCardSignals extends Component {
    static template = "clinic_signal.PatientCardSignals";
    static components = { SignalRow };
    static props = { card: Object, onChange: Function, "*": true };

    setup() {
        this.action = useService("action");
    }

    press(signal, name) {
        return this.action.doActionButton({
            type: "object",
            name,
            resModel: MODEL,
            resId: signal.id,
            onClose: () => this.props.onChange(),
        });
    }
}

/** The link by which the patient reports, and what came of the earlier reports. */
export class PatientCardSignalLink extends Component {
    static template = "clinic_signal.PatientCardSignalLink";
    static props = { card: Object, onOpen: Function, "*": true };

    setup() {
        this.action = useService("action");
        this.dayText = dayText;
    }

    press(name) {
        return this.action.doActionButton({
            type: "object",
            name,
            resModel: "clinic.patient",
            resId: this.props.card.patient.id,
        });
    }
}

myDaySections.add("signals", { Component: MyDaySignals, isShown: (day) => day.signals?.length > 0 }, { sequence: 1 });
patientCardSections
    .add(
        "signals",
        { Component: PatientCardSignals, place: "top", isShown: (card) => card.signals?.length > 0 },
        { sequence: 0 },
    )
    .add(
        "signal_link",
        {
            Component: PatientCardSignalLink,
            place: "side",
            isShown: (card) => card.entries.some((entry) => entry.state === "done") || card.signals_closed?.length > 0,
        },
        { sequence: 60 },
    );
