import { boardSteps } from "@clinic_visit/board/board_steps";
import { _t } from "@web/core/l10n/translation";

boardSteps.add("consents", {
    label: _t("To Sign"),
    icon: "fa-pencil-square-o",
    model: "clinic.visit",
    method: "action_hand_over",
    secondary: true,
    isAvailable: (card) => card.flags.some((flag) => flag.kind === "consent" || flag.to_sign),
});
