import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const METHOD = 'input[name="o_payment_radio"]';
const PAY = 'button[name="o_payment_submit_button"]:not([disabled])';

/** What a patient with the link does on a phone: opening it is the first tap. */
const pay = (method) => [
    { content: "what is asked for", trigger: '.card .h2:contains("1,150.00")' },
    { content: "until when", trigger: '.card:contains("to be paid by")' },
    {
        content: "the way of paying",
        trigger: `${METHOD}[data-payment-method-code="${method}"]`,
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

/** Of EasyPaisa's two ways on this page. */
const easypaisa = (channel) => [
    { content: "by EasyPaisa", trigger: `${METHOD}[data-payment-method-code="easypaisa"]`, run: "click" },
    { content: "the way", trigger: `input[name="o_easypaisa_channel"][value="${channel}"]`, run: "click" },
    { content: "the phone", trigger: 'input[name="o_easypaisa_mobile"]', run: "edit 03451234567" },
];

tours.add("clinic_payment_pay_shop", {
    steps: () => [
        ...easypaisa("otc"),
        { content: "get the code", trigger: PAY, run: "click", expectUnloadPage: true },
        { content: "it is shown", trigger: '[name="clinic_shop_code"]' },
    ],
});

tours.add("clinic_payment_pay_no_sandbox", {
    steps: () => [
        ...easypaisa("wallet"),
        { content: "nobody answers", trigger: PAY, run: "click" },
        { content: "the page says so", trigger: '.modal-body:contains("could not be reached")' },
    ],
});

tours.add("clinic_payment_pay_wallet", {
    steps: () => [
        { content: "by JazzCash", trigger: `${METHOD}[data-payment-method-code="jazzcash"]`, run: "click" },
        { content: "the phone", trigger: 'input[name="jazzcash_mobile"]', run: "edit 03007654321" },
        { content: "the card's number", trigger: 'input[name="jazzcash_cnic"]', run: "edit 917354" },
        { content: "pay", trigger: PAY, run: "click", expectUnloadPage: true },
        { content: "it is paid", trigger: '.alert-success:contains("Thank you.")' },
    ],
});

tours.add("clinic_payment_pay_page", {
    steps: () => [
        ...pay("jazzcash"),
        { content: "back from its page, it is paid", trigger: '.alert-success:contains("Thank you.")' },
    ],
});
