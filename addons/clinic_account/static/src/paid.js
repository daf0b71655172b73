import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/** Print a page of the server from a frame that nobody sees: no PDF is waited for and no tab is left open. */
export function printPage(url) {
    const frame = document.createElement("iframe");
    frame.className = "d-none";
    frame.addEventListener("load", () => {
        frame.contentWindow.addEventListener("afterprint", () => frame.remove());
        frame.contentWindow.print();
    });
    frame.src = url;
    document.body.append(frame);
}

/** A visit was paid: say so, and offer its receipt. */
registry.category("actions").add("clinic_account.paid", (env, { params }) => {
    const { title, message, receipt, next } = params;
    const buttons = [{ name: _t("Print Receipt"), icon: "fa-print", onClick: () => printPage(receipt) }];
    env.services.clinic_notice.show(message, { title, type: "success", buttons });
    return next;
});
