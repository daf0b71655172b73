import { registry } from "@web/core/registry";

/** From My Day to the patient's card, and to what came of it. */
registry.category("web_tour.tours").add("clinic_signal_close", {
    steps: () => [
        { content: "it is urgent", trigger: '.o_clinic_signal_urgent:contains("Ayesha Test"):contains("breathing")' },
        { content: "its card", trigger: ".o_clinic_signal_open", run: "click" },
        { content: "what was said", trigger: '.o_clinic_signals_card:contains("It began yesterday")' },
        { content: "close it", trigger: ".o_clinic_signal_close", run: "click" },
        { content: "advice", trigger: ".modal .o_radio_item:contains('Advice given') input", run: "click" },
        { content: "in words", trigger: ".modal div[name=finding] textarea", run: "edit Seen today" },
        { content: "done", trigger: ".modal button[name=action_close]", run: "click" },
        { content: "it is among the earlier ones", trigger: '.o_clinic_signal_link:contains("Advice given")' },
        { content: "and not on top any more", trigger: "body:not(:has(.o_clinic_signals_card))" },
    ],
});
