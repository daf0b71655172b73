import { registry } from "@web/core/registry";
import { TreatmentNote } from "./treatment_note";
import { TreatmentParameters } from "./treatment_parameters";
import { TreatmentSkin } from "./treatment_skin";
import { TreatmentSteps } from "./treatment_steps";

/**
 * What is recorded while the patient is in treatment. Other addons add theirs: items, photos.
 *
 * @typedef {Object} TreatmentSection
 * @property {typeof import("@odoo/owl").Component} Component gets {treatment, unsaved, proposals,
 *      onSave(call, isOnCard), onLeaveOut(name)}
 * @property {(treatment: Object) => boolean} [isShown]
 */
export const treatmentSections = registry.category("clinic_treatment_sections");

treatmentSections
    .add("steps", { Component: TreatmentSteps, isShown: (treatment) => treatment.steps.length > 0 }, { sequence: 10 })
    .add(
        "parameters",
        { Component: TreatmentParameters, isShown: (treatment) => treatment.parameters.length > 0 },
        { sequence: 20 },
    )
    .add("skin", { Component: TreatmentSkin }, { sequence: 35 })
    .add("note", { Component: TreatmentNote }, { sequence: 40 });
