// @odoo-module ignore

/**
 * The page on which a patient reports a problem. What is half written stays in this tab of this device alone: nobody to
 * whom the link is forwarded reads it, and it is forgotten once it is sent. Plain, as the other pages for patients.
 */
(function () {
    "use strict";

    const { post } = window.clinicPages;
    const THANKS = "/clinic/report/thanks";

    const main = document.querySelector("main[data-page=report]");
    if (!main) {
        return;
    }
    const form = main.querySelector("form");
    const words = main.dataset;
    const path = window.location.pathname;
    const storeKey = `clinic_report:${path}`;
    // Other addons' parts let sending wait until what they have begun is through.
    window.clinicReport = { path, waits: [], words };

    const chosen = (name) => form.querySelector(`[name=${name}]:checked`)?.value;

    // -- what is half written ----------------------------------------------------------------------------------------

    function fieldValues() {
        const kept = {};
        for (const input of form.querySelectorAll("input:not([type=file]), textarea")) {
            if (["radio", "checkbox"].includes(input.type)) {
                if (input.checked) {
                    (kept[input.name] ||= []).push(input.value);
                }
            } else if (input.value) {
                kept[input.name] = input.value;
            }
        }
        return kept;
    }

    /** Without storage, as in some private windows, the page is as good but for a reload. */
    function store(use) {
        try {
            return use(window.sessionStorage);
        } catch {
            return null;
        }
    }

    function keep() {
        store((storage) => storage.setItem(storeKey, JSON.stringify({ key: words.key, values: fieldValues() })));
    }

    function restore() {
        const kept = store((storage) => JSON.parse(storage.getItem(storeKey)));
        if (!kept) {
            return;
        }
        // The same report, also if it was sent and the answer was lost.
        main.dataset.key = kept.key;
        for (const input of form.querySelectorAll("input:not([type=file]), textarea")) {
            const value = kept.values[input.name];
            if (["radio", "checkbox"].includes(input.type)) {
                input.checked = value ? value.includes(input.value) : false;
            } else {
                input.value = value || "";
            }
        }
    }

    function show() {
        form.querySelector(".cs_number").hidden = chosen("call") !== "yes";
    }

    for (const event of ["input", "change"]) {
        form.addEventListener(event, () => {
            show();
            keep();
        });
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

    function report() {
        const procedure = chosen("procedure");
        return {
            key: words.key,
            lang: words.lang,
            procedure: procedure === undefined ? null : Number(procedure),
            symptoms: [...form.querySelectorAll("[name=symptom]:checked")].map((box) => Number(box.value)),
            words: form.elements.words.value.trim(),
            since: form.elements.since.value,
            call: chosen("call") === "yes",
            number: form.elements.number.value.trim(),
            when: chosen("when"),
        };
    }

    /** Mark what is missing, and say the first of it. */
    function isMissing(data) {
        const lacks = {
            procedure: data.procedure === null,
            symptom: !data.symptoms.length && !data.words,
            day: !data.since,
            phone: data.call && !data.number,
        };
        let first = null;
        for (const [name, isLacking] of Object.entries(lacks)) {
            const field = form.querySelector(`[data-ask=${name}]`);
            field.classList.toggle("cc_missing", isLacking);
            if (isLacking && !first) {
                first = name;
                say(words[name], field);
            }
        }
        return Boolean(first);
    }

    async function send(button) {
        const data = report();
        say("");
        if (isMissing(data)) {
            return;
        }
        const label = button.textContent;
        button.disabled = true;
        button.textContent = words.sending;
        try {
            await Promise.all(window.clinicReport.waits);
            const answer = await post(path, data);
            if (answer.status === 200) {
                store((storage) => storage.removeItem(storeKey));
                // No way back leads to what was sent.
                window.location.replace(`${THANKS}?lang=${words.lang}`);
                return;
            }
            say(answer.error || words.offline);
        } catch {
            say(words.offline);
        }
        button.disabled = false;
        button.textContent = label;
    }

    form.addEventListener("submit", (ev) => {
        ev.preventDefault();
        send(form.querySelector(".cc_submit"));
    });

    restore();
    show();
    main.classList.add("cs_ready");
})();
