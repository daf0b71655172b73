import { Component, onWillStart, useRef, useState } from "@odoo/owl";
import { unsavedStore } from "@clinic/unsaved/unsaved_store";
import { printPage } from "@clinic_account/paid";
import { scanBarcode } from "@web/core/barcode/barcode_dialog";
import { isBarcodeScannerSupported } from "@web/core/barcode/barcode_video_scanner";
import { formatCurrency, getCurrency } from "@web/core/currency";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { RPCError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { Mutex } from "@web/core/utils/concurrency";
import { useBus, useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { Layout } from "@web/search/layout";
import { formatFloat } from "@web/views/fields/formatters";
import { parseFloat } from "@web/views/fields/parsers";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { planPayments, takeCredits } from "./payment_plan";

const CODE = /^[\d\s()]{8,}$/;

/** Checkout of a visit on one screen: what is charged on one side, how it is paid on the other. */
export class ClinicCheckout extends Component {
    static template = "clinic_checkout.Checkout";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.mutex = new Mutex();
        this.hasCamera = isBarcodeScannerSupported();
        this.searchRef = useRef("search");
        const { resId, action } = this.props;
        this.visitId = Number(resId || action.params?.visit_id || action.context?.active_id) || 0;
        const kept = unsavedStore.read(this.keptName);
        this.state = useState({
            screen: null,
            message: null,
            waiting: 0,
            found: null,
            panel: null,
            entries: kept.entries || [],
            credits: kept.credits || [],
        });
        this.find = useDebounced(this.findNow, 250);
        useBus(useService("barcode").bus, "barcode_scanned", ({ detail }) => this.scan(detail.barcode));
        onWillStart(async () => {
            if (!this.visitId) {
                this.state.message = _t("Which visit? Open it, then press Checkout.");
                return;
            }
            await this.act(() => this.ask("load"));
            this.props.updateActionState?.({ resId: this.visitId });
        });
    }

    // -- the server ---------------------------------------------------------------------------------------------------

    /** One thing after the other; what the server refuses stands on the page, and what was typed stays. */
    async act(action) {
        this.state.waiting++;
        try {
            return await this.mutex.exec(async () => {
                this.state.message = null;
                return action();
            });
        } catch (error) {
            if (!(error instanceof RPCError && error.exceptionName?.startsWith("odoo.exceptions."))) {
                throw error;
            }
            this.state.message = error.data.message;
        } finally {
            this.state.waiting--;
        }
    }

    async ask(method, ...args) {
        const screen = await this.orm.call("clinic.checkout", method, [this.visitId, ...args]);
        this.state.screen = screen;
        const offered = new Set(screen.credits.map((credit) => credit.id));
        this.state.credits = this.state.credits.filter((id) => offered.has(id));
        const methods = new Set(screen.methods.map((method) => method.id));
        this.state.entries = this.state.entries.filter((entry) => methods.has(entry.method_id));
        return screen;
    }

    get keptName() {
        return `checkout/${this.visitId}`;
    }

    keep() {
        const { entries, credits } = this.state;
        unsavedStore.write(this.keptName, entries.length || credits.length ? { entries, credits } : {});
    }

    // -- what is shown ------------------------------------------------------------------------------------------------

    get screen() {
        return this.state.screen;
    }

    get isOpen() {
        return !this.screen.visit.is_checked_out && !this.screen.problem;
    }

    get isPayable() {
        return !this.screen.problem && (this.isOpen || this.screen.due > 0);
    }

    get digits() {
        return getCurrency(this.screen.currency_id)?.digits?.[1] ?? 2;
    }

    get day() {
        const { day } = this.screen.visit;
        return day ? formatDate(deserializeDate(day)) : "";
    }

    money(amount) {
        return formatCurrency(amount, this.screen.currency_id);
    }

    number(amount) {
        return formatFloat(amount, { digits: [16, 2], trailingZeros: false });
    }

    get plan() {
        const amounts = this.screen.credits.filter(({ id }) => this.state.credits.includes(id)).map((c) => c.amount);
        const { taken, due } = takeCredits(this.screen.due, amounts, this.digits);
        const entries = this.state.entries.map(({ method_id, text }) => ({
            isCash: this.method(method_id).is_cash,
            typed: this.read(text),
        }));
        return { taken, due, ...planPayments(due, entries, this.digits) };
    }

    get hint() {
        const { left, isWrong } = this.plan;
        const { debt_limit: limit, methods } = this.screen;
        if (isWrong) {
            return _t("Enter an amount, e.g. 12 or 2.5.");
        }
        if (left < 0) {
            return _t("%s too much: change is given for cash alone.", this.money(-left));
        }
        if (left > 0 && limit !== null && left > limit) {
            return methods.length
                ? _t("%s is still missing. A manager may leave it unpaid.", this.money(left))
                : _t("There is no journal for payments here. Ask the accountant to set one up.");
        }
        return "";
    }

    /** Whether nothing was entered for an invoice that is posted: there is nothing to do yet. */
    get isIdle() {
        return !this.isOpen && !this.state.entries.length && !this.state.credits.length;
    }

    get payLabel() {
        const { due, left } = this.plan;
        if (!this.isOpen) {
            // The invoice is posted: what is left is paid, all of it or in parts.
            return _t("Pay %s", this.money(due - Math.max(left, 0)));
        }
        if (left > 0 && !this.hint) {
            return _t("Post; %s stays unpaid", this.money(left));
        }
        return due > 0 ? _t("Post & Pay %s", this.money(due)) : _t("Post");
    }

    // -- the basket ---------------------------------------------------------------------------------------------------

    async findNow(ev) {
        const text = ev.target.value.trim();
        // A scanner that types into the field ends with Enter.
        if (!text || CODE.test(text)) {
            this.state.found = null;
            return;
        }
        const found = await this.orm.silent.call("clinic.checkout", "find_products", [this.visitId, text]);
        // Meanwhile something else may have been typed.
        if (this.searchRef.el?.value.trim() === text) {
            this.state.found = found;
            this.foundText = text;
        }
    }

    async onSearchKey(ev) {
        const text = ev.target.value.trim();
        if (ev.key === "Escape") {
            this.endSearch();
        } else if (ev.key === "Enter" && text) {
            ev.preventDefault();
            if (!CODE.test(text) && this.foundText !== text) {
                await this.findNow(ev);
                if (this.foundText !== text) {
                    // Typed on, or entered already.
                    return;
                }
            }
            if (CODE.test(text) || !this.state.found?.length) {
                this.endSearch();
                this.scan(text);
            } else {
                this.add(this.state.found[0]);
            }
        }
    }

    endSearch() {
        this.state.found = null;
        this.foundText = "";
        this.searchRef.el.value = "";
    }

    add(product) {
        this.endSearch();
        return this.act(() => this.ask("add_product", product.id));
    }

    scan(barcode) {
        return this.isOpen && barcode && this.act(() => this.ask("scan", barcode));
    }

    async openCamera() {
        this.scan(await scanBarcode(this.env));
    }

    step(row, change) {
        // As many as there are when it is this tap's turn.
        const quantity = () => this.screen.rows.find(({ key }) => key === row.key)?.quantity ?? 0;
        return this.act(() => this.ask("set_quantity", row.id, Math.max(quantity() + change, 0)));
    }

    /** What another addon offers on a row. */
    tap(row, { method, value }) {
        return this.act(() => this.ask(method, row.id, value));
    }

    isCounted(row) {
        return this.isOpen && row.kind === "product";
    }

    isReducible(row) {
        return this.isOpen && ["product", "treatment"].includes(row.kind);
    }

    // -- discounts and tips -------------------------------------------------------------------------------------------

    openDiscount(rows) {
        const percent = rows.length === 1 && rows[0].discount ? this.number(rows[0].discount) : "";
        const title = rows.length === 1 ? rows[0].name : _t("Everything");
        this.state.panel = { kind: "discount", title, keys: rows.map((row) => row.key), text: percent, reason: "" };
    }

    openTip() {
        const [first] = this.screen.tips_for;
        this.state.panel = { kind: "tip", practitioner: first.id, text: "" };
    }

    closePanel() {
        this.state.panel = null;
    }

    async applyPanel() {
        const { kind, keys, text, reason, practitioner } = this.state.panel;
        const number = this.read(text);
        if (!(number >= 0)) {
            this.state.message = _t("Enter an amount, e.g. 12 or 2.5.");
            return;
        }
        const done = await this.act(() =>
            kind === "tip" ? this.ask("set_tip", practitioner, number) : this.ask("set_discount", keys, number, reason),
        );
        if (done) {
            this.closePanel();
        }
    }

    takeTipOff(row) {
        return this.act(() => this.ask("set_quantity", row.id, 0));
    }

    // -- the payment --------------------------------------------------------------------------------------------------

    method(id) {
        return this.screen.methods.find((method) => method.id === id);
    }

    /** Return the number that `text` says; NaN when it is none. */
    read(text) {
        try {
            return text.trim() ? parseFloat(text) : 0;
        } catch {
            return NaN;
        }
    }

    toggleCredit(credit) {
        const { credits } = this.state;
        this.state.credits = credits.includes(credit.id)
            ? credits.filter((id) => id !== credit.id)
            : [...credits, credit.id];
        this.keep();
    }

    addEntry(method) {
        const { left } = this.plan;
        this.state.entries.push({ method_id: method.id, text: this.asText(Math.max(left, 0)) });
        this.keep();
    }

    asText(amount) {
        return formatFloat(amount, { digits: [16, this.digits], thousandsSep: "", trailingZeros: false });
    }

    onAmount(entry, ev) {
        entry.text = ev.target.value;
        this.keep();
    }

    removeEntry(index) {
        this.state.entries.splice(index, 1);
        this.keep();
    }

    async pay() {
        if (this.state.waiting || this.hint) {
            return;
        }
        const { parts } = this.plan;
        const payments = parts
            .map((part, index) => ({ method_id: this.state.entries[index].method_id, ...part }))
            .filter((payment) => payment.amount > 0);
        const done = await this.act(() => this.ask("pay", this.screen.due, payments, this.state.credits));
        if (done && this.screen.taken === false && this.screen.due > 0) {
            this.state.message = _t(
                "The bill has changed: %s is due now, and nothing was taken.",
                this.money(this.screen.due),
            );
        } else if (done) {
            this.state.entries = [];
            this.state.credits = [];
            this.keep();
        } else if (!this.state.panel) {
            // Somebody may have changed the bill: what was typed stays, what is due is shown again.
            const message = this.state.message;
            await this.act(() => this.ask("load"));
            this.state.message = message;
        }
    }

    get change() {
        return this.screen.payments.reduce((sum, payment) => sum + payment.change, 0);
    }

    // -- afterwards ---------------------------------------------------------------------------------------------------

    printReceipt() {
        printPage(this.screen.visit.receipt);
    }

    /** Press a button of a record: the action it returns is made ready by the server, as from the record's form. */
    open(model, method, id) {
        return this.action.doActionButton({ type: "object", name: method, resModel: model, resId: id, resIds: [id] });
    }

    sendReceipt() {
        return this.open("account.move", "action_invoice_sent", this.screen.visit.invoice_id);
    }

    bookNext() {
        return this.open("clinic.visit", "action_rebook", this.visitId);
    }

    openVisit() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "clinic.visit",
            res_id: this.visitId,
            views: [[false, "form"]],
        });
    }

    openInvoice() {
        return this.open("clinic.visit", "action_view_invoice", this.visitId);
    }
}

registry.category("lazy_components").add("ClinicCheckout", ClinicCheckout);
