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
 * @property {boolean} [isOffered] the server has looked whether the user may do it
 * @property {(card: Object, board: Object) => boolean} isAvailable
 */
export const boardSteps = registry.category("clinic_board_steps");

/** The server says which of these steps it would not refuse now. */
const STEPS = {
    confirm: { label: _t("Confirm"), icon: "fa-calendar-check-o", model: "clinic.visit", method: "action_confirm" },
    arrive: { label: _t("Arrived"), icon: "fa-sign-in", model: "clinic.visit", method: "action_arrive" },
    start: { label: _t("Start"), icon: "fa-play", model: "clinic.procedure", method: "action_start" },
    done: { label: _t("Done"), icon: "fa-check", model: "clinic.procedure", method: "action_done" },
    move: { label: _t("Move…"), icon: "fa-calendar", model: "clinic.visit", method: "action_move", secondary: true },
    rebook: { label: _t("Rebook"), icon: "fa-repeat", model: "clinic.visit", method: "action_rebook", secondary: true },
    not_arrived: {
        label: _t("Not Arrived"),
        icon: "fa-undo",
        model: "clinic.visit",
        method: "action_not_arrived",
        secondary: true,
    },
    no_show: {
        label: _t("No-show"),
        icon: "fa-user-times",
        model: "clinic.visit",
        method: "action_no_show",
        secondary: true,
    },
    cancel: {
        label: _t("Cancel Visit"),
        icon: "fa-ban",
        model: "clinic.visit",
        method: "action_cancel",
        secondary: true,
    },
};
for (const [name, step] of Object.entries(STEPS)) {
    boardSteps.add(name, { ...step, isOffered: true, isAvailable: (card) => card.steps.includes(name) });
}

/** The steps of `card`: {primary, secondary}; where the user may not change it, only what the server offers. */
export function stepsOf(card, board) {
    const available = boardSteps
        .getEntries()
        .filter(([, step]) => (card.editable || step.isOffered) && step.isAvailable(card, board));
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
