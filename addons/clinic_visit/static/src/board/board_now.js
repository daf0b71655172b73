import { onWillDestroy, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";

const TICK = 15000;

/** A reactive {time}: the present moment, so that what shows it moves on its own and nothing else is drawn again. */
export function useNow() {
    const now = useState({ time: luxon.DateTime.now() });
    const interval = browser.setInterval(() => (now.time = luxon.DateTime.now()), TICK);
    onWillDestroy(() => browser.clearInterval(interval));
    return now;
}
