import { Component } from "@odoo/owl";
import { dateText } from "@clinic_record/patient_card/patient_card_format";
import { patientCardSections } from "@clinic_record/patient_card/patient_card_sections";

/** What reception is to call the patient about, and what came of it so far. */
export class PatientCardRecalls extends Component {
    static template = "clinic_followup_record.PatientCardRecalls";
    static props = { card: Object, "*": true };

    setup() {
        this.dateText = dateText;
    }
}

patientCardSections.add(
    "recalls",
    {
        Component: PatientCardRecalls,
        place: "side",
        isShown: (card) => card.recalls?.length > 0,
    },
    { sequence: 6 },
);
