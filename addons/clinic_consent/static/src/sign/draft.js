// @odoo-module ignore

/**
 * What is filled in and drawn on the page that is signed survives a reload of the same tab. It stays in the tab's own
 * storage and is gone once the page was sent, taken back or left, or another page has come up: nothing of a patient
 * waits on a tablet for the next one.
 */
(function () {
    "use strict";

    const PLACE = "clinic_sign_draft";

    /** A browser may forbid its storage or have none left: then a reload begins from the start. */
    function tried(use) {
        try {
            return use(window.sessionStorage);
        } catch {
            return null;
        }
    }

    const forget = () => tried((storage) => storage.removeItem(PLACE));

    class Draft {
        /**
         * @param {HTMLFormElement} form
         * @param {Object} pads by name, with `toDraft`, `fromDraft` and `onDrawn`
         * @param {String} key what is signed: of another one nothing is taken over
         */
        constructor(form, pads, key) {
            this.form = form;
            this.pads = pads;
            this.key = key;
            this.isOver = false;
            this.restore();
            form.addEventListener("input", () => this.keep());
            for (const pad of Object.values(pads)) {
                pad.onDrawn(() => this.keep());
            }
        }

        get fields() {
            return [...this.form.elements].filter((field) => field.name);
        }

        keep() {
            if (this.isOver) {
                return;
            }
            const values = this.fields
                .filter((field) => field.type !== "radio" || field.checked)
                .map((field) => [field.name, field.value]);
            const drawings = Object.entries(this.pads).map(([name, pad]) => [name, pad.toDraft()]);
            const text = JSON.stringify({ key: this.key, values, drawings });
            tried((storage) => storage.setItem(PLACE, text));
        }

        restore() {
            const kept = tried((storage) => JSON.parse(storage.getItem(PLACE)));
            if (kept?.key !== this.key) {
                forget();
                return;
            }
            const values = new Map(kept.values);
            for (const field of this.fields.filter(({ name }) => values.has(name))) {
                if (field.type === "radio") {
                    field.checked = field.value === values.get(field.name);
                } else {
                    field.value = values.get(field.name);
                }
            }
            for (const [name, drawing] of kept.drawings) {
                this.pads[name]?.fromDraft(drawing);
            }
        }

        /** The page was sent, or goes away: nothing is kept any more. */
        end() {
            this.isOver = true;
            forget();
        }
    }

    // Whatever page has come up instead, nothing of another one is kept.
    if (!document.querySelector("main[data-page=sign]")) {
        forget();
    }

    window.clinicDraft = Draft;
})();
