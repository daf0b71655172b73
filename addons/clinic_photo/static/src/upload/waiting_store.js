import { session } from "@web/session";

const NAME = "clinic-photos";
const TABLE = "waiting";

/**
 * What is on its way, kept by the browser until the server has it: a reload, or a battery that dies, loses nothing.
 * It lies there sealed by the key that Odoo gives to this user's session, so that nobody else reads it.
 */
class WaitingStore {
    constructor() {
        const secret = window.isSecureContext && session.browser_cache_secret;
        this.key = secret ? this.importKey(secret) : null;
    }

    importKey(secret) {
        const bytes = new Uint8Array(secret.match(/../g).map((pair) => parseInt(pair, 16)));
        return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
    }

    run(mode, work) {
        return new Promise((resolve, reject) => {
            const opening = indexedDB.open(NAME, 1);
            opening.onupgradeneeded = () => opening.result.createObjectStore(TABLE);
            opening.onerror = () => reject(opening.error);
            opening.onsuccess = () => {
                const database = opening.result;
                const transaction = database.transaction(TABLE, mode);
                const request = work(transaction.objectStore(TABLE));
                transaction.oncomplete = () => {
                    database.close();
                    resolve(request?.result);
                };
                transaction.onerror = transaction.onabort = () => {
                    database.close();
                    reject(transaction.error);
                };
            };
        });
    }

    /** Keep a photo; return whether it is kept. */
    async put(key, about, blob) {
        if (!this.key) {
            return false;
        }
        try {
            const head = new TextEncoder().encode(JSON.stringify(about));
            const size = new Uint8Array(new Uint32Array([head.length]).buffer);
            const content = await new Blob([size, head, blob]).arrayBuffer();
            const iv = crypto.getRandomValues(new Uint8Array(12));
            const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await this.key, content);
            await this.run("readwrite", (table) => table.put({ iv, sealed }, key));
            return true;
        } catch {
            // No room, or a private window: it is in memory alone then.
            return false;
        }
    }

    async delete(key) {
        if (this.key) {
            await this.run("readwrite", (table) => table.delete(key)).catch(() => {});
        }
    }

    /** Return what an earlier page has left: [{key, about, blob}]. */
    async all() {
        if (!this.key) {
            return [];
        }
        const keys = (await this.run("readonly", (table) => table.getAllKeys()).catch(() => [])) || [];
        const found = [];
        for (const key of keys) {
            const row = await this.run("readonly", (table) => table.get(key));
            try {
                const opened = await crypto.subtle.decrypt({ name: "AES-GCM", iv: row.iv }, await this.key, row.sealed);
                const size = new Uint32Array(opened.slice(0, 4))[0];
                const about = JSON.parse(new TextDecoder().decode(opened.slice(4, 4 + size)));
                found.push({ key, about, blob: new Blob([opened.slice(4 + size)]) });
            } catch {
                // Somebody else's, or of a session that has ended: nobody opens it any more.
                await this.delete(key);
            }
        }
        return found;
    }
}

export const waitingStore = new WaitingStore();
