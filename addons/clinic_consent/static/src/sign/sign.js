// @odoo-module ignore
/**
 * The pages for patients: signing, the tablet that waits, and notices. Plain, and small: they run in whatever browser a
 * patient has, without the web client.
 */
(function () {
    "use strict";

    const KIOSK = "/clinic/kiosk";
    const THANKS = "/clinic/sign/thanks";
    // How often a tablet asks what it is to show, in milliseconds; less often while the clinic does not answer.
    const OFTEN = 400;
    // How close to the end of the text is read to its end, in pixels.
    const NEAR = 24;

    // Back shows nothing that was kept in memory.
    window.addEventListener("pageshow", (ev) => ev.persisted && window.location.reload());

    const main = document.querySelector("main[data-page]");

    async function post(url, data, options) {
        const response = await fetch(url, {
            method: "POST",
            headers: { "Content-Type": "application/json" },
            body: JSON.stringify(data || {}),
            cache: "no-store",
            ...options,
        });
        return { status: response.status, ...(await response.json()) };
    }

    /** Ask again and again what the tablet is to show; `look` answers whether to go on asking. */
    function startAsking(look) {
        let wait = OFTEN;
        async function ask() {
            try {
                const answer = await post(`${KIOSK}/next`);
                wait = answer.status === 200 ? OFTEN : 10000;
                if (!look(answer)) {
                    return;
                }
            } catch {
                wait = 5000;
            }
            setTimeout(ask, wait);
        }
        ask();
    }

    /** A tablet waits for its next page; the staff, who have it in their hands, open that. */
    function startWaiting() {
        const ready = main.querySelector(".cc_ready");
        const waiting = main.querySelector(".cc_waiting");
        startAsking((answer) => {
            if (answer.status === 404) {
                window.location.reload();
                return false;
            }
            ready.hidden = !answer.waits;
            waiting.hidden = Boolean(answer.waits);
            return true;
        });
    }

    /** A page that was taken back leaves the tablet, unless what is being sent leads on by itself. */
    function watchPage(isLeaving) {
        startAsking((answer) => {
            if (!isLeaving() && (answer.status === 404 || answer.shows === false)) {
                // That page forgets what was filled in here.
                window.location.replace(KIOSK);
                return false;
            }
            return true;
        });
    }

    /** Only these words are left: nobody signs here before somebody of the staff has come. */
    function showAlone(text) {
        const heading = document.createElement("h1");
        heading.textContent = text;
        main.className = "cc_notice";
        main.replaceChildren(heading);
        if (main.dataset.kiosk) {
            setTimeout(() => window.location.replace(KIOSK), 60000);
        }
    }

    function startNotice() {
        if (main.dataset.kiosk) {
            setTimeout(() => window.location.replace(KIOSK), 5000);
        }
    }

    function startSigning() {
        const form = main.querySelector("form");
        const submit = form.querySelector(".cc_submit");
        const words = main.dataset;
        const pads = {};
        for (const section of form.querySelectorAll("[data-pad]")) {
            pads[section.dataset.pad] = new window.clinicPad(section);
        }
        const { version, procedure, reading } = main.dataset;
        const draft = new window.clinicDraft(
            form,
            pads,
            [window.location.pathname, version, procedure, reading].join(),
        );
        let seen = false;
        let isSending = false;
        function look() {
            const end = main.querySelector("article").getBoundingClientRect().bottom;
            seen = seen || end <= window.innerHeight + NEAR;
            main.classList.toggle("cc_seen", seen);
        }
        window.addEventListener("scroll", look, { passive: true });
        window.addEventListener("resize", look);
        look();
        if (main.dataset.kiosk) {
            // What nobody goes on with does not stay on a tablet.
            setTimeout(() => window.location.replace(KIOSK), Number(main.dataset.seconds) * 1000);
            watchPage(() => isSending);
        }

        const chosen = (name) => form.querySelector(`[name="${name}"]:checked`)?.value;

        function answers() {
            const found = {};
            for (const field of form.querySelectorAll("[data-question]")) {
                const id = field.dataset.question;
                const value = field.querySelector("textarea")?.value.trim() || chosen(`q${id}`);
                field.classList.toggle("cc_missing", Boolean(field.dataset.mandatory) && !value);
                if (value) {
                    found[id] = value;
                }
            }
            return found;
        }

        function scopes() {
            const found = {};
            for (const field of form.querySelectorAll("[data-scope]")) {
                const value = chosen(`s${field.dataset.scope}`);
                field.classList.toggle("cc_missing", !value);
                if (value) {
                    found[field.dataset.scope] = value === "yes";
                }
            }
            return found;
        }

        function signer() {
            const relation = chosen("signer_relation");
            const name = form.elements.signer_name?.value.trim();
            const isOther = relation && relation !== "self";
            const field = form.querySelector("[data-signer]");
            field?.classList.toggle("cc_missing", !relation);
            form.querySelector(".cc_guardian_name")?.classList.toggle("cc_missing", Boolean(isOther) && !name);
            return { name, relation };
        }

        /** Who is of age signs by the name that the clinic knows. */
        function lookAtSigner() {
            const name = form.querySelector(".cc_guardian_name");
            if (name) {
                name.hidden = !["mother", "father", "guardian", "other"].includes(chosen("signer_relation"));
            }
        }
        form.addEventListener("change", lookAtSigner);
        lookAtSigner();

        function say(text, at) {
            const box = form.querySelector(".cc_error");
            box.textContent = text;
            box.hidden = !text;
            if (text) {
                (at || box).scrollIntoView({ block: at?.matches("article") ? "start" : "center" });
            }
        }

        function collect() {
            const data = {
                version: Number(main.dataset.version),
                procedure: Number(main.dataset.procedure),
                lang: main.dataset.lang,
                reading: main.dataset.reading,
                page: main.dataset.key,
                seen,
                answers: answers(),
                scopes: scopes(),
                signer: signer(),
                signature: pads.signature.drawing,
            };
            if (pads.witness) {
                data.witness = { name: form.elements.witness_name.value, signature: pads.witness.drawing };
            }
            return data;
        }

        async function send(data) {
            const label = submit.textContent;
            isSending = submit.disabled = true;
            submit.textContent = words.sending;
            say("");
            try {
                const answer = await post(window.location.pathname, data);
                if (answer.status === 200) {
                    draft.end();
                    // No way back leads to what was signed.
                    const thanks = `${THANKS}?lang=${main.dataset.lang}`;
                    const again = `${window.location.pathname}?lang=${main.dataset.lang}`;
                    window.location.replace(answer.next ? again : thanks);
                    return;
                }
                if (answer.code === "stop") {
                    draft.end();
                    showAlone(answer.error);
                    return;
                }
                say(answer.error || words.offline);
                if (["changed", "gone"].includes(answer.code)) {
                    draft.end();
                    setTimeout(() => window.location.reload(), 3000);
                }
            } catch {
                say(words.offline);
            }
            isSending = submit.disabled = false;
            submit.textContent = label;
        }

        form.addEventListener("submit", (ev) => {
            ev.preventDefault();
            const data = collect();
            const missing = form.querySelector(".cc_missing");
            if (!seen) {
                say(words.unread, main.querySelector("article"));
            } else if (missing) {
                say(words.unanswered, missing);
            } else if (Object.values(pads).some((pad) => pad.isEmpty)) {
                say(words.drawing);
            } else {
                send(data);
            }
        });
        submit.disabled = false;
        form.querySelector(".cc_skip")?.addEventListener("click", () => send({ ...collect(), skip: true }));
    }

    // For the pages of other addons, whose scripts come behind this one.
    window.clinicPages = { KIOSK, THANKS, post, watchPage };

    const pages = { sign: startSigning, kiosk: startWaiting, notice: startNotice };
    if (main) {
        // The pages of other addons come along with scripts of their own.
        pages[main.dataset.page]?.();
    }
})();
