import { markRaw, onWillUnmount, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { RPCError } from "@web/core/network/rpc";
import { Reactive } from "@web/core/utils/reactive";
import { unsavedStore } from "./unsaved_store";

const SAVE_DELAY = 800;
const RETRY_DELAY = 5000;

/** What was typed cannot be sent like that; the message says why. */
export class Unsendable extends Error {}

/**
 * The values of a form that people have typed and the server does not have yet.
 *
 * A value stays here, and in the tab's storage, until the server has exactly it: no answer to an earlier call changes
 * what stands in a field. Each is saved a moment after the last key, one call after the other. What the server refuses
 * stays, with the reason; a conflict stays until a person has chosen between both.
 *
 * A key names a kind and what it is about, e.g. "parameter/12/value"; `handle` says how values of a kind are saved.
 */
export class UnsavedValues extends Reactive {
    /** @param {string} name of the form and its record, under which its values are kept */
    constructor(name) {
        super();
        this.name = name;
        this.hasSaved = false;
        this.entries = {};
        this.handlers = markRaw({});
        this.timers = markRaw({});
        this.calls = markRaw({});
        for (const [key, { value, seen }] of Object.entries(unsavedStore.read(name))) {
            this.entries[key] = this.prepareEntry(value, seen);
        }
    }

    prepareEntry(value, seen) {
        return { value, seen, failure: null, conflict: null, isWaiting: false };
    }

    /**
     * Say how values of a kind are saved, and save what an earlier page has left; return how to stop that.
     *
     * @param {string} kind
     * @param {(key: string, value: any, seen: any) => Promise<any>} save returns what the server keeps now, which is
     *      sent as `seen` the next time
     */
    handle(kind, save) {
        this.handlers[kind] = save;
        this.keysOf(kind).forEach((key) => this.saveSoon(key, 0));
        return () => {
            if (this.handlers[kind] === save) {
                delete this.handlers[kind];
            }
        };
    }

    keysOf(kind) {
        return Object.keys(this.entries).filter((key) => key.split("/")[0] === kind);
    }

    has(key) {
        return key in this.entries;
    }

    /** What was typed, else what is `known` of the server. */
    valueOf(key, known) {
        return this.has(key) ? this.entries[key].value : known;
    }

    failureOf(key) {
        return this.entries[key]?.failure || null;
    }

    conflictOf(key) {
        return this.entries[key]?.conflict || null;
    }

    /** "conflict", "failed", "offline", "saving", "saved", or "" as long as nothing was typed. */
    get status() {
        const entries = Object.values(this.entries);
        const has = (name) => entries.some((entry) => entry[name]);
        if (entries.length) {
            return has("conflict") ? "conflict" : has("failure") ? "failed" : has("isWaiting") ? "offline" : "saving";
        }
        return this.hasSaved ? "saved" : "";
    }

    /** Take over what was typed; `seen` is what the server was known to keep before. */
    enter(key, value, seen) {
        const entry = this.entries[key];
        if (!entry) {
            this.entries[key] = this.prepareEntry(value, seen);
        } else {
            Object.assign(entry, { value, failure: null, isWaiting: false });
        }
        this.keep();
        if (!this.entries[key].conflict) {
            this.saveSoon(key);
        }
    }

    /** Of two values in conflict the one that was typed here is saved. */
    keepMine(key) {
        const entry = this.entries[key];
        if (entry?.conflict) {
            Object.assign(entry, { seen: entry.conflict.seen, conflict: null });
            this.keep();
            return this.save(key);
        }
    }

    /** Forget what was typed: the server's value stands. */
    discard(key) {
        browser.clearTimeout(this.timers[key]);
        delete this.entries[key];
        this.keep();
    }

    keep() {
        const values = Object.entries(this.entries).map(([key, { value, seen }]) => [key, { value, seen }]);
        unsavedStore.write(this.name, Object.fromEntries(values));
    }

    saveSoon(key, delay = SAVE_DELAY) {
        browser.clearTimeout(this.timers[key]);
        this.timers[key] = browser.setTimeout(() => this.save(key), delay);
    }

    /** Save what was typed under `key` now; never rejects: what went wrong stands with the value. */
    save(key) {
        browser.clearTimeout(this.timers[key]);
        if (!this.calls[key]) {
            this.calls[key] = this.saveUntilSame(key).finally(() => delete this.calls[key]);
        }
        return this.calls[key];
    }

    async saveUntilSame(key) {
        while (this.has(key) && !this.entries[key].conflict) {
            const { value, seen } = this.entries[key];
            const handler = this.handlers[key.split("/")[0]];
            if (!handler) {
                return;
            }
            try {
                const kept = await handler(key, value, seen);
                this.hasSaved = true;
                if (!this.has(key)) {
                    return;
                }
                if (this.entries[key].value === value) {
                    this.discard(key);
                    return;
                }
                // Something more was typed meanwhile.
                Object.assign(this.entries[key], { seen: kept, failure: null, isWaiting: false });
                this.keep();
            } catch (error) {
                if (this.has(key) && this.entries[key].value === value) {
                    this.fail(key, error);
                    return;
                }
            }
        }
    }

    fail(key, error) {
        const entry = this.entries[key];
        if (error instanceof Unsendable) {
            entry.failure = error.message;
        } else if (error instanceof RPCError) {
            const { context, message } = error.data || {};
            if (context && "theirs" in context) {
                entry.conflict = { theirs: context.theirs, seen: context.seen, message };
            } else {
                entry.failure = error.exceptionName?.startsWith("odoo.exceptions.")
                    ? message
                    : _t("The server could not save this. It is kept here: try again.");
            }
        } else {
            // No connection: it is tried again until there is one.
            entry.isWaiting = true;
            this.saveSoon(key, RETRY_DELAY);
        }
    }

    /** Save all that was typed; return whether the server has it all. */
    async flush() {
        await Promise.all(Object.keys(this.entries).map((key) => this.save(key)));
        return !Object.keys(this.entries).length;
    }

    stop() {
        Object.values(this.timers).forEach((timer) => browser.clearTimeout(timer));
    }
}

/** The unsaved values of a component's form, which are saved when it goes, and when the page is left or hidden. */
export function useUnsavedValues(name) {
    const unsaved = useState(new UnsavedValues(name));
    const flush = () => unsaved.flush();
    const onHide = () => document.visibilityState === "hidden" && flush();
    browser.addEventListener("pagehide", flush);
    document.addEventListener("visibilitychange", onHide);
    onWillUnmount(() => {
        browser.removeEventListener("pagehide", flush);
        document.removeEventListener("visibilitychange", onHide);
        flush();
        unsaved.stop();
    });
    return unsaved;
}
