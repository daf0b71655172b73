import { deserializeDate, deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { isolated, timeText } from "@clinic_visit/board/board_format";

const { DateTime } = luxon;

/** How grave a risk is: never by colour alone. */
export const SEVERITIES = {
    severe: { icon: "fa-exclamation-triangle", className: "o_clinic_risk_severe" },
    moderate: { icon: "fa-exclamation-circle", className: "o_clinic_risk_moderate" },
    mild: { icon: "fa-info-circle", className: "o_clinic_risk_mild" },
};

export const RESPONSES = {
    cleared: { icon: "fa-check-circle", className: "text-success" },
    better: { icon: "fa-arrow-up", className: "text-success" },
    same: { icon: "fa-minus", className: "text-muted" },
    worse: { icon: "fa-arrow-down", className: "text-danger" },
};

export function severityOf(risk) {
    return SEVERITIES[risk.severity] || SEVERITIES.mild;
}

/** The day of a moment of the server's, in the branch's zone, e.g. "12 Mar 2024". */
export function dayText(moment) {
    return moment ? deserializeDateTime(moment).toFormat("d LLL yyyy") : "";
}

export function dateText(date) {
    return date ? deserializeDate(date).toFormat("d LLL yyyy") : "";
}

export function momentText(moment) {
    return timeText(deserializeDateTime(moment));
}

/** e.g. "2 years ago" */
export function agoText(moment) {
    return deserializeDateTime(moment).toRelative() || "";
}

export function yearOf(moment) {
    return deserializeDateTime(moment).year;
}

/** e.g. "Botulinum Toxin 20 U", without zeros that say nothing */
export function amountText(quantity, unit) {
    const parts = [Number.isFinite(quantity) ? parseFloat(quantity.toFixed(4)) : null, unit];
    return isolated(parts.filter((part) => ![null, false, undefined, ""].includes(part)).join(" "));
}

/** Who it is, in one line: "34 years · Female · P00012 · Skin type IV". */
export function personText({ age, sex, number, skin_type }) {
    const words = [];
    if (age !== null && age !== undefined) {
        words.push(_t("%s years", age));
    }
    const skin = skin_type && _t("Skin type %s", skin_type);
    return [...words, sex, number, skin].filter(Boolean).join(" · ");
}

export function isToday(moment) {
    return deserializeDateTime(moment).hasSame(DateTime.now(), "day");
}
