import { Component, onMounted, onWillUnmount, onWillUpdateProps, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { photoUrl } from "../photo_words";

const ORDER = ["thumb", "preview", "original"];
// What was loaded once is kept while this page is open; the browser may keep nothing.
const loaded = new Map();
const MOST_LOADED = 60;

/** Return the picture as an address of this page; what does not open says why. */
export function loadPicture(uuid, variant) {
    const key = `${uuid}/${variant}`;
    if (!loaded.has(key)) {
        const loading = fetch(photoUrl(uuid, variant)).then(async (answer) => {
            if (answer.redirected) {
                throw new Error(_t("You are signed out. Sign in again and reload the page."));
            }
            if (!answer.ok || !answer.headers.get("Content-Type")?.startsWith("image/jpeg")) {
                throw new Error(answer.status === 503 ? await answer.text() : "");
            }
            return URL.createObjectURL(await answer.blob());
        });
        loading.catch(() => loaded.delete(key));
        loaded.set(key, loading);
        if (loaded.size > MOST_LOADED) {
            const [oldest, gone] = loaded.entries().next().value;
            loaded.delete(oldest);
            gone.then((url) => setTimeout(() => URL.revokeObjectURL(url), 30000)).catch(() => {});
        }
    }
    return loaded.get(key);
}

/** A photo on its stage: the thumbnail at once, the preview as soon as it is here, the original when it is needed. */
export class PhotoImage extends Component {
    static template = "clinic_photo.PhotoImage";
    static props = { photo: Object, style: String, sharp: { type: Boolean, optional: true } };

    setup() {
        this.state = useState({ url: photoUrl(this.props.photo.uuid), trouble: null, level: 0 });
        onMounted(() => this.improve(this.props));
        onWillUpdateProps((next) => {
            if (next.photo.uuid !== this.props.photo.uuid) {
                Object.assign(this.state, { url: photoUrl(next.photo.uuid), trouble: null, level: 0 });
            }
            if (next.photo.uuid !== this.props.photo.uuid || (next.sharp && !this.props.sharp)) {
                this.improve(next);
            }
        });
        onWillUnmount(() => (this.isGone = true));
    }

    async improve({ photo, sharp }) {
        const wanted = sharp ? 2 : 1;
        try {
            const url = await loadPicture(photo.uuid, ORDER[wanted]);
            if (!this.isGone && this.props.photo.uuid === photo.uuid && this.state.level < wanted) {
                Object.assign(this.state, { url, level: wanted });
            }
        } catch (error) {
            if (!this.isGone) {
                this.state.trouble = error.message || "gone";
            }
        }
    }
}
