import { reactive, markRaw, EventBus } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { ConnectionLostError } from "@web/core/network/rpc";
import { newKey } from "../photo_words";
import { UploadTray } from "./upload_tray";
import { waitingStore } from "./waiting_store";

// As in const.py: larger parts would be written to the server's disk before they are sealed.
export const PART_BYTES = 480 * 1024;
const MOST_BYTES = 25 * 1024 * 1024;
const AT_ONCE = 2;
// Seconds until the next try; the last one repeats.
const PAUSES = [1, 2, 4, 8, 15, 30];
const BUSY_PAUSE = 0.8;
// Seconds after which is looked again at what another tab is sending.
const OTHER_TAB_PAUSE = 10;

class LostConnection extends Error {}

/** Where files go, by the `target` that they name: the model that takes them, and the route for their parts. */
export const uploadTargets = registry.category("clinic_upload_targets");
uploadTargets.add("photo", { model: "clinic.photo.upload", route: "/clinic/photo/upload" });

/** Sends files in the background, in parts, and tries again; `state.items` is what is being sent. */
export class PhotoUploads {
    constructor(orm, notification) {
        this.orm = orm;
        this.notification = notification;
        this.bus = new EventBus();
        this.state = reactive({ items: [] });
        this.running = 0;
        addEventListener("online", () => this.wake());
        addEventListener("beforeunload", (ev) => {
            if (this.state.items.some((item) => item.isOpen && !item.isKept)) {
                ev.preventDefault();
            }
        });
        this.resume();
    }

    /** Go on with what an earlier page has left. */
    async resume() {
        const { found, lost } = await waitingStore.all();
        for (const { key, about, blob } of found) {
            // Of an addon that is gone nobody takes it any more.
            if (!this.state.items.some((item) => item.key === key) && uploadTargets.contains(about.target || "photo")) {
                this.append(key, about, blob, true);
            }
        }
        if (lost) {
            this.notification.add(
                _t(
                    "%s files that waited on this device for two weeks could not be opened any more. Add them again.",
                    lost,
                ),
                { type: "warning", sticky: true },
            );
        }
    }

    /**
     * Send a file.
     *
     * @param {Blob} blob
     * @param {Object} about `target`, if it is no photo, and what the target's model takes; of a photo patient_id,
     *     procedure_id, view, kind, area_id, taken_at
     * @returns {string} the key by which it is known until it is through
     */
    add(blob, about) {
        const key = newKey();
        const item = this.append(key, { ...about, size: blob.size }, blob, false);
        if (blob.size > MOST_BYTES) {
            this.fail(item, _t("The file is larger than 25 MB. Make it smaller, or choose another one."), "refused");
            return key;
        }
        waitingStore.put(key, item.about, blob).then((isKept) => {
            // It may be through already.
            if (item.isOpen) {
                item.isKept = isKept;
            } else {
                waitingStore.delete(key);
            }
        });
        return key;
    }

    append(key, about, blob, isKept) {
        this.state.items.push({
            key,
            about,
            blob: markRaw(blob),
            isKept,
            isOpen: true,
            state: "waiting",
            progress: 0,
            text: "",
            tries: 0,
        });
        const item = this.state.items.at(-1);
        this.next();
        return item;
    }

    get open() {
        return this.state.items.filter((item) => item.isOpen);
    }

    get troubled() {
        return this.state.items.filter((item) => ["refused", "failed"].includes(item.state));
    }

    next() {
        while (this.running < AT_ONCE) {
            const item = this.state.items.find((one) => one.state === "waiting");
            if (!item) {
                return;
            }
            item.state = "sending";
            this.running++;
            this.alone(item, () => this.send(item)).finally(() => {
                this.running--;
                this.next();
            });
        }
    }

    /** Do `work` unless another tab of this browser is sending the same file; then look again later. */
    alone(item, work) {
        if (!navigator.locks) {
            return work();
        }
        return navigator.locks.request(`clinic-photo-${item.key}`, { ifAvailable: true }, async (lock) => {
            if (lock) {
                return work();
            }
            item.state = "elsewhere";
            setTimeout(() => this.wake(item), OTHER_TAB_PAUSE * 1000);
        });
    }

    async send(item) {
        try {
            await this.sendParts(item);
            await this.finish(item);
        } catch (error) {
            if (error instanceof LostConnection || error instanceof ConnectionLostError) {
                item.state = "paused";
                item.text =
                    (error instanceof LostConnection && error.message) ||
                    _t("No connection. The upload resumes automatically.");
                const pause = PAUSES[Math.min(item.tries++, PAUSES.length - 1)];
                setTimeout(() => this.wake(item), pause * 1000);
            } else {
                this.fail(item, error.data?.message || error.message, "failed");
            }
        }
    }

    wake(item) {
        for (const one of item ? [item] : this.state.items) {
            if (one.state === "paused" || one.state === "elsewhere") {
                one.state = "waiting";
                one.text = "";
            }
        }
        this.next();
    }

    async sendParts(item, known) {
        const begun = known || (await this.call(item, "begin", [item.key, this.aboutOf(item)]));
        if (begun.photo || begun.document) {
            return;
        }
        const count = Math.ceil(item.blob.size / PART_BYTES);
        const here = new Set(begun.parts);
        for (let number = 0; number < count; number++) {
            if (!here.has(number)) {
                await this.sendPart(item, number);
            }
            item.progress = (0.9 * (number + 1)) / count;
        }
        item.tries = 0;
    }

    async sendPart(item, number) {
        const form = new FormData();
        form.append("csrf_token", odoo.csrf_token);
        form.append("part", item.blob.slice(number * PART_BYTES, (number + 1) * PART_BYTES), "part");
        let answer;
        try {
            answer = await fetch(`${this.targetOf(item).route}/${item.key}/${number}`, { method: "POST", body: form });
        } catch {
            throw new LostConnection();
        }
        if ([502, 503, 504].includes(answer.status)) {
            throw new LostConnection();
        }
        if (answer.redirected) {
            // To the login, whose page answers well.
            throw new LostConnection(_t("You are signed out. Sign in again: the file is kept, the upload resumes."));
        }
        if (!answer.ok) {
            const { error } = await answer.json().catch(() => ({}));
            throw new Error(error || _t("The server did not take the file. Try again."));
        }
    }

    async finish(item) {
        for (;;) {
            const found = await this.call(item, "finish", [item.key]);
            if (found.state === "done") {
                return this.done(item, found.photo);
            }
            if (found.state === "refused" || found.state === "failed") {
                return this.fail(item, found.text, found.state);
            }
            if (found.state === "missing") {
                const all = Array.from({ length: Math.ceil(item.blob.size / PART_BYTES) }, (_one, number) => number);
                await this.sendParts(item, { parts: all.filter((number) => !found.parts.includes(number)) });
            } else {
                await new Promise((resolve) => setTimeout(resolve, BUSY_PAUSE * 1000));
            }
        }
    }

    targetOf(item) {
        return uploadTargets.get(item.about.target || "photo");
    }

    /** What the target's model is told. */
    aboutOf(item) {
        const about = { ...item.about };
        delete about.target;
        return about;
    }

    call(item, method, args) {
        return this.orm.silent.call(this.targetOf(item).model, method, args);
    }

    done(item, photoId) {
        Object.assign(item, { state: "done", isOpen: false, progress: 1, text: "" });
        waitingStore.delete(item.key);
        this.bus.trigger("done", { key: item.key, about: item.about, photoId });
        setTimeout(() => this.drop(item), 1500);
    }

    fail(item, text, state) {
        Object.assign(item, { state, text, isOpen: state === "failed" });
        if (state === "refused") {
            waitingStore.delete(item.key);
        }
    }

    retry(item) {
        Object.assign(item, { state: "waiting", text: "", tries: 0 });
        this.next();
    }

    /** Give up a file. */
    async cancel(item) {
        this.drop(item);
        await waitingStore.delete(item.key);
        if (item.isOpen) {
            await this.call(item, "cancel", [item.key]).catch(() => {});
        }
    }

    drop(item) {
        const { items } = this.state;
        const place = items.findIndex((one) => one.key === item.key);
        if (place >= 0) {
            items.splice(place, 1);
        }
    }
}

export const photoUploadService = {
    dependencies: ["orm", "notification"],
    start(_env, { orm, notification }) {
        const uploads = new PhotoUploads(orm, notification);
        const tray = { Component: UploadTray, props: { uploads } };
        registry.category("main_components").add("ClinicUploadTray", tray, { force: true });
        return uploads;
    },
};

registry.category("services").add("clinic_photo_upload", photoUploadService);
