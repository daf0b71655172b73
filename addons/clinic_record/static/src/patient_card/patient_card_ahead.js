import { Component } from "@odoo/owl";
import { dateText, dayText, momentText } from "./patient_card_format";

/** What comes next: what is booked for later, and what the protocols ask to come back for. */
export class PatientCardAhead extends Component {
    static template = "clinic_record.PatientCardAhead";
    static props = { card: Object, "*": true };

    setup() {
        this.dateText = dateText;
    }

    get procedures() {
        return this.props.card.ahead.map((procedure) => ({
            ...procedure,
            when: `${dayText(procedure.start)}, ${momentText(procedure.start)}`,
        }));
    }
}
