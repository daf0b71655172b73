import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** A tap, or a name that is typed; the budgets of the clinic's journeys count these. */
const tap = (content, trigger) => ({ content: `tap: ${content}`, trigger, run: "click" });
const type = (content, trigger, text) => ({ content: `tap: ${content}`, trigger, run: `edit ${text}` });

/** J14: a package with instalments and its first session, from the board, in nine taps. */
tours.add("clinic_package_sell", {
    steps: () => [
        tap("the menu of visits", '.o_menu_sections button:contains("Visits")'),
        tap("sell a package", '.o-dropdown--menu a:contains("Sell Package")'),
        type("who", ".modal [name=patient_id] input", "Ayesha"),
        tap("this one", '.o-autocomplete--dropdown-menu li:contains("Ayesha Test")'),
        tap("the packages", ".modal [name=package_id] input"),
        tap("six peels", '.o-autocomplete--dropdown-menu li:contains("Six peels")'),
        tap("in three parts", '.modal [name=payment_term_id] .o_selection_badge:contains("3 instalments")'),
        { content: "what is due when is said", trigger: '.modal [name=instalments]:contains("16,320.00")' },
        tap("the first time that is free", ".modal .o_clinic_next_time:first"),
        tap("sell and book", '.modal button:contains("Sell and Book"):visible'),
        {
            content: "it is sold, and the first session is booked",
            trigger: '.o_notification:contains("Six peels sold to Ayesha Test"):contains("first session on")',
        },
    ],
});

/** J27: a refund of a part-used package, from the board, in five taps. */
tours.add("clinic_package_refund_from_board", {
    steps: () => [
        tap("the menu of visits", '.o_menu_sections button:contains("Visits")'),
        tap("refund a package", '.o-dropdown--menu a:contains("Refund Package")'),
        type("who", ".modal [name=patient_id] input", "Ayesha"),
        tap("this one", '.o-autocomplete--dropdown-menu li:contains("Ayesha Test")'),
        { content: "the package is found", trigger: '.modal [name=course_id] input:value("Six peels")' },
        {
            content: "every line of the rule is shown",
            trigger: '.modal [name=comparison]:contains("Used, at the package"):contains("16,000.00")',
        },
        tap("ask", ".modal button[name=action_ask]"),
        { content: "the request waits", trigger: '.o_form_view .o_statusbar_status:contains("To approve")' },
    ],
});

/** The same from the patient's page, by another rule, in four taps. */
tours.add("clinic_package_refund", {
    steps: () => [
        tap("the patient's packages", "button[name=action_view_courses]"),
        tap("the calculator", "button[name=action_refund]"),
        {
            content: "every rule that applies is itemised",
            trigger:
                '.modal [name=comparison]:contains("Used, at the list price"):contains("40,000.00"):contains("8,000.00")',
        },
        { content: "and the others beside it", trigger: '.modal [name=comparison]:contains("16,000.00")' },
        tap("by the list price", '.modal [name=rule_id] label:contains("By the list")'),
        { content: "the result is shown", trigger: '.modal [name=amount]:contains("8,000.00")' },
        tap("ask", ".modal button[name=action_ask]"),
        { content: "the request waits", trigger: '.o_form_view .o_statusbar_status:contains("To approve")' },
    ],
});

/** J30: from the manager's home to the money paid back, in three taps. */
tours.add("clinic_package_approve", {
    steps: () => [
        tap("the alert", ".o_clinic_home_alert[data-key=refunds]"),
        tap("the request", '.o_data_row:contains("Ayesha Test") td[name=rule_name]'),
        tap("approve", "button[name=action_approve]:visible:first"),
        { content: "it is done", trigger: '.o_statusbar_status .o_arrow_button_current:contains("Done")' },
    ],
});
