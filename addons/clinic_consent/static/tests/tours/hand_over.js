import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("clinic_consent_hand_over", {
    steps: () => [
        { content: "she has arrived", trigger: ".o_clinic_board_sign", run: "click" },
        { content: "two tablets wait: a code at first", trigger: ".o_clinic_hand_over_qr" },
        { trigger: ".o_clinic_hand_over button:contains(Show on Desk 2)", run: "click" },
        { content: "it is on that tablet", trigger: ".o_clinic_hand_over b:contains(Desk 2)" },
        { trigger: ".o_clinic_hand_over button:contains(QR Code Instead)", run: "click" },
        { trigger: ".o_clinic_hand_over_qr" },
        { trigger: ".o_clinic_hand_over button:contains(Close)", run: "click" },
        { trigger: "body:not(:has(.o_clinic_hand_over))" },
    ],
});
