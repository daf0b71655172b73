import { Component } from "@odoo/owl";
import { dateText } from "@clinic_record/patient_card/patient_card_format";
import { patientCardSections } from "@clinic_record/patient_card/patient_card_sections";

const LOOKS = { stalled: "text-bg-danger", late: "text-bg-warning", booked: "text-bg-success" };

/** Where the patient's courses stand: session k of n, and the date of the next one. */
export class PatientCardPackages extends Component {
    static template = "clinic_package_record.PatientCardPackages";
    static props = { card: Object, "*": true };

    setup() {
        this.dateText = dateText;
        this.lookOf = (course) => LOOKS[course.standing] || "text-bg-secondary";
    }
}

patientCardSections.add(
    "packages",
    {
        Component: PatientCardPackages,
        place: "side",
        isShown: (card) => card.packages?.length > 0,
    },
    { sequence: 7 },
);
