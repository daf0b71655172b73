import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

tours.add("clinic_fee_waive", {
    steps: () => [
        { content: "the fee is paid", trigger: '.o_field_badge[name=fee_state]:contains("Fee paid")' },
        { content: "waive it", trigger: "button[name=action_waive_fee]:visible", run: "click" },
        { content: "say why", trigger: ".modal .o_field_widget[name=reason] input", run: "edit She was ill that day" },
        { content: "waive", trigger: ".modal button[name=action_waive]", run: "click" },
        { content: "it is waived", trigger: '.o_field_badge[name=fee_state]:contains("Fee waived")' },
    ],
});

tours.add("clinic_fee_cancel", {
    steps: () => [
        { content: "cancel", trigger: "button[name=action_cancel]:visible", run: "click" },
        { content: "it was the patient", trigger: '.modal .o_radio_item:contains("Patient") input', run: "click" },
        { content: "what it costs is said", trigger: '.modal .alert:contains("1,000.00")' },
        { content: "no waiving without the right", trigger: ".modal:not(:has([name=waive_fee] input))" },
        { content: "cancel it", trigger: ".modal button[name=action_cancel_visits]", run: "click" },
        { content: "the fee was paid by the deposit", trigger: '.o_field_badge[name=fee_state]:contains("Fee paid")' },
    ],
});
