import { browser } from "@web/core/browser/browser";
import { rpcBus } from "@web/core/network/rpc";

// What went wrong, was refused and was asked of the server since the last `forget()`.
const log = { errors: [], refusals: [], calls: [], left: [] };
let pending = 0;

// Refusals in words, which a dialog tells. Everything else that the server answers with is an error.
const REFUSALS = /^odoo\.(exceptions\.(UserError|ValidationError|RedirectWarning)|addons\.clinic\w*\.exceptions\.\w+)$/;

export function forget() {
    for (const entries of Object.values(log)) {
        entries.length = 0;
    }
}

export function recall() {
    return JSON.parse(JSON.stringify(log));
}

/** Wait until nothing is asked of the server and the page has been drawn. */
export async function idle(timeout = 20000) {
    const end = Date.now() + timeout;
    let quiet = 0;
    let since = Date.now();
    // On a busy machine frames follow each other quickly, and what comes next has not begun.
    while (quiet < 3 || Date.now() - since < 60) {
        if (Date.now() > end) {
            log.errors.push("The page did not come to rest");
            return;
        }
        await new Promise((resolve) => requestAnimationFrame(resolve));
        quiet++;
        if (pending || document.querySelector(".o_blockUI")) {
            quiet = 0;
            since = Date.now();
        }
    }
}

function watchRequests() {
    rpcBus.addEventListener("RPC:RESPONSE", ({ detail: { data, error } }) => {
        const { model, method } = data.params || {};
        log.calls.push(`${model || ""}.${method || ""}`);
        if (!error) {
            return;
        }
        const text = error.data?.message || error.message;
        if (REFUSALS.test(error.exceptionName)) {
            log.refusals.push(text);
        } else {
            log.errors.push(`${error.exceptionName || error.constructor.name} in ${model}.${method}: ${text}`);
        }
    });
    const { send } = XMLHttpRequest.prototype;
    XMLHttpRequest.prototype.send = function () {
        pending++;
        this.addEventListener("loadend", () => {
            pending--;
            if (this.status >= 500) {
                log.errors.push(`${this.status} from ${this.responseURL}`);
            }
        });
        return send.apply(this, arguments);
    };
}

function watchErrors() {
    browser.console.error = (...args) => {
        const text = args.map((arg) => arg?.stack || arg?.message || String(arg)).join(" ");
        // What the server answered is in the log already.
        if (!/RPC_ERROR/.test(text)) {
            log.errors.push(text);
        }
    };
}

/** Nothing may lead away from the page: note where it would have led. */
function stayHere() {
    const leave = (where) => log.left.push(String(where));
    window.print = () => leave("print");
    window.open = browser.open = (url) => {
        leave(url);
        return {};
    };
    const here = window.location;
    // Not of the location itself, of which a proxy has to give the methods as they are.
    const location = new Proxy(
        {},
        {
            get(target, name) {
                if (["assign", "replace", "reload"].includes(name)) {
                    return (url) => leave(url || name);
                }
                const value = here[name];
                return typeof value === "function" ? value.bind(here) : value;
            },
            set(target, name, value) {
                leave(value);
                return true;
            },
        },
    );
    Object.defineProperty(browser, "location", { get: () => location, set: leave, configurable: true });
    window.addEventListener("click", (ev) => {
        const anchor = ev.target.closest?.("a[href]");
        const href = anchor?.getAttribute("href");
        if (href && !href.startsWith("#") && !ev.defaultPrevented) {
            ev.preventDefault();
            leave(href);
        }
    });
    window.addEventListener("submit", (ev) => {
        ev.preventDefault();
        leave(ev.target.action);
    });
}

let watching = false;
export function watch() {
    if (!watching) {
        watching = true;
        watchRequests();
        watchErrors();
        stayHere();
    }
}

export function fail(text) {
    log.errors.push(text);
}
