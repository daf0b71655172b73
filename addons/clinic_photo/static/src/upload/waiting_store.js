import { session } from "@web/session";
import { user } from "@web/core/user";

const NAME = "clinic-photos";
const TABLE = "waiting";
// After so long a photo that its own user cannot open any more is given up.
const DAYS = 14;

/**
 * Photos that wait to be uploaded, kept by the browser until the server has them: a reload, or a battery that dies, loses
 * nothing. Each is sealed by the key that Odoo gives to this user, and its name begins with the user: on a tablet that
 * several people share, each of them finds and deletes their own alone.
 */
export class WaitingStore {
    constructor(userId = user.userId, secret = window.isSecureContext && session.browser_cache_secret) {
        this.prefix = `${userId}/`;
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
            const row = { ...(await this.seal(await this.pack(about, blob))), at: Date.now() };
            await this.run("readwrite", (table) => table.put(row, this.prefix + key));
            return true;
        } catch {
            // No room, or a private window: it is in memory alone then.
            return false;
        }
    }

    async delete(key) {
        if (this.key) {
            await this.run("readwrite", (table) => table.delete(this.prefix + key)).catch(() => {});
        }
    }

    async seal(content) {
        const iv = crypto.getRandomValues(new Uint8Array(12));
        return { iv, sealed: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await this.key, content) };
    }

    async unseal({ iv, sealed }) {
        return crypto.subtle.decrypt({ name: "AES-GCM", iv }, await this.key, sealed);
    }

    async pack(about, blob) {
        const head = new TextEncoder().encode(JSON.stringify(about));
        const size = new Uint8Array(new Uint32Array([head.length]).buffer);
        return new Blob([size, head, blob]).arrayBuffer();
    }

    unpack(opened) {
        const size = new Uint32Array(opened.slice(0, 4))[0];
        const about = JSON.parse(new TextDecoder().decode(opened.slice(4, 4 + size)));
        return { about, blob: new Blob([opened.slice(4 + size)]) };
    }

    /** Return what this user's earlier pages have left, {found: [{key, about, blob}], lost: how many were given up}. */
    async all() {
        const [found, lost] = [[], []];
        if (!this.key) {
            return { found, lost: 0 };
        }
        const names = (await this.run("readonly", (table) => table.getAllKeys()).catch(() => [])) || [];
        for (const name of names.filter((one) => String(one).startsWith(this.prefix))) {
            const key = name.slice(this.prefix.length);
            const row = await this.run("readonly", (table) => table.get(name));
            try {
                found.push({ key, ...this.unpack(await this.unseal(row)) });
            } catch {
                // The user's secret is another one now, e.g. since the password was changed.
                if (Date.now() - (row?.at || 0) > DAYS * 24 * 3600 * 1000) {
                    lost.push(key);
                    await this.delete(key);
                }
            }
        }
        return { found, lost: lost.length };
    }
}

export const waitingStore = new WaitingStore();
