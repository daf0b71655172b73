import { registry } from "@web/core/registry";

// The three tours are one visit, seen by the three people who work on it; clinic_suite/tests/test_main_job.py joins them.
const tours = registry.category("web_tour.tours");

/** The steps that pick `name` in the many2one field `field`. */
function pick(field, name, within = "") {
    return [
        {
            content: `write ${name} into ${field}`,
            trigger: `${within} .o_field_widget[name=${field}] input`,
            run: `edit ${name}`,
        },
        {
            content: `choose ${name}`,
            trigger: `.o-autocomplete--dropdown-item:contains("${name}")`,
            run: "click",
        },
    ];
}

tours.add("clinic_reception_books", {
    url: "/odoo/today",
    steps: () => [
        {
            content: "a new visit, from the day's board",
            trigger: ".o_kanban_view .o-kanban-button-new, .o_control_panel .o-kanban-button-new",
            run: "click",
        },
        ...pick("patient_id", "Ayesha Test", ".modal"),
        {
            content: "the patient's birth date is not known yet, so it is asked",
            trigger: ".modal .o_field_widget[name=patient_birth_date]",
        },
        ...pick("treatment_ids", "Facial", ".modal"),
        {
            content: "anyone free will do, and the price is told",
            trigger: ".modal:has([name=practitioner_id] input:value()) [name=price]:contains(1,150)",
        },
        {
            content: "book",
            trigger: ".modal button[name=action_book]",
            run: "click",
        },
        {
            content: "the card is on the board; the patient is here",
            trigger: ".o_kanban_record:contains(Ayesha Test) button[name=action_arrive]",
            run: "click",
        },
        {
            content: "waiting",
            trigger: ".o_kanban_record:contains(Ayesha Test):contains(waiting)",
        },
    ],
});

tours.add("clinic_practitioner_treats", {
    url: "/odoo/my-procedures",
    steps: () => [
        {
            content: "the next patient's card",
            trigger: ".o_kanban_record:contains(Ayesha Test)",
            run: "click",
        },
        {
            content: "start",
            trigger: ".o_form_view button[name=action_start]",
            run: "click",
        },
        {
            content: "in treatment: log what is used",
            trigger: ".o_form_view .o_arrow_button_current:contains(In treatment)",
        },
        {
            content: "the items, beside the record",
            trigger: ".o_notebook .nav-link[name=consumption]",
            run: "click",
        },
        {
            content: "a line for the item",
            trigger: ".o_field_widget[name=consumption_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        ...pick("product_id", "Toxin", ".o_selected_row"),
        {
            content: "the lot that expires first is proposed",
            trigger: ".o_selected_row [name=lot_id] input:value(SOON)",
        },
        {
            content: "20 units",
            trigger: ".o_selected_row [name=quantity] input",
            run: "edit 20",
        },
        {
            content: "log it",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "done",
            trigger: ".o_form_saved button[name=action_done]",
            run: "click",
        },
        {
            content: "the procedure is closed",
            trigger: ".o_form_saved:not(:has(button[name=action_done]))",
        },
    ],
});

tours.add("clinic_reception_checks_out", {
    url: "/odoo/today",
    steps: () => [
        {
            content: "check out, on the card",
            trigger: ".o_kanban_record:contains(Ayesha Test) button[name=action_open_checkout]",
            run: "click",
        },
        {
            content: "the amount is there: facial 1,000 and 20 units at 300, with 15 % tax",
            trigger: 'dd.o_clinic_checkout_total:contains("8,050.00")',
        },
        {
            content: "all in cash",
            trigger: ".o_clinic_checkout_methods button[data-method=cash]",
            run: "click",
        },
        { content: "post and pay", trigger: '.o_clinic_checkout_post:contains("Post & Pay")', run: "click" },
        { content: "paid", trigger: '.o_clinic_checkout_done:contains("Paid")' },
        { content: "back to the board", trigger: ".o_back_button, .breadcrumb-item a", run: "click" },
        {
            content: "the card says paid",
            trigger: ".o_kanban_record:contains(Ayesha Test):contains(Paid)",
        },
    ],
});
