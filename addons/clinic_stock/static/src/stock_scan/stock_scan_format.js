import { parseFloat } from "@web/views/fields/parsers";
import { formatFloat } from "@web/views/fields/formatters";

// What has so many characters and is no quantity was typed by a scanner.
const SHORTEST_BARCODE = 8;
const MOST = 1e7;

/** "2.5", as the user's language writes it; nothing for what was not entered. */
export function quantityText(quantity) {
    return quantity === null || quantity === undefined
        ? ""
        : formatFloat(quantity, { digits: [16, 6], trailingZeros: false });
}

/** "+2.5", "−1" */
export function differenceText(difference) {
    const sign = difference > 0 ? "+" : difference < 0 ? "−" : "";
    return sign + quantityText(Math.abs(difference));
}

/**
 * What was typed into the field of a quantity.
 *
 * @param {string} text
 * @returns {{quantity: number|null}|{barcode: string}|{wrong: string}} null for an empty field; the code, where a
 *      scanner has typed into the field that had the focus
 */
export function readQuantity(text) {
    const typed = text.trim();
    if (!typed) {
        return { quantity: null };
    }
    const quantity = numberOf(typed);
    const isQuantity = quantity !== null && quantity >= 0 && quantity < MOST;
    if (isQuantity) {
        return { quantity };
    }
    return typed.length >= SHORTEST_BARCODE ? { barcode: typed } : { wrong: typed };
}

/** A number as any keypad writes it: 2.5 and 2,5 are the same; 1,000 is what the user's language makes of it. */
function numberOf(text) {
    const [, whole, fraction] = text.match(/^(\d*)[.,](\d+)$/) || [];
    if (fraction && (fraction.length !== 3 || !Number(whole))) {
        return Number(`${whole}.${fraction}`);
    }
    try {
        return parseFloat(text);
    } catch {
        return null;
    }
}

/** Those of `lines` whose item or lot has all the words of `filter`; those of the ids in `recent` come first. */
export function chooseLines(lines, { filter, recent }) {
    const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
    const isMeant = ({ product, lot }) => {
        const text = `${product} ${lot || ""}`.toLowerCase();
        return words.every((word) => text.includes(word));
    };
    const rank = new Map(recent.map((id, index) => [id, index]));
    const rankOf = ({ id }) => rank.get(id) ?? recent.length;
    return lines.filter(isMeant).sort((a, b) => rankOf(a) - rankOf(b));
}

/** `lines` with `line` in the place of the one with its id, else at the end. */
export function putLine(lines, line) {
    const isThere = lines.some(({ id }) => id === line.id);
    return isThere ? lines.map((one) => (one.id === line.id ? line : one)) : [...lines, line];
}

/** `recent` with `ids` in front. */
export function putFirst(recent, ...ids) {
    return [...ids, ...recent.filter((id) => !ids.includes(id))];
}
