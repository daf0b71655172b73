import { Unsendable } from "@clinic/unsaved/unsaved_values";
import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/views/fields/formatters";
import { parseFloat } from "@web/views/fields/parsers";

/** "2.5", as the user's language writes it */
export function numberText(number) {
    return formatFloat(number, { digits: [16, 3], trailingZeros: false });
}

/**
 * A number as any keypad writes it: 2.5 and 2,5 are the same; 1,000 is what the user's language makes of it.
 *
 * @returns {number|false} false for an empty field
 * @throws {Unsendable} when it is no number
 */
export function readNumber(text) {
    const typed = text.trim();
    if (!typed) {
        return false;
    }
    const [, sign, whole, fraction] = typed.match(/^([+-]?)(\d*)[.,](\d*)$/) || [];
    if (fraction !== undefined && (whole || fraction) && (fraction.length !== 3 || !Number(whole))) {
        return Number(`${sign}${whole || 0}.${fraction || 0}`);
    }
    try {
        return parseFloat(typed);
    } catch {
        throw new Unsendable(_t("“%s” is no number. Enter one, e.g. 12 or 2.5.", typed));
    }
}
