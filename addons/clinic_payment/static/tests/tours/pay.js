import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const PAY = 'button[name="o_payment_submit_button"]:not([disabled])';

/** As whoever has the link does, on a phone: opening it is the first tap. */
const pay = (method) => [
    { content: "what is asked for", trigger: '.card .h2:contains("1,150.00")' },
    { content: "until when", trigger: '.card:contains("to be paid by")' },
    {
        content: "the way of paying",
        trigger: `input[name="o_payment_radio"][data-payment-method-code="${method}"]`,
        run: "click",
    },
    { content: "pay", trigger: PAY, run: "click", expectUnloadPage: true },
];

tours.add("clinic_payment_pay", {
    steps: () => [
        ...pay("demo"),
        { content: "it is paid", trigger: '.alert-success:contains("Thank you."):contains("1,150.00")' },
    ],
});
