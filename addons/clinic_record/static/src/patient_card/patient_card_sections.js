import { registry } from "@web/core/registry";
import { PatientCardAhead } from "./patient_card_ahead";
import { PatientCardOutcomes } from "./patient_card_outcomes";
import { PatientCardProblems } from "./patient_card_problems";

/**
 * The parts of the patient card beside the history. Other addons add theirs: consents, photos, courses.
 *
 * @typedef {Object} PatientCardSection
 * @property {typeof import("@odoo/owl").Component} Component gets {card, onFilter, onOpen, onAdd, onChange}
 * @property {"side"|"top"} place in the column beside the history, or above it
 * @property {(card: Object) => boolean} [isShown]
 */
export const patientCardSections = registry.category("clinic_patient_card_sections");

patientCardSections
    .add("problems", { Component: PatientCardProblems, place: "side" }, { sequence: 10 })
    .add("outcomes", { Component: PatientCardOutcomes, place: "side" }, { sequence: 20 })
    .add(
        "ahead",
        {
            Component: PatientCardAhead,
            place: "side",
            isShown: (card) => card.ahead.length + card.followups.length > 0,
        },
        { sequence: 5 },
    );
