import { registry } from "@web/core/registry";

const OPTION = 'input[name="o_payment_radio"][data-payment-method-code="easypaisa"]';
const PAY = 'button[name="o_payment_submit_button"]:not([disabled])';

registry.category("web_tour.tours").add("payment_easypaisa_otc", {
    steps: () => [
        { content: "Pay with EasyPaisa", trigger: OPTION, run: "check" },
        { content: "In cash at a shop", trigger: 'input[name="o_easypaisa_channel"][value="otc"]', run: "click" },
        { content: "A number that is none", trigger: 'input[name="o_easypaisa_mobile"]', run: "edit 0345" },
        { content: "Is not sent", trigger: PAY, run: "click" },
        { content: "But mended", trigger: 'input[name="o_easypaisa_mobile"]', run: "edit 0345 123-4567" },
        { content: "Get the code", trigger: PAY, run: "click", expectUnloadPage: true },
        { content: "The code is shown", trigger: '[name="o_easypaisa_token"]:contains("Pakistan time")' },
    ],
});

registry.category("web_tour.tours").add("payment_easypaisa_wallet", {
    steps: () => [
        { content: "Pay with EasyPaisa", trigger: OPTION, run: "check" },
        { content: "The phone's number", trigger: 'input[name="o_easypaisa_mobile"]', run: "edit 03451234567" },
        { content: "Pay", trigger: PAY, run: "click", expectUnloadPage: true },
        { content: "It is paid", trigger: '.alert-success:contains("Your payment has been processed")' },
    ],
});

registry.category("web_tour.tours").add("payment_easypaisa_hosted", {
    steps: () => [
        { content: "Pay with EasyPaisa", trigger: OPTION, run: "check" },
        { content: "Go there", trigger: PAY, run: "click", expectUnloadPage: true },
        { content: "It is paid", trigger: '.alert-success:contains("Your payment has been processed")' },
    ],
});
