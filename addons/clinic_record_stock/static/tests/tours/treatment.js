import { registry } from "@web/core/registry";

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
            content: "scan the package",
            trigger: ".o_clinic_treatment_running .o_clinic_scan",
            run: "edit 01040123456789011729010010LATE && press Enter",
        },
        {
            content: "the item and its lot are logged",
            trigger: '.o_clinic_item_used:contains("Toxin"):contains("20 U"):contains("LATE")',
        },
        { content: "mark a place on the body map", trigger: ".o_clinic_skin_map", run: "click" },
        { trigger: ".modal .o_clinic_map_drawing", run: "click" },
        { trigger: ".modal .o_clinic_map_item" },
        { content: "keep it", trigger: ".modal .o_form_button_save", run: "click" },
        { content: "it is on the small map", trigger: "body:not(:has(.modal)) .o_clinic_skin .o_clinic_mini_pin" },
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
