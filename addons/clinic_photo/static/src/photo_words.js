import { deserializeDate, deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";

/** The address of a picture: the one way to it. */
export function photoUrl(uuid, variant = "thumb") {
    return `/clinic/photo/${uuid}/${variant}`;
}

/** e.g. "12 Mar 2024", of a day without a time */
export function dayText(day) {
    return deserializeDate(day).toFormat("d LLL yyyy");
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

/** The UUID of the earlier photo to stand alike, of what `clinic.photo.gallery.ghosts` has found. */
export function ghostOf(ghosts, view, areaId) {
    return ghosts[`${view}/${areaId || ""}`] || (areaId ? undefined : ghosts[view]);
}

/** The key of an upload: it cannot be guessed, and the photo is stored once. */
export function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
