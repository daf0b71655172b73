import { localization } from "@web/core/l10n/localization";
import { is24HourFormat } from "@web/core/l10n/time";
import { _t } from "@web/core/l10n/translation";

/** The time of the clock, as the user's language writes it. */
export function timeText(moment) {
    return moment.toFormat(is24HourFormat() ? "HH:mm" : "h:mm a");
}

/** The same beside the hours of the ruler, which say whether it is morning. */
export function shortTimeText(moment) {
    return moment.toFormat(is24HourFormat() ? "HH:mm" : "h:mm");
}

export function hourText(moment) {
    return moment.toFormat(is24HourFormat() ? "HH:mm" : "h a");
}

export function rangeText(start, stop) {
    return `${timeText(start)} – ${timeText(stop)}`;
}

/** e.g. "Tue, 5 Jan, 10:00": the day in few words, and the time of the clock. */
export function momentText(moment) {
    const day = moment.toLocaleString({ weekday: "short", day: "numeric", month: "short" });
    return `${day}, ${timeText(moment)}`;
}

/** 1 where the right is further on, -1 where people write from right to left. */
export function onward() {
    return localization.direction === "rtl" ? -1 : 1;
}

/** `text` so that it keeps its own direction between words of the other one: "20 U" is not to be read as "U 20". */
export function isolated(text) {
    return localization.direction === "rtl" && text ? `\u2068${text}\u2069` : text;
}

/** e.g. "25 min" or "3 h 05" */
export function durationText(minutes) {
    if (minutes < 60) {
        return _t("%s min", minutes);
    }
    return _t("%(hours)s h %(minutes)s", {
        hours: Math.floor(minutes / 60),
        minutes: String(minutes % 60).padStart(2, "0"),
    });
}

/** Whole minutes from `moment` until `now`, never below zero. */
export function minutesSince(moment, now) {
    return moment ? Math.max(0, Math.floor(now.diff(moment, "minutes").minutes)) : 0;
}
