import { registry } from "@web/core/registry";
import {
    changeOptionInPopover,
    clickOnEditAndWaitEditMode,
    clickOnSave,
    clickOnSnippet,
    goBackToBlocks,
    insertSnippet,
    registerWebsitePreviewTour,
} from "@website/js/tours/tour_utils";

const PAGE = { url: "/clinic-blocks" };
const HINT = "Visitors do not see this block";

const drop = (id, name) => [...insertSnippet({ id, name, groupName: "Clinic" }), ...clickOnSnippet({ id, name })];
const seen = (id, text) => ({
    content: `the block shows ${text}`,
    trigger: `:iframe .${id} .s_clinic_live:contains(${text})`,
});
const untick = (name, option) => ({
    content: `untick ${option}`,
    trigger: `[data-container-title='${name}'] [data-label='${option}'] input`,
    run: "click",
});

registerWebsitePreviewTour("clinic_website_builder_blocks", { ...PAGE, edition: true }, () => [
    ...drop("s_clinic_treatments", "Treatments"),
    seen("s_clinic_treatments", "Laser"),
    ...changeOptionInPopover("Treatments", "Layout", "Plain list"),
    seen("s_clinic_treatments", "Laser"),
    goBackToBlocks(),
    ...drop("s_clinic_practitioners", "Practitioners"),
    seen("s_clinic_practitioners", "Dr Sana"),
    ...changeOptionInPopover("Practitioners", "Practitioner", "Dr Sana"),
    seen("s_clinic_practitioners", "Dr Sana"),
    goBackToBlocks(),
    ...drop("s_clinic_book", "Book now"),
    seen("s_clinic_book", "Book now"),
    ...changeOptionInPopover("Book now", "Treatment", "Facial"),
    { content: "it leads to the treatment", trigger: ":iframe .s_clinic_book a[href*='who?t=']" },
    goBackToBlocks(),
    ...drop("s_clinic_hours", "Opening hours"),
    seen("s_clinic_hours_block", "042 35550110"),
    untick("Opening hours", "Address and Phone"),
    {
        content: "without the phone",
        trigger: ":iframe .s_clinic_hours_block:not(:contains(042 35550110)) td",
    },
    ...clickOnSave(),
]);

registerWebsitePreviewTour("clinic_website_builder_hint", { ...PAGE, edition: true }, () => [
    seen("s_clinic_treatments", HINT),
    seen("s_clinic_practitioners", HINT),
    seen("s_clinic_book", HINT),
    seen("s_clinic_hours_block", HINT),
    ...clickOnSnippet({ id: "s_clinic_treatments", name: "Treatments" }),
    ...changeOptionInPopover("Treatments", "Layout", "Plain list"),
    seen("s_clinic_treatments", HINT),
    ...clickOnSave(),
]);

registerWebsitePreviewTour("clinic_website_builder_restricted", PAGE, () => [
    seen("s_clinic_treatments", "Facial"),
    ...clickOnEditAndWaitEditMode(),
    seen("s_clinic_treatments", "Facial"),
    seen("s_clinic_practitioners", "Dr Sana"),
]);

registry.category("web_tour.tours").add("clinic_website_builder_reader", {
    steps: () => [
        { trigger: ".s_clinic_treatments .s_clinic_live:contains(Facial)" },
        { trigger: ".s_clinic_practitioners .s_clinic_live:contains(Dr Sana)" },
        { trigger: ".s_clinic_hours_block .s_clinic_live:contains(Monday)" },
        { trigger: "body:not(:has(.s_clinic_live .alert))" },
        { trigger: ".s_clinic_book .s_clinic_live a[href^='/book/']:contains(Book now)" },
    ],
});
