import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

tours.add("clinic_intake_needed", {
    steps: () => [
        {
            content: "the board says that something is to be filled in",
            trigger: ".o_clinic_board_card:contains(Ayesha Test) .o_clinic_board_flag_intake",
        },
        {
            content: "open the card",
            trigger: ".o_clinic_board_card:contains(Ayesha Test)",
            run: "click",
        },
        {
            content: "hand it over",
            trigger: ".o_clinic_board_popover button[data-step=consents]",
            run: "click",
        },
        {
            content: "a code for the patient's phone, as no tablet waits",
            trigger: ".o_clinic_hand_over img",
        },
    ],
});

tours.add("clinic_intake_review", {
    steps: () => [
        {
            content: "three proposals wait, and the treatment with them",
            trigger: ".o_clinic_proposal:nth-child(3)",
        },
        {
            content: "accept the allergy",
            trigger: ".o_clinic_proposal:contains(Test Lidocaine Allergy) .o_clinic_accept",
            run: "click",
        },
        {
            content: "it is a risk of the record at once",
            trigger: ".o_clinic_risks:contains(Test Lidocaine Allergy)",
        },
        {
            content: "accept the medicine",
            trigger: ".o_clinic_proposal:contains(Test Blood Thinner) .o_clinic_accept:enabled",
            run: "click",
        },
        {
            content: "refuse the skin type",
            trigger: ".o_clinic_proposal:only-child .o_clinic_refuse:enabled",
            run: "click",
        },
        {
            content: "nothing is left to review, and nothing stands in the way",
            trigger: ".o_clinic_patient_card:not(:has(.o_clinic_intake_review)) .o_clinic_treatment:not(:has(.alert))",
        },
        {
            content: "start",
            trigger: ".o_clinic_patient_card button:contains(Start)",
            run: "click",
        },
        {
            content: "in treatment",
            trigger: ".o_clinic_patient_card button:contains(Finish)",
        },
    ],
});
