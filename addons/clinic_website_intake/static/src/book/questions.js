// @odoo-module ignore

/** Shows a question that depends on another one only once that is answered so; without this all of them are shown. */
(function () {
    "use strict";

    const form = document.querySelector(".bk_questions");

    function answerTo(name) {
        const input = form.querySelector(`[name="${name}"]:checked`);
        return input ? input.value : "no";
    }

    function show() {
        for (const question of form.querySelectorAll("[data-after]")) {
            const parent = form.querySelector(`[name="${question.dataset.after}"]`);
            const isOpen = !parent.closest(".bk_question").hidden;
            question.hidden = !isOpen || answerTo(question.dataset.after) !== question.dataset.answer;
        }
    }
    if (form) {
        form.addEventListener("change", show);
        show();
    }
})();
