import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("clinic_my_day_vials", {
    url: "/odoo/my-day",
    steps: () => [
        {
            content: "the vial stands above the patients",
            trigger: '.o_clinic_my_day_vial:contains("Toxin"):contains("80 U left"):contains("discard by") button',
            run: "click",
        },
        { content: "the reason is proposed", trigger: ".modal button[name=action_discard]", run: "click" },
        {
            content: "nothing is left to discard",
            trigger: ".o_clinic_my_day:has(.o_clinic_my_day_patient):not(:has(.o_clinic_my_day_vials))",
        },
    ],
});
