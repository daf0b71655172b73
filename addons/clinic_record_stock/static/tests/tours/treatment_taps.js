import { registry } from "@web/core/registry";

const MOST_TAPS = 8;
const PHASES = ["Access Check", "Preparation", "Procedure", "Result", "Advice"];
let taps = 0;

function countTap() {
    taps++;
}

registry.category("web_tour.tours").add("clinic_treatment_taps", {
    steps: () => [
        {
            content: "the items are used; what the last session was like is proposed, and marked as that",
            trigger: '.o_clinic_parameter:has(input.o_clinic_proposed):contains("Proposed: 3 ml, as on")',
            run: () => {
                taps = 0;
                document.addEventListener("click", countTap, { capture: true });
            },
        },
        { trigger: '.o_clinic_proposed_note:contains("Forehead")' },
        { trigger: ".o_clinic_proposed_map .o_clinic_mini_pin" },
        ...PHASES.flatMap((phase) => [
            { trigger: `.o_clinic_step_all[data-phase="${phase}"]`, run: "click" },
            { trigger: `body:not(:has(.o_clinic_step_all[data-phase="${phase}"]))` },
        ]),
        { content: "one tap confirms all that is shown", trigger: ".o_clinic_treatment_confirm", run: "click" },
        { trigger: '.o_clinic_note_editor:contains("Forehead")' },
        { content: "sign and finish", trigger: ".o_clinic_treatment_finish.btn-primary", run: "click" },
        {
            content: "it is in the history, signed",
            trigger:
                '.o_clinic_patient_card:not(:has(.o_clinic_treatment_running)) .o_clinic_entry:contains("Forehead")',
            run: () => {
                document.removeEventListener("click", countTap, { capture: true });
                if (taps > MOST_TAPS) {
                    throw new Error(`${taps} taps, at most ${MOST_TAPS} are allowed`);
                }
            },
        },
    ],
});
