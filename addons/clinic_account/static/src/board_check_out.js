import { ClinicBoard } from "@clinic_visit/board/board";
import { BoardPopover } from "@clinic_visit/board/board_popover";
import { boardSteps } from "@clinic_visit/board/board_steps";
import { onMounted, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { patch } from "@web/core/utils/patch";

/** Whether the desk takes a payment for the visit of this card. */
const isPayable = (card) =>
    card.editable && card.visit_state === "done" && Boolean(card.to_check_out || card.visit_due > 0);

// What these two ask for stands on the card that they open.
boardSteps
    .add("check_out", {
        label: _t("Check Out"),
        icon: "fa-money",
        model: "clinic.visit",
        method: "action_checkout",
        opensCard: true,
        isAvailable: (card) => isPayable(card) && card.to_check_out,
    })
    .add("take_payment", {
        label: _t("Take Payment"),
        icon: "fa-money",
        model: "clinic.visit",
        method: "action_register_payment",
        opensCard: true,
        isAvailable: (card) => isPayable(card) && !card.to_check_out,
    });

const PAYMENTS = {
    card: { label: _t("Card"), icon: "fa-credit-card" },
    cash: { label: _t("Cash"), icon: "fa-money" },
    other: { label: _t("Other…"), icon: "fa-ellipsis-h" },
};
for (const [kind, payment] of Object.entries(PAYMENTS)) {
    const method = `action_pay_${kind}`;
    boardSteps.add(`pay_${kind}`, { ...payment, model: "clinic.visit", method, isAvailable: () => false });
}

patch(ClinicBoard.prototype, {
    async act(name, card) {
        const cardEl =
            boardSteps.get(name).opensCard &&
            this.rootRef.el.querySelector(`.o_clinic_board_card[data-id="${card.id}"]`);
        return cardEl ? this.openCard(card, cardEl) : super.act(name, card);
    },
});

patch(BoardPopover.prototype, {
    setup() {
        super.setup();
        this.payments = PAYMENTS;
        this.offer = useState({ amount: "", kinds: ["card", "cash"], draft: false });
        const orm = useService("orm");
        if (this.isPayable) {
            // The buttons are there at once; the amount is computed as the invoice's, and comes a moment later.
            onMounted(async () => {
                const offer = await orm.silent.call("clinic.visit", "payment_offer", [[this.card.visit_id]]);
                Object.assign(this.offer, offer);
            });
        }
    },

    get isPayable() {
        return isPayable(this.card);
    },

    get steps() {
        const { primary, secondary } = super.steps;
        return { primary: primary?.opensCard ? undefined : primary, secondary };
    },

    get otherLabel() {
        if (this.offer.draft) {
            return _t("Open the Draft Invoice");
        }
        return this.offer.kinds.length ? this.payments.other.label : _t("Check Out");
    },

    pay(kind) {
        this.do({ name: `pay_${kind}` });
    },
});
