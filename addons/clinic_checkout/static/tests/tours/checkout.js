import { registry } from "@web/core/registry";

const PAY = ".o_clinic_checkout_post";

/** Type as a scanner does: faster than anybody, and into no field. */
function scan(code) {
    for (const key of [...code, "Enter"]) {
        document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    }
}

registry.category("web_tour.tours").add("clinic_checkout_split", {
    steps: () => [
        {
            content: "the bill is there",
            trigger: '.o_clinic_checkout_who:contains("Ayesha Test")',
            run: () => scan("5901234123457"),
        },
        {
            content: "the scanned product stands on it, and the total is the invoice's",
            trigger: '.o_clinic_checkout_row[data-kind=product]:contains("Sun cream")',
        },
        { trigger: 'dd.o_clinic_checkout_total:contains("1,380.00")' },
        {
            content: "all by card at first",
            trigger: ".o_clinic_checkout_methods button[data-method=other]",
            run: "click",
        },
        {
            content: "but only 1,000 of it",
            trigger: ".o_clinic_checkout_entry input[data-method=other]",
            run: "edit 1000",
        },
        { content: "the rest in cash", trigger: ".o_clinic_checkout_methods button[data-method=cash]", run: "click" },
        {
            content: "the patient hands over a note",
            trigger: ".o_clinic_checkout_entry input[data-method=cash]",
            run: "edit 500",
        },
        { content: "change is shown before", trigger: '.o_clinic_checkout_change:contains("120.00")' },
        {
            content: "once more from the start: what was typed is kept",
            trigger: PAY,
            run: () => window.location.reload(),
            expectUnloadPage: true,
        },
        { trigger: '.o_clinic_checkout_change:contains("120.00")' },
        { content: "post and pay", trigger: `${PAY}:contains("Post & Pay")`, run: "click" },
        { content: "paid, with its change", trigger: '.o_clinic_checkout_done:contains("Paid"):contains("120.00")' },
        { content: "the receipt is offered", trigger: '.o_clinic_checkout_after button:contains("Print Receipt")' },
        {
            content: "it is sent as well",
            trigger: '.o_clinic_checkout_after button:contains("Send by E-Mail")',
            run: "click",
        },
        { trigger: '.modal:contains("Send") .btn-close', run: "click" },
        {
            content: "and the next visit is booked",
            trigger: "body:not(:has(.modal)) .o_clinic_checkout_next",
            run: "click",
        },
        { trigger: ".modal button[name=action_book]" },
    ],
});

registry.category("web_tour.tours").add("clinic_checkout_debt", {
    steps: () => [
        {
            content: "half the price",
            trigger: ".o_clinic_checkout_more button[name=discount_all]",
            run: "click",
        },
        { trigger: ".o_clinic_checkout_panel input[name=percent]", run: "edit 50" },
        { trigger: ".o_clinic_checkout_panel input[name=reason]", run: "edit Came again within a week" },
        { trigger: ".o_clinic_checkout_panel button[name=apply]", run: "click" },
        { trigger: 'dd.o_clinic_checkout_total:contains("575.00")' },
        { content: "a tip", trigger: ".o_clinic_checkout_more button[name=tip]", run: "click" },
        { trigger: ".o_clinic_checkout_panel input[name=tip_amount]", run: "edit 95" },
        { trigger: ".o_clinic_checkout_panel button[name=apply]", run: "click" },
        { trigger: 'dd.o_clinic_checkout_total:contains("670.00")' },
        { content: "a part is paid", trigger: ".o_clinic_checkout_methods button[data-method=other]", run: "click" },
        { trigger: ".o_clinic_checkout_entry input", run: "edit 100" },
        { content: "the rest stays open", trigger: `${PAY}:contains("570.00 stays unpaid")`, run: "click" },
        { trigger: '.o_clinic_checkout_totals:contains("Still to pay")' },
        { trigger: '.o_clinic_checkout_after button:contains("Print Receipt")' },
    ],
});
