import { Component } from "@odoo/owl";
import { dateText, dayText } from "@clinic_record/patient_card/patient_card_format";
import { patientCardSections } from "@clinic_record/patient_card/patient_card_sections";
import { useService } from "@web/core/utils/hooks";

const LOOKS = { ok: "text-bg-success", withdrawn: "text-bg-danger", expired: "text-bg-warning" };

/** What the patient has signed, and what is to be signed for the visits ahead. */
export class PatientCardConsents extends Component {
    static template = "clinic_consent.PatientCardConsents";
    static props = { card: Object, onOpen: Function, "*": true };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dateText = dateText;
        this.dayText = dayText;
        this.lookOf = (consent) => LOOKS[consent.standing] || "text-bg-secondary";
    }

    async handOver(visit) {
        const next = await this.orm.call("clinic.visit", "action_hand_over", [[visit.visit_id]]);
        return this.action.doAction(next);
    }
}

patientCardSections.add(
    "consents",
    {
        Component: PatientCardConsents,
        place: "side",
        isShown: (card) => card.consents?.signed.length + card.consents?.due.length > 0,
    },
    { sequence: 4 },
);
