import { Component, onWillStart, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { unsavedStore } from "@clinic/unsaved/unsaved_store";
import { quantityText } from "./stock_scan_format";
import { useStockScan } from "./stock_scan_hook";
import { ScanField, ScanMessage } from "./stock_scan_parts";
import { KEPT_ENTRY, StockReceiveEntry } from "./stock_receive_entry";

const MODEL = "clinic.stock.transfer";

/**
 * What is on its way: another branch's delivery is taken in with one tap, a supplier's as far as its lots were scanned
 * or entered. Each entry is kept on the server at once.
 */
export class StockReceive extends Component {
    static template = "clinic_stock.StockReceive";
    static components = { ScanField, ScanMessage, StockReceiveEntry };
    static props = { onReceipts: Function, pickingId: { type: [Number, { value: null }], optional: true } };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.bodyRef = useRef("body");
        // Which delivery is worked on, and which of its lines is being entered by hand.
        this.state = useState({ receipts: [], pickingId: this.props.pickingId || null, form: null });
        this.scanner = useStockScan((barcode) => this.scan(barcode));
        this.quantityText = quantityText;
        onWillStart(async () => {
            await this.load();
            this.restore();
        });
    }

    /** Go on with the lot that was being entered when the page was left, if it is still expected. */
    restore() {
        const { moveId, entry } = unsavedStore.read(KEPT_ENTRY);
        const receipt = this.state.receipts.find(({ lines }) => lines.some(({ id }) => id === moveId));
        if (receipt) {
            this.state.pickingId = receipt.id;
            this.state.form = { moveId, entry };
        }
    }

    async load() {
        this.state.receipts = await this.orm.call(MODEL, "load_receipts");
        this.props.onReceipts(this.state.receipts.length);
    }

    /** The delivery that is worked on comes first. */
    get receipts() {
        const isOpen = ({ id }) => id === this.state.pickingId;
        return [...this.state.receipts].sort((a, b) => isOpen(b) - isOpen(a));
    }

    get canEnter() {
        return this.state.receipts.some(({ is_sent }) => !is_sent);
    }

    isComplete(receipt) {
        return receipt.is_sent || receipt.lines.every(({ missing }) => !missing);
    }

    /** What cannot be received yet, as none of its lots was entered. */
    isEmpty(receipt) {
        return !receipt.is_sent && receipt.lines.every(({ has_lots, entries }) => has_lots && !entries.length);
    }

    put(receipt) {
        this.state.receipts = this.state.receipts.map((one) => (one.id === receipt.id ? receipt : one));
        this.state.pickingId = receipt.id;
    }

    // -- entering -----------------------------------------------------------------------------------------------------

    async scan(barcode) {
        const { receipt, entry, move_id, ask } = await this.orm.call(MODEL, "scan_delivery", [
            barcode,
            this.state.pickingId,
        ]);
        if (ask) {
            this.state.pickingId = ask.picking_id;
            this.state.form = { moveId: ask.move_id, entry: { lot: ask.lot } };
            this.scanner.say("warning", _t("The code does not say all: enter the lot and its expiry date."));
        } else {
            this.put(receipt);
            this.closeForm();
            this.sayEntered(
                receipt.lines.find(({ id }) => id === move_id),
                entry,
            );
        }
        this.bodyRef.el.scrollTop = 0;
    }

    sayEntered({ product, uom }, { lot, expires, quantity }) {
        const values = { product, lot, expires, quantity: quantityText(quantity), uom };
        const text = !lot
            ? _t("%(product)s: %(quantity)s %(uom)s", values)
            : expires
              ? _t("%(product)s, lot %(lot)s, expires %(expires)s: %(quantity)s %(uom)s", values)
              : _t("%(product)s, lot %(lot)s: %(quantity)s %(uom)s", values);
        this.scanner.say("success", text);
    }

    isForm(line, entry) {
        const { form } = this.state;
        return form && form.moveId === line.id && (form.entry?.id || null) === (entry?.id || null);
    }

    edit(line, entry = null) {
        unsavedStore.write(KEPT_ENTRY, {});
        this.state.form = { moveId: line.id, entry };
    }

    closeForm() {
        unsavedStore.write(KEPT_ENTRY, {});
        this.state.form = null;
    }

    /** Keep what was entered by hand; what is refused stays in the fields. */
    enter(line, values, entry) {
        return this.scanner.act(async () => {
            const receipt = await this.orm.call(MODEL, "enter_delivery", [line.id], {
                ...values,
                entry_id: entry?.id || null,
            });
            this.put(receipt);
            this.closeForm();
            this.scanner.state.message = null;
        });
    }

    // -- receiving ----------------------------------------------------------------------------------------------------

    receive(receipt) {
        return this.scanner.act(async () => {
            const { name, rest } = await this.orm.call(MODEL, "receive", [receipt.id]);
            await this.load();
            const text = rest
                ? _t("%(name)s is in the store; the rest is still expected: %(rest)s.", { name, rest })
                : _t("%s is in the store.", name);
            this.scanner.say("success", text, { open: () => this.open(receipt) });
        });
    }

    open({ id }) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "stock.picking",
            res_id: id,
            views: [[false, "form"]],
        });
    }
}
