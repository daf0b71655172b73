import { Component } from "@odoo/owl";
import { dateText } from "@clinic_record/patient_card/patient_card_format";
import { patientCardSections } from "@clinic_record/patient_card/patient_card_sections";
import { useService } from "@web/core/utils/hooks";

/** The newest documents of the patient, and the way to all of them. */
export class PatientCardDocuments extends Component {
    static template = "clinic_document.PatientCardDocuments";
    static props = { card: Object, "*": true };

    setup() {
        this.action = useService("action");
        this.dateText = dateText;
    }

    get documents() {
        return this.props.card.documents;
    }

    openAll() {
        const props = { resId: this.props.card.patient.id };
        return this.action.doAction("clinic_document.clinic_document_action", { props });
    }
}

patientCardSections.add(
    "documents",
    { Component: PatientCardDocuments, place: "side", isShown: (card) => Boolean(card.documents) },
    { sequence: 30 },
);
