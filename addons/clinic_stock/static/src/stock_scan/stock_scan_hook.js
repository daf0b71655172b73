import { useState } from "@odoo/owl";
import { RPCError } from "@web/core/network/rpc";
import { Mutex } from "@web/core/utils/concurrency";
import { useBus, useService } from "@web/core/utils/hooks";

/**
 * What the modes of the screen have in common: one thing after the other, however fast the scanner is, and what the
 * server refuses stands on the page, where it holds up neither hand nor scanner.
 *
 * @param {(barcode: string) => Promise} onScan
 * @returns {{state: Object, act: Function, scan: Function, say: Function}}
 */
export function useStockScan(onScan) {
    const state = useState({ message: null, waiting: 0 });
    const mutex = new Mutex();

    function say(type, text, more = {}) {
        state.message = { type, text, ...more };
    }

    async function act(action) {
        state.waiting++;
        try {
            return await mutex.exec(action);
        } catch (error) {
            if (!(error instanceof RPCError && error.exceptionName?.startsWith("odoo.exceptions."))) {
                throw error;
            }
            say("danger", error.data.message);
        } finally {
            state.waiting--;
        }
    }

    function scan(barcode) {
        return barcode.trim() && act(() => onScan(barcode.trim()));
    }

    // A scanner types faster than anybody; whatever has the focus, its code arrives here.
    useBus(useService("barcode").bus, "barcode_scanned", ({ detail }) => scan(detail.barcode));
    return { state, act, scan, say };
}
