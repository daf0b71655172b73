import { BoardPopover } from "@clinic_visit/board/board_popover";
import { boardSteps } from "@clinic_visit/board/board_steps";
import "@clinic_account/board_check_out";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";

// Beside the two taps that take the whole amount: all else is done on the checkout screen.
boardSteps.add(
    "pay_other",
    { ...boardSteps.get("pay_other"), label: _t("Checkout"), method: "action_open_checkout" },
    { force: true },
);

patch(BoardPopover.prototype, {
    get otherLabel() {
        return _t("Checkout");
    },
});
