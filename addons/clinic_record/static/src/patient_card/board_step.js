import { boardSteps } from "@clinic_visit/board/board_steps";
import { _t } from "@web/core/l10n/translation";

boardSteps.add("record", {
    label: _t("Record"),
    icon: "fa-heartbeat",
    model: "clinic.procedure",
    method: "action_open_record",
    secondary: true,
    isAvailable: (card, board) => board.can_open_record,
});
