import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";

import { PaymentForm } from "@payment/interactions/payment_form";

patch(PaymentForm.prototype, {
    // #=== DOM MANIPULATION ===#

    /**
     * Prepare the inline form of EasyPaisa, unless everything is asked on EasyPaisa's own page.
     *
     * @override method from @payment/js/payment_form
     */
    async _prepareInlineForm(providerId, providerCode, paymentOptionId, paymentMethodCode, flow) {
        if (providerCode !== "easypaisa") {
            await super._prepareInlineForm(...arguments);
            return;
        }
        if (flow !== "token" && this._easypaisaForm()) {
            this._setPaymentFlow("direct");
        }
    },

    /**
     * Return the inline form of EasyPaisa of the chosen payment option, if there is one.
     *
     * @private
     * @return {Element | null | undefined}
     */
    _easypaisaForm() {
        const radio = this.el.querySelector('input[name="o_payment_radio"]:checked');
        return radio && this._getInlineForm(radio)?.querySelector('[name="o_easypaisa_form"]');
    },

    // #=== PAYMENT FLOW ===#

    /**
     * Look at the mobile number before a transaction is made.
     *
     * @override method from payment.payment_form
     */
    async _initiatePaymentFlow(providerCode, paymentOptionId, paymentMethodCode, flow) {
        if (providerCode === "easypaisa" && flow === "direct") {
            const mobile = this._easypaisaForm().querySelector('[name="o_easypaisa_mobile"]');
            mobile.value = mobile.value.replace(/[\s-]/g, "");
            mobile.required = true;
            const isRight = mobile.reportValidity();
            mobile.required = false; // not in the way of other ways of paying
            if (!isRight) {
                this._enableButton();
                return;
            }
        }
        await super._initiatePaymentFlow(...arguments);
    },

    /**
     * Have the payment begun, then show how it stands.
     *
     * @override method from payment.payment_form
     */
    async _processDirectFlow(providerCode, paymentOptionId, paymentMethodCode, processingValues) {
        if (providerCode !== "easypaisa") {
            await super._processDirectFlow(...arguments);
            return;
        }
        const form = this._easypaisaForm();
        const channel =
            form.querySelector('[name="o_easypaisa_channel"]:checked') ||
            form.querySelector('[name="o_easypaisa_channel"]');
        let answer;
        try {
            answer = await this.waitFor(
                this.services.http.post("/payment/easypaisa/start", {
                    csrf_token: odoo.csrf_token,
                    reference: processingValues.reference,
                    access_token: processingValues.access_token,
                    channel: channel.value,
                    mobile_number: form.querySelector('[name="o_easypaisa_mobile"]').value,
                }),
            );
        } catch {
            // Whether it was begun is not known here: the next page asks.
            answer = { state: "pending" };
        }
        if (answer.state === "error") {
            this._displayErrorDialog(_t("Payment processing failed"), answer.message);
            this._enableButton();
            return;
        }
        window.location = "/payment/status";
    },
});
