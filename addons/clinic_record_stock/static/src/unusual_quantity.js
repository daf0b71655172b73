import { InputDialog } from "@clinic_record/treatment/input_dialog";
import { _t } from "@web/core/l10n/translation";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { WarningDialog } from "@web/core/errors/error_dialogs";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

const UNUSUAL = "odoo.addons.clinic_record_stock.exceptions.UnusualQuantity";

// Where nobody asks, it is a refusal in words like any other.
registry.category("error_dialogs").add(UNUSUAL, WarningDialog);

/**
 * Returns a function that calls the server as `orm.call` does, and asks once about each quantity that is far off what
 * the protocol expects; resolves to null where the answer is no.
 *
 * @param {string} name under which a reason is kept while it is typed
 */
export function useQuantityCall(name) {
    const orm = useService("orm");
    const dialog = useService("dialog");

    function ask(question, { product_id, needs_reason }) {
        return new Promise((resolve) => {
            const props = needs_reason
                ? {
                      name: `${name}/${product_id}/excess`,
                      title: _t("More than the Protocol Allows"),
                      label: question,
                      value: "",
                      onConfirm: (reason) => resolve(reason ? { reason } : null),
                  }
                : {
                      title: _t("Is This Quantity Right?"),
                      body: question,
                      confirmLabel: _t("Yes, Record It"),
                      cancelLabel: _t("No, Correct It"),
                      confirm: () => resolve({}),
                      cancel: () => resolve(null),
                  };
            dialog.add(needs_reason ? InputDialog : ConfirmationDialog, props, {
                // A dialog may close before it hands over its answer.
                onClose: () => Promise.resolve().then(() => resolve(null)),
            });
        });
    }

    return async function callAsking(model, method, args, kwargs = {}) {
        const confirmed = {};
        for (;;) {
            try {
                return await orm.call(model, method, args, { ...kwargs, context: { clinic_confirmed: confirmed } });
            } catch (error) {
                if (error.exceptionName !== UNUSUAL) {
                    throw error;
                }
                const { arguments: words, context } = error.data;
                const answer = await ask(words[0], context);
                if (!answer) {
                    return null;
                }
                confirmed[context.product_id] = { quantity: context.quantity, ...answer };
            }
        }
    };
}
