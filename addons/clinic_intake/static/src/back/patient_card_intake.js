import { Component, useState } from "@odoo/owl";
import { dayText } from "@clinic_record/patient_card/patient_card_format";
import { patientCardSections } from "@clinic_record/patient_card/patient_card_sections";
import { useService } from "@web/core/utils/hooks";

const CHANGES = {
    new: { icon: "fa-plus-circle", className: "text-bg-warning" },
    changed: { icon: "fa-pencil", className: "text-bg-info" },
    gone: { icon: "fa-minus-circle", className: "text-bg-secondary" },
};

/** What the patient has said and the record does not: one row for each, accepted or refused by one tap. */
export class PatientCardIntakeReview extends Component {
    static template = "clinic_intake.PatientCardIntakeReview";
    static props = { card: Object, onOpen: Function, onChange: Function, "*": true };

    setup() {
        this.orm = useService("orm");
        this.dayText = dayText;
        // Rows that were decided and are on their way to the server.
        this.state = useState({ sent: {} });
    }

    get proposals() {
        return this.props.card.intake.proposals.map((proposal) => ({ ...proposal, ...CHANGES[proposal.change] }));
    }

    get since() {
        return dayText(this.props.card.intake.proposals[0].since);
    }

    async decide(proposal, method) {
        if (this.state.sent[proposal.id]) {
            return;
        }
        this.state.sent[proposal.id] = true;
        try {
            await this.orm.call("clinic.intake.proposal", method, [[proposal.id]]);
        } finally {
            await this.props.onChange();
            delete this.state.sent[proposal.id];
        }
    }
}

/** When the patient was asked last, and what they wish. */
export class PatientCardIntake extends Component {
    static template = "clinic_intake.PatientCardIntake";
    static props = { card: Object, onOpen: Function, "*": true };

    setup() {
        this.dayText = dayText;
    }

    get last() {
        return this.props.card.intake.last;
    }
}

patientCardSections
    .add(
        "intake_review",
        {
            Component: PatientCardIntakeReview,
            place: "top",
            isShown: (card) => card.intake?.proposals.length > 0,
        },
        { sequence: 1 },
    )
    .add(
        "intake",
        { Component: PatientCardIntake, place: "side", isShown: (card) => Boolean(card.intake?.last) },
        { sequence: 4 },
    );
