// @odoo-module ignore

/**
 * The intake's page: questions that come up as they are answered, what was filled in so far kept on the server, and
 * one button where nothing has changed. Plain, as the other pages for patients.
 */
(function () {
    "use strict";

    const { KIOSK, THANKS, post, watchPage } = window.clinicPages;
    // Typing is kept once it rests for so long, in milliseconds.
    const REST = 500;

    const main = document.querySelector("main[data-page=intake]");
    if (!main) {
        return;
    }
    const form = main.querySelector("form");
    const questions = [...form.querySelectorAll("[data-code]")];
    const words = main.dataset;
    const path = window.location.pathname;
    const byCode = new Map(questions.map((field) => [field.dataset.code, field]));

    /** The answer that is given in `field`; an empty one for none. */
    function answerOf(field) {
        const text = field.querySelector("textarea");
        return text ? text.value.trim() : field.querySelector(":checked")?.value || "";
    }

    /** Show what is asked after the answers so far; a question that comes before shows the ones behind it. */
    function show() {
        for (const field of questions) {
            const { parent, answer } = field.dataset;
            const before = parent && byCode.get(parent);
            field.hidden = Boolean(parent) && (!before || before.hidden || answerOf(before) !== answer);
        }
        for (const hint of form.querySelectorAll(".ci_hint")) {
            hint.hidden = answerOf(hint.closest("fieldset")) !== "yes";
        }
    }

    function answers() {
        const found = {};
        for (const field of questions) {
            const given = answerOf(field);
            if (!field.hidden && given) {
                found[field.dataset.code] = given;
            }
        }
        return found;
    }

    // -- what was filled in so far -----------------------------------------------------------------------------------

    let timer = null;
    let kept = JSON.stringify(answers());
    let isSent = false;

    function keep(options) {
        clearTimeout(timer);
        const draft = answers();
        const text = JSON.stringify(draft);
        if (isSent || text === kept) {
            return;
        }
        kept = text;
        post(`${path}/draft`, { draft }, options).catch(() => (kept = null));
    }

    form.addEventListener("input", () => {
        show();
        clearTimeout(timer);
        timer = setTimeout(keep, REST);
    });
    // The patient goes away, or loads the page again, in the middle of a word.
    window.addEventListener("pagehide", () => keep({ keepalive: true }));
    for (const link of main.querySelectorAll(".cc_lang")) {
        link.addEventListener("click", () => keep({ keepalive: true }));
    }

    // -- sending -----------------------------------------------------------------------------------------------------

    function say(text, at) {
        const box = form.querySelector(".cc_error");
        box.textContent = text;
        box.hidden = !text;
        if (text) {
            (at || box).scrollIntoView({ block: "center" });
        }
    }

    const isBehind = (field, other) => other.dataset.parent === field.dataset.code;

    /** Mark what is missing; return the first one and what to say about it. */
    function missing() {
        let first = null;
        for (const field of questions) {
            const given = answerOf(field);
            const lacksAnswer = Boolean(field.dataset.mandatory) && !given;
            const lacksWhich =
                Boolean(field.dataset.which) &&
                given === "yes" &&
                !questions.some((other) => isBehind(field, other) && answerOf(other));
            const isMissing = !field.hidden && (lacksAnswer || lacksWhich);
            field.classList.toggle("cc_missing", isMissing);
            if (isMissing && !first) {
                first = { field, text: lacksAnswer ? words.unanswered : words.which };
            }
        }
        return first;
    }

    const who = form.querySelector("[data-signer]");
    const whoseName = form.querySelector(".cc_guardian_name");

    function signer() {
        const name = form.elements.signer_name?.value.trim();
        return { name, relation: form.querySelector("[name=signer_relation]:checked")?.value };
    }

    /** Who is of age answers by the name that the clinic knows. */
    function showSigner() {
        if (whoseName) {
            whoseName.hidden = ["self", undefined].includes(signer().relation);
        }
    }

    /** Mark what is missing of who answers, and return it. */
    function lackingSigner() {
        const { name, relation } = signer();
        who?.classList.toggle("cc_missing", !relation);
        whoseName?.classList.toggle("cc_missing", !whoseName.hidden && !name);
        return form.querySelector(".cc_guardian .cc_missing, .cc_guardian.cc_missing");
    }

    async function send(data, button) {
        const lacking = !data.skip && lackingSigner();
        if (lacking) {
            say(words.guardian, lacking);
            return;
        }
        const label = button.textContent;
        button.disabled = true;
        button.textContent = words.sending;
        say("");
        clearTimeout(timer);
        isSent = true;
        try {
            const about = { intake: Number(words.version), lang: words.lang, page: words.key };
            const sent = { ...about, signer: signer(), ...data };
            const answer = await post(path, sent);
            if (answer.status === 200) {
                // No way back leads to what was sent.
                window.location.replace(answer.next ? `${path}?lang=${words.lang}` : `${THANKS}?lang=${words.lang}`);
                return;
            }
            say(answer.error || words.offline);
            if (["changed", "gone"].includes(answer.code)) {
                setTimeout(() => window.location.reload(), 3000);
            }
        } catch {
            say(words.offline);
        }
        isSent = false;
        button.disabled = false;
        button.textContent = label;
    }

    form.addEventListener("submit", (ev) => {
        ev.preventDefault();
        const lacking = missing();
        if (lacking) {
            say(lacking.text, lacking.field);
        } else {
            send({ answers: answers() }, form.querySelector(".ci_send .cc_submit"));
        }
    });
    form.querySelector(".cc_skip")?.addEventListener("click", (ev) => send({ skip: true }, ev.currentTarget));
    form.querySelector(".ci_unchanged")?.addEventListener("click", (ev) => send({ unchanged: true }, ev.currentTarget));
    form.querySelector(".ci_changed")?.addEventListener("click", () => {
        main.classList.remove("ci_asks_again");
        form.querySelector(".ci_section").scrollIntoView({ block: "start" });
    });

    if (words.kiosk) {
        // What nobody goes on with does not stay on a tablet.
        setTimeout(() => window.location.replace(KIOSK), Number(words.seconds) * 1000);
        watchPage(() => isSent);
    }
    form.addEventListener("change", showSigner);
    showSigner();
    show();
    main.classList.add("ci_ready");
})();
