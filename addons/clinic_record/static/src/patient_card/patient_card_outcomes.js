import { Component } from "@odoo/owl";
import { RESPONSES, dayText } from "./patient_card_format";

/** What worked and what did not, by treatment. */
export class PatientCardOutcomes extends Component {
    static template = "clinic_record.PatientCardOutcomes";
    static props = { card: Object, filters: Object, onFilter: Function, "*": true };

    setup() {
        this.dayText = dayText;
        this.lookOf = (response) => RESPONSES[response.response];
    }
}
