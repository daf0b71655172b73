import { Component } from "@odoo/owl";
import { amountText } from "@clinic_record/patient_card/patient_card_format";
import { signalParts } from "@clinic_signal/back/signal_row";

/** What was used in the procedures that a report is about, each with its dose and lot. */
export class SignalItems extends Component {
    static template = "clinic_signal_stock.SignalItems";
    static props = { signal: Object };

    setup() {
        this.amountText = amountText;
    }
}

signalParts.add("items", { Component: SignalItems, isShown: (signal) => signal.items?.length > 0 });
