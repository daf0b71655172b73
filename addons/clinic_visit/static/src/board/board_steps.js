import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/**
 * What can be done with a card. The first primary step that is available is the card's one button; the others stand
 * in the popover. Other addons add theirs.
 *
 * @typedef {Object} BoardStep
 * @property {string} label
 * @property {string} icon
 * @property {"clinic.visit"|"clinic.procedure"} model whose record the method is called on
 * @property {string} method
 * @property {boolean} [secondary] never the card's button
 * @property {(card: Object, board: Object) => boolean} isAvailable
 */
export const boardSteps = registry.category("clinic_board_steps");

const isToday = (card, board) => board.today === card.visit_start.toISODate();

boardSteps
    .add("confirm", {
        label: _t("Confirm"),
        icon: "fa-calendar-check-o",
        model: "clinic.visit",
        method: "action_confirm",
        isAvailable: (card) => card.visit_state === "held",
    })
    .add("arrive", {
        label: _t("Arrived"),
        icon: "fa-sign-in",
        model: "clinic.visit",
        method: "action_arrive",
        isAvailable: (card, board) => card.visit_state === "booked" && isToday(card, board),
    })
    .add("start", {
        label: _t("Start"),
        icon: "fa-play",
        model: "clinic.procedure",
        method: "action_start",
        isAvailable: (card) => card.state === "planned" && ["arrived", "in_progress"].includes(card.visit_state),
    })
    .add("done", {
        label: _t("Done"),
        icon: "fa-check",
        model: "clinic.procedure",
        method: "action_done",
        isAvailable: (card) => card.state === "in_progress",
    })
    .add("not_arrived", {
        label: _t("Not Arrived"),
        icon: "fa-undo",
        model: "clinic.visit",
        method: "action_not_arrived",
        secondary: true,
        isAvailable: (card) => card.visit_state === "arrived",
    })
    .add("no_show", {
        label: _t("No-show"),
        icon: "fa-user-times",
        model: "clinic.visit",
        method: "action_no_show",
        secondary: true,
        isAvailable: (card) => card.visit_state === "booked" && card.visit_start < luxon.DateTime.now(),
    })
    .add("cancel", {
        label: _t("Cancel Visit"),
        icon: "fa-ban",
        model: "clinic.visit",
        method: "action_cancel",
        secondary: true,
        isAvailable: (card) => ["held", "booked", "arrived"].includes(card.visit_state),
    });

/** The steps of `card`: {primary, secondary}; none where the user may not change it. */
export function stepsOf(card, board) {
    const available = card.editable ? boardSteps.getEntries().filter(([, step]) => step.isAvailable(card, board)) : [];
    const steps = available.map(([name, step]) => ({ name, ...step }));
    return {
        primary: steps.find((step) => !step.secondary),
        secondary: steps.filter((step) => step.secondary),
    };
}

/** The words and the icon of each status, so that colour is never alone. */
export const STATUSES = {
    held: { label: _t("Held"), icon: "fa-hourglass-half" },
    booked: { label: _t("Booked"), icon: "fa-calendar-o" },
    arrived: { label: _t("Arrived"), icon: "fa-user" },
    in_progress: { label: _t("In treatment"), icon: "fa-play-circle" },
    done: { label: _t("Done"), icon: "fa-check-circle" },
    no_show: { label: _t("No-show"), icon: "fa-user-times" },
};
