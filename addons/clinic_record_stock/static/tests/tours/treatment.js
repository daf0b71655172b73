import { registry } from "@web/core/registry";

/** Send `code` as a hand scanner does: keys at once, to whatever has the focus, then Enter. */
function scan(code) {
    const target = document.activeElement || document.body;
    for (const key of [...code, "Enter"]) {
        target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    }
}

registry.category("web_tour.tours").add("clinic_treatment", {
    url: "/odoo/my-day",
    steps: () => [
        {
            content: "the next patient, with the risk in words: one tap opens the record",
            trigger: '.o_clinic_my_day_patient:contains("Ayesha Test"):contains("Test penicillin")',
            run: "click",
        },
        {
            content: "the risk stands on top; one tap starts the treatment",
            trigger: '.o_clinic_risk_severe:contains("Test penicillin")',
        },
        { trigger: ".o_clinic_treatment_start", run: "click" },
        {
            content: "the kit stands there, with the vial that is open and how it is drawn",
            trigger:
                '.o_clinic_item_expected:contains("Toxin"):contains("Open vial"):contains("80 U left")' +
                ':contains("4 U per 0.1 ml")',
        },
        {
            content: "scan the package, whatever has the focus",
            trigger: '.o_clinic_item_expected:contains("Gloves")',
            run: () => scan("01040123456789011729010010LATE"),
        },
        {
            content: "the item and its lot are logged",
            trigger: '.o_clinic_item_used:contains("Toxin"):contains("20 U"):contains("LATE")',
        },
        {
            content: "none of the cream is no quantity",
            trigger: '.o_clinic_item_expected:contains("Cream") .o_clinic_item_quantity',
            run: "edit 0 && press Tab",
        },
        { trigger: '.o_clinic_item_expected:contains("Cream") .o_clinic_item_wrong:contains("above zero")' },
        {
            content: "more of the cream",
            trigger: '.o_clinic_item_expected:contains("Cream") .o_clinic_item_quantity',
            run: "edit 2 && press Tab",
        },
        { trigger: ".o_clinic_items:not(:has(.o_clinic_item_wrong))" },
        { trigger: '.o_clinic_item_expected:contains("Cream") .o_clinic_item_use', run: "click" },
        {
            content: "it is told that another quantity was expected",
            trigger: '.o_clinic_kit_item:contains("Cream 2 ml"):contains("Expected: 0.5 ml")',
        },
        {
            content: "no needle",
            trigger: '.o_clinic_item_expected:contains("Needle") .o_clinic_item_not_used',
            run: "click",
        },
        { trigger: '.o_clinic_item_unused:contains("Needle"):contains("not used")' },
        {
            content: "the gloves are the last thing to confirm",
            trigger: '.o_clinic_item_expected:contains("Gloves") .o_clinic_item_use.btn-primary',
            run: "click",
        },
        { trigger: '.o_clinic_item_used:contains("Gloves 2 Units")' },
        { trigger: ".o_clinic_items:not(:has(.o_clinic_item_expected))" },
        { content: "mark a place on the body map", trigger: ".o_clinic_skin_map", run: "click" },
        { trigger: ".modal .o_clinic_map_drawing", run: "click" },
        { trigger: ".modal .o_clinic_map_item" },
        { content: "keep it", trigger: ".modal .o_form_button_save", run: "click" },
        { content: "it is on the small map", trigger: "body:not(:has(.modal)) .o_clinic_skin .o_clinic_mini_pin" },
        { content: "a score has its dialog", trigger: ".o_clinic_skin_score", run: "click" },
        { trigger: ".modal .o_form_view .o_field_widget[name=problem_id]" },
        { trigger: ".modal .btn-close", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        {
            content: "tick the step",
            trigger: '.o_clinic_step_tick:contains("Check the patient")',
            run: "click",
        },
        { trigger: ".o_clinic_step_tick[aria-checked=true]" },
        {
            content: "enter the parameter",
            trigger: ".o_clinic_parameter input",
            run: "edit 3 && press Enter",
        },
        {
            content: "it is no longer missing",
            trigger: '.o_clinic_treatment_missing:not(:contains("Dilution"))',
        },
        { content: "begin the note", trigger: ".o_clinic_note_begin", run: "click" },
        {
            content: "write it",
            trigger: ".o_clinic_note_editor.odoo-editor-editable",
            run: "editor Even result",
        },
        { content: "sign and finish", trigger: ".o_clinic_treatment_finish", run: "click" },
        {
            content: "it is in the history, signed",
            trigger: '.o_clinic_entry:contains("Facial"):contains("Even result"):contains("LATE")',
        },
        { trigger: ".o_clinic_patient_card:not(:has(.o_clinic_treatment_running))" },
    ],
});
