import { boardSteps } from "@clinic_visit/board/board_steps";
import { _t } from "@web/core/l10n/translation";

boardSteps.add("check_out", {
    label: _t("Check Out"),
    icon: "fa-money",
    model: "clinic.visit",
    method: "action_checkout",
    isAvailable: (card) => card.visit_state === "done" && card.to_check_out,
});
