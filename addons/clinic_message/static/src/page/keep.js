// @odoo-module ignore

/**
 * What is typed into a form with ``data-keep`` is still there when the page is loaded again, or when one comes back to
 * it. It stays in this tab, for half an hour at most, and is forgotten when it is sent, given up (``data-forget`` with the
 * same name), or when the reader logs out (``data-forget`` without a name). No address and no server gets it.
 */
(function () {
    "use strict";

    const PREFIX = "clinic_keep:";
    // In milliseconds.
    const LASTS = 30 * 60 * 1000;
    // To agree is done once for what is shown; the rest is nobody's words.
    const TYPED = "input:not([type=hidden]):not([type=password]):not([type=file]):not([name=agreed]), textarea, select";

    /** Return what ``use`` does with the tab's storage; a browser may refuse it within another site. */
    function stored(use) {
        try {
            return use(window.sessionStorage);
        } catch {
            return null;
        }
    }

    function forget(name) {
        stored((storage) => {
            for (const key of Object.keys(storage)) {
                if (key === PREFIX + name || (!name && key.startsWith(PREFIX))) {
                    storage.removeItem(key);
                }
            }
        });
    }

    function read(name) {
        const kept = stored((storage) => JSON.parse(storage.getItem(PREFIX + name)));
        return kept && Date.now() - kept.at < LASTS ? kept.values : {};
    }

    function write(form) {
        const values = read(form.dataset.keep);
        for (const input of form.querySelectorAll(TYPED)) {
            values[input.name] = input.type === "checkbox" ? input.checked : input.value;
        }
        const text = JSON.stringify({ at: Date.now(), values });
        stored((storage) => storage.setItem(PREFIX + form.dataset.keep, text));
    }

    function restore(form) {
        const values = read(form.dataset.keep);
        for (const input of form.querySelectorAll(TYPED)) {
            if (typeof values[input.name] === "boolean") {
                input.checked = values[input.name];
            } else if (typeof values[input.name] === "string") {
                input.value = values[input.name];
            }
        }
    }

    for (const form of document.querySelectorAll("form[data-keep]")) {
        restore(form);
        form.addEventListener("input", () => write(form));
        form.addEventListener("submit", () => forget(form.dataset.keep));
    }
    for (const element of document.querySelectorAll("[data-forget]")) {
        element.addEventListener(element.tagName === "FORM" ? "submit" : "click", () => forget(element.dataset.forget));
    }
})();
