import { Component } from "@odoo/owl";
import { dayText, momentText } from "./patient_card_format";

/** What is booked for later. */
export class PatientCardAhead extends Component {
    static template = "clinic_record.PatientCardAhead";
    static props = { card: Object, "*": true };

    get procedures() {
        return this.props.card.ahead.map((procedure) => ({
            ...procedure,
            when: `${dayText(procedure.start)}, ${momentText(procedure.start)}`,
        }));
    }
}
