import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** A patient answers on a phone: the second question comes with the answer, and follows when it changes. */
tours.add("clinic_feedback_answer", {
    steps: () => [
        { content: "one question", trigger: 'legend:contains("How likely is it")' },
        { content: "and nothing else yet", trigger: ".o_clinic_feedback:not(:has(button:visible))" },
        { content: "nine", trigger: 'label.o_clinic_number:contains("9")', run: "click" },
        { content: "what a promoter is asked", trigger: '.o_clinic_part_promoter:visible:contains("like most")' },
        { content: "rather four", trigger: 'label.o_clinic_number:contains("4")', run: "click" },
        { content: "what went wrong", trigger: '.o_clinic_part_detractor:visible:contains("What went wrong")' },
        { content: "and not both", trigger: ".o_clinic_feedback:not(:has(.o_clinic_part_promoter:visible))" },
        { content: "say it", trigger: "textarea[name=comment]", run: "edit The wait was long" },
        { content: "be called", trigger: "input[name=wants_contact]", run: "click" },
        { content: "send", trigger: ".o_clinic_feedback button[type=submit]", run: "click", expectUnloadPage: true },
        { content: "thanks", trigger: '.alert-success:contains("We have your answer")' },
        {
            content: "a review, whatever the answer",
            trigger: 'a[href="https://reviews.example/test-clinic"]:contains("Write a public review")',
        },
    ],
});
