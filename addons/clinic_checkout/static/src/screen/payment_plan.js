/**
 * What the payments that were typed come to. Amounts are those of whole bills and payments, which the server has
 * rounded; nothing is computed of prices and taxes here.
 */

/** Return `amount` without what floating point adds to it. */
export function rounded(amount, digits) {
    return Number(amount.toFixed(digits));
}

/**
 * @param {number} due what is to be paid, less the credits that are taken off
 * @param {{isCash: boolean, typed: number}[]} entries NaN is a number that nobody has finished
 * @param {number} digits of the currency
 * @returns {{parts: {amount: number, received: number}[], left: number, change: number, isWrong: boolean}}
 */
export function planPayments(due, entries, digits) {
    let left = due;
    let change = 0;
    const parts = entries.map(() => ({ amount: 0, received: 0 }));
    const isWrong = entries.some(({ typed }) => !(typed >= 0));
    // Change is given from cash: it pays what the others leave.
    const order = [...entries.keys()].sort((a, b) => entries[a].isCash - entries[b].isCash || a - b);
    for (const index of order) {
        const { isCash, typed } = entries[index];
        if (!(typed >= 0)) {
            continue;
        }
        const amount = isCash ? Math.min(typed, Math.max(left, 0)) : typed;
        left = rounded(left - amount, digits);
        parts[index].amount = rounded(amount, digits);
        if (isCash && typed > amount) {
            parts[index].received = typed;
            change = rounded(change + typed - amount, digits);
        }
    }
    return { parts, left, change, isWrong };
}

/** Return the amount left when credits of `amounts` are set against `due`, and what is taken of them. */
export function takeCredits(due, amounts, digits) {
    const offered = amounts.reduce((sum, amount) => sum + amount, 0);
    const taken = rounded(Math.min(due, offered), digits);
    return { taken, due: rounded(due - taken, digits) };
}
