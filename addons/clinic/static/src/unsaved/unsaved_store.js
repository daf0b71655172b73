import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";

const PREFIX = "clinic_unsaved/";

/**
 * What was typed and has not reached the server yet, kept in the tab until it has.
 *
 * It may be health data, and devices are shared: the tab's own storage outlives a reload and a crash, but not the tab.
 * It ends when the user logs out, and nobody else who logs in on that tab gets to see it; a session that has merely
 * run out loses nothing.
 */
export const unsavedStore = {
    keyOf(name) {
        return `${PREFIX}${user.userId}/${name}`;
    },

    read(name) {
        try {
            return JSON.parse(browser.sessionStorage.getItem(this.keyOf(name))) || {};
        } catch {
            return {};
        }
    },

    write(name, values) {
        try {
            if (Object.keys(values).length) {
                browser.sessionStorage.setItem(this.keyOf(name), JSON.stringify(values));
            } else {
                browser.sessionStorage.removeItem(this.keyOf(name));
            }
        } catch {
            // A full storage, or none at all, must not keep anybody from typing: what is typed is sent all the same.
        }
    },

    /** Forget what other users left behind; with `all` what this one did as well. */
    clear(all = false) {
        const own = `${PREFIX}${user.userId}/`;
        const { sessionStorage } = browser;
        const keys = Array.from({ length: sessionStorage.length }, (_, index) => sessionStorage.key(index));
        for (const key of keys) {
            if (key.startsWith(PREFIX) && (all || !key.startsWith(own))) {
                sessionStorage.removeItem(key);
            }
        }
    },
};

const unsavedService = {
    start() {
        unsavedStore.clear();
        const items = registry.category("user_menuitems");
        const logOut = items.get("log_out", null);
        if (logOut) {
            const clearAndLogOut = (env) => {
                const item = logOut(env);
                const callback = () => {
                    unsavedStore.clear(true);
                    return item.callback();
                };
                return { ...item, callback };
            };
            items.add("log_out", clearAndLogOut, { force: true });
        }
    },
};

registry.category("services").add("clinic_unsaved", unsavedService);
