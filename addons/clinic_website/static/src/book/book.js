// @odoo-module ignore

/**
 * The booking pages work without this. It shows how much time is left, what was chosen costs, and what a time is where
 * the visitor is; and it tells the server when the visitor leaves, so that nobody waits for a time that nobody takes.
 */
(function () {
    "use strict";

    // In milliseconds: by then the server knows that the page before was left.
    const ARRIVES = 1500;

    const main = document.querySelector("main");
    const lang = main.dataset.lang || undefined;

    // -- the time that is left ------------------------------------------------------------------------------------

    const left = [...document.querySelectorAll(".bk_left")].map((element) => ({
        element,
        until: Date.parse(element.dataset.until),
        inBar: !element.dataset.over,
    }));

    function showLeft() {
        for (const { element, until, inBar } of left) {
            const seconds = Math.max(0, Math.round((until - Date.now()) / 1000));
            const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
            if (seconds) {
                element.textContent = inBar ? ` (${clock})` : clock;
                element.classList.toggle("bk_soon", seconds < 120);
            } else if (!inBar && !element.classList.contains("bk_over")) {
                element.classList.add("bk_over");
                element.previousElementSibling.hidden = true;
                element.setAttribute("role", "alert");
                element.textContent = element.dataset.over;
            }
        }
    }
    if (left.length) {
        showLeft();
        setInterval(showLeft, 1000);
    }

    // -- the visitor's own zone -----------------------------------------------------------------------------------

    function sameClock(moment) {
        const parts = { dateStyle: "short", timeStyle: "short" };
        const there = new Intl.DateTimeFormat("en", { ...parts, timeZone: main.dataset.zone });
        return there.format(moment) === new Intl.DateTimeFormat("en", parts).format(moment);
    }

    function showZones() {
        const time = new Intl.DateTimeFormat(lang, { timeStyle: "short" });
        const full = new Intl.DateTimeFormat(lang, {
            weekday: "long",
            timeStyle: undefined,
            hour: "numeric",
            minute: "2-digit",
        });
        for (const element of document.querySelectorAll("[data-iso]")) {
            const moment = new Date(element.dataset.iso);
            if (sameClock(moment)) {
                continue;
            }
            if (element.tagName === "BUTTON") {
                const own = document.createElement("small");
                own.textContent = time.format(moment);
                element.append(own);
                document.querySelector(".bk_yours").hidden = false;
            } else {
                element.querySelector("bdi").textContent = full.format(moment);
                element.hidden = false;
            }
        }
    }
    if (main.dataset.zone) {
        try {
            showZones();
        } catch {
            // A browser that does not know the zone shows the clinic's time alone.
        }
    }

    // -- what was chosen costs ------------------------------------------------------------------------------------

    const form = document.querySelector("form[data-sums]");
    const sum = form && form.querySelector(".bk_sum");

    function showSum() {
        const chosen = [...form.querySelectorAll("input[name=t]:checked")];
        const minutes = chosen.reduce((total, one) => total + Number(one.dataset.minutes), 0);
        const words = chosen.length === 1 ? sum.dataset.one : sum.dataset.many;
        sum.textContent = chosen.length ? `${chosen.length} ${words} · ${minutes} ${sum.dataset.min}` : "";
        form.querySelector(".bk_bar").classList.toggle("bk_some", chosen.length > 0);
    }
    if (form) {
        form.addEventListener("change", showSum);
        showSum();
    }

    // -- captcha --------------------------------------------------------------------------------------------------

    for (const input of document.querySelectorAll("[name=recaptcha_token_response]")) {
        input.form.addEventListener("submit", async (event) => {
            if (input.value || !window.grecaptcha) {
                return;
            }
            event.preventDefault();
            // Nor is it a first press for what follows.
            event.stopImmediatePropagation();
            await new Promise((resolve) => window.grecaptcha.ready(resolve));
            const { key, action } = input.dataset;
            input.value = await window.grecaptcha.execute(key, { action });
            input.form.requestSubmit(event.submitter);
        });
    }

    // -- once -----------------------------------------------------------------------------------------------------

    for (const once of document.querySelectorAll("form[data-once]")) {
        once.addEventListener("submit", (event) => {
            if (once.dataset.sent) {
                event.preventDefault();
            }
            once.dataset.sent = "1";
            once.querySelector("[type=submit]").setAttribute("aria-busy", "true");
        });
    }

    for (const input of document.querySelectorAll("[aria-invalid]")) {
        // Until it is sent again, nobody knows better.
        input.addEventListener("input", () => {
            input.removeAttribute("aria-invalid");
            document.getElementById(`${input.id}_problem`).hidden = true;
        });
    }

    const problems = document.getElementById("problems");
    if (problems) {
        problems.focus();
    }

    // -- leaving --------------------------------------------------------------------------------------------------

    const { keyName, key, kept, origins } = main.dataset;
    const isEmbedded = keyName === "visitor";

    function say(what) {
        const words = { [keyName]: key, ...(isEmbedded ? { embed: "1" } : {}) };
        navigator.sendBeacon(`/book/${what}`, new URLSearchParams(words));
    }
    if (kept) {
        let goesOn = false;
        const goOn = (event) => {
            goesOn = Boolean(event.target.closest("[data-ours]")) || event.type === "submit";
        };
        addEventListener("click", goOn);
        addEventListener("submit", goOn);
        addEventListener("pagehide", () => goesOn || say("leave"));
        // A page that is loaded again is left only after the server has answered: say that the visitor is here.
        setTimeout(() => say("stay"), ARRIVES);
    }

    // -- inside of another site -----------------------------------------------------------------------------------

    function addHidden(to, name, value) {
        const input = document.createElement("input");
        Object.assign(input, { type: "hidden", name, value });
        to.append(input);
    }

    if (isEmbedded) {
        // No cookie says who is there: each step is sent as a form, with the visitor's key, which no address has.
        addEventListener("click", (event) => {
            const link = event.target.closest("a[data-ours]");
            if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey) {
                return;
            }
            event.preventDefault();
            const step = document.createElement("form");
            step.method = "post";
            step.action = link.href;
            addHidden(step, keyName, key);
            addHidden(step, "embed", "1");
            document.body.append(step);
            step.submit();
        });
        for (const one of document.querySelectorAll("form[method=get]")) {
            one.method = "post";
            addHidden(one, keyName, key);
        }
    }

    if (isEmbedded && origins && window.parent !== window) {
        const there = window.location.ancestorOrigins ? window.location.ancestorOrigins[0] : null;
        const tellHeight = () => {
            const height = Math.ceil(document.body.getBoundingClientRect().height);
            for (const origin of origins.split(" ")) {
                // A browser gives it to nobody else than this site; the one that is there need not be tried in vain.
                if (!there || there === origin) {
                    window.parent.postMessage({ type: "clinic_book_height", height }, origin);
                }
            }
        };
        new ResizeObserver(tellHeight).observe(document.body);
        tellHeight();
    }
    addEventListener("pageshow", (event) => {
        // Out of the browser's memory: what it shows may be over, and what was sent may be sent again.
        if (event.persisted) {
            location.reload();
        }
    });
})();
