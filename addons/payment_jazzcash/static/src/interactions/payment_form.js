import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { post } from "@web/core/network/http_service";

import { PaymentForm } from "@payment/interactions/payment_form";

patch(PaymentForm.prototype, {
    /**
     * Pay on this page where the wallet's form is shown, on JazzCash's page otherwise.
     *
     * @override
     */
    async _prepareInlineForm(providerId, providerCode, paymentOptionId, paymentMethodCode, flow) {
        if (providerCode !== "jazzcash") {
            await super._prepareInlineForm(...arguments);
        } else if (this._jazzcashGetInputs()) {
            this._setPaymentFlow("direct");
        }
    },

    /**
     * Have the browser say what is missing before a payment is begun.
     *
     * @override
     */
    async _initiatePaymentFlow(providerCode, paymentOptionId, paymentMethodCode, flow) {
        if (providerCode === "jazzcash" && flow === "direct") {
            const inputs = Object.values(this._jazzcashGetInputs());
            if (!inputs.every((input) => input.reportValidity())) {
                this._enableButton();
                return;
            }
        }
        await super._initiatePaymentFlow(...arguments);
    },

    /**
     * Send what was typed; JazzCash then asks the customer on the phone.
     *
     * @override
     */
    async _processDirectFlow(providerCode, paymentOptionId, paymentMethodCode, processingValues) {
        if (providerCode !== "jazzcash") {
            await super._processDirectFlow(...arguments);
            return;
        }
        const inputs = this._jazzcashGetInputs();
        let answer = {};
        try {
            answer = await this.waitFor(
                post("/payment/jazzcash/wallet", {
                    csrf_token: odoo.csrf_token,
                    reference: processingValues.reference,
                    access_token: processingValues.access_token,
                    mobile: inputs.mobile.value,
                    cnic: inputs.cnic.value,
                }),
            );
        } catch {
            // JazzCash may have been asked: the page of the status finds out.
        }
        if (answer.error) {
            this._displayErrorDialog(_t("Nothing was paid"), answer.error);
            this._enableButton();
            return;
        }
        window.location = "/payment/status";
    },

    _jazzcashGetInputs() {
        const radio = this.el.querySelector('input[name="o_payment_radio"]:checked');
        const form = radio && this._getInlineForm(radio)?.querySelector('[name="o_jazzcash_wallet"]');
        return (
            form && {
                mobile: form.querySelector('[name="jazzcash_mobile"]'),
                cnic: form.querySelector('[name="jazzcash_cnic"]'),
            }
        );
    },
});
