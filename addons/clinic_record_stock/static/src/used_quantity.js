import { quantityText, readQuantity } from "@clinic_stock/stock_scan/stock_scan_format";
import { _t } from "@web/core/l10n/translation";

/**
 * What was typed into the field of the quantity used, and the text that stands there from then on: of a quantity how it
 * was understood, of anything else what was typed.
 *
 * @param {string} text
 * @returns {{text: string, quantity: number|null, wrong: string|null}} without a quantity why it cannot be logged
 */
export function readUsed(text) {
    const { quantity } = readQuantity(text);
    if (quantity > 0) {
        return { text: quantityText(quantity), quantity, wrong: null };
    }
    const wrong = text.trim()
        ? _t("“%s” is no quantity. Enter one above zero, e.g. 12 or 2.5.", text.trim())
        : _t("Enter how much was used, or tap “Not Used”.");
    return { text, quantity: null, wrong };
}
