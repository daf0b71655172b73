import { _t } from "@web/core/l10n/translation";

/** Width of all drawings in their own units. */
export const WIDTH = 400;

/** The drawings: `height` in their own units. Pins lie at 0..1 of width and height. */
export const VIEWS = [
    { key: "face_front", label: _t("Face"), height: 500 },
    { key: "face_right", label: _t("Right side"), height: 500 },
    { key: "face_left", label: _t("Left side"), height: 500 },
    { key: "body_front", label: _t("Body"), height: 800 },
    { key: "body_back", label: _t("Back"), height: 800 },
];

export const KINDS = [
    { key: "injection", label: _t("Injection") },
    { key: "lesion", label: _t("Lesion") },
    { key: "treated", label: _t("Treated spot") },
];

export function viewOf(key) {
    return VIEWS.find((view) => view.key === key) || VIEWS[0];
}

/** Return `value`, kept between `low` and `high`. */
export function within(value, low, high) {
    return Math.min(Math.max(value, low), high);
}
