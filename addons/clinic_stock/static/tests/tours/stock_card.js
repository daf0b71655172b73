import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("clinic_stock_card", {
    steps: () => [
        { content: "from the item's form", trigger: "button[name='action_open_stock_card']", run: "click" },
        {
            content: "the newest row is on top, with its balances",
            trigger:
                ".o_data_row:first:has([name='balance']:contains('251')):has([name='lot_balance']:contains('168'))",
        },
        { content: "nobody learns for whom", trigger: ".o_list_view:not(:has(th[data-name='patient_id']))" },
        { content: "the gear menu", trigger: ".o_cp_action_menus button", run: "click" },
        { content: "exports the card", trigger: ".o_export_all_menu" },
        { content: "by month", trigger: ".o_switch_view.o_pivot", run: "click" },
        { content: "what came and went", trigger: ".o_pivot td:contains('315.50')" },
    ],
});

registry.category("web_tour.tours").add("clinic_stock_card_phone", {
    steps: () => [
        {
            content: "cards instead of columns",
            trigger: ".o_kanban_record:first:contains('Balance 251'):contains('Lot A: 168')",
            run: "click",
        },
        { content: "a touch opens the document", trigger: ".o_form_view" },
    ],
});
