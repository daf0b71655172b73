import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("clinic_stock_day", {
    url: "/odoo/stock-today",
    steps: () => [
        {
            content: "discard the vial that is past its time",
            trigger: '.o_clinic_stock_section[data-key="vials"] .o_clinic_stock_button',
            run: "click",
        },
        {
            content: "its dialog asks why",
            trigger: '.modal:contains("Toxin") button[name="action_discard"]',
            run: "click",
        },
        {
            content: "the day knows it",
            trigger: 'body:not(:has(.modal)) .o_clinic_stock_section[data-key="vials"]:not(:has(.o_clinic_stock_row))',
        },
        {
            content: "the count that differs is explained",
            trigger: '.o_clinic_stock_section[data-key="gaps"] .o_clinic_stock_button',
            run: "click",
        },
        { trigger: '.modal .o_field_widget[name="reason"] input', run: "edit Two broke in the drawer" },
        { trigger: '.modal button[name="action_explain"]', run: "click" },
        {
            content: "every unit is explained",
            trigger: 'body:not(:has(.modal)) .o_clinic_stock_section[data-key="gaps"]:not(:has(.o_clinic_stock_row))',
        },
    ],
});
