import { registry } from "@web/core/registry";

/** A visit that is done, from its card to the payment: two taps, and a third prints the receipt. */
registry.category("web_tour.tours").add("clinic_account_pay", {
    steps: () => [
        {
            content: "first tap: open the card",
            trigger: '.o_clinic_board_card:contains("Ayesha Test")',
            run: "click",
        },
        {
            content: "second tap: by card; the amount stands on the button",
            trigger: '.o_clinic_board_pay button[data-step=pay_card]:contains("1,150")',
            run: "click",
        },
        {
            content: "it is paid, and the receipt is offered",
            trigger: '.o_notification:contains("paid by card") button:contains("Print Receipt")',
        },
        {
            content: "the card offers no payment any more",
            trigger: '.o_clinic_board_card:contains("Ayesha Test"):not(:has([data-step=check_out]))',
            run: "click",
        },
        {
            content: "nor does what it opens",
            trigger: '.o_clinic_board_popover:contains("Ayesha Test"):not(:has(.o_clinic_board_pay))',
        },
    ],
});
