import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";

/** The address of a picture: the one way to it. */
export function photoUrl(uuid, variant = "thumb") {
    return `/clinic/photo/${uuid}/${variant}`;
}

/** e.g. "12 Mar 2024" */
export function photoDay(photo) {
    return deserializeDateTime(photo.taken_at).toFormat("d LLL yyyy");
}

/** How long after `first` the `photo` was taken, e.g. "+ 6 weeks". */
export function photoSince(first, photo) {
    const days = Math.round(deserializeDateTime(photo.taken_at).diff(deserializeDateTime(first.taken_at), "days").days);
    if (Math.abs(days) < 1) {
        return "";
    }
    const sign = days > 0 ? "+" : "−";
    const count = Math.abs(days);
    if (count < 14) {
        return count === 1 ? _t("%s 1 day", sign) : _t("%(sign)s %(count)s days", { sign, count });
    }
    if (count < 120) {
        return _t("%(sign)s %(count)s weeks", { sign, count: Math.round(count / 7) });
    }
    return _t("%(sign)s %(count)s months", { sign, count: Math.round(count / 30.4) });
}

export const KIND_ICONS = {
    before: "fa-circle-o",
    after: "fa-check-circle-o",
    during: "fa-adjust",
    document: "fa-file-o",
};

/** A name for a photo on its way: nobody can guess it, and it is sent once. */
export function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
