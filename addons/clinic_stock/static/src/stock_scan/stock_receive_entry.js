import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useAutofocus } from "@web/core/utils/hooks";
import { unsavedStore } from "@clinic/unsaved/unsaved_store";
import { quantityText, readQuantity } from "./stock_scan_format";

/** Under this name the tab keeps what is typed of a lot until it is entered or cancelled. */
export const KEPT_ENTRY = "scan/receive";

/** The fields of one lot that has come: as few as the item needs, filled in as far as it is known. */
export class StockReceiveEntry extends Component {
    static template = "clinic_stock.StockReceiveEntry";
    static props = {
        line: Object,
        entry: [Object, { value: null }],
        onEnter: Function,
        onScan: Function,
        onWrong: Function,
        onClose: Function,
    };

    setup() {
        const { line, entry } = this.props;
        const quantity = entry?.quantity ?? (line.missing || line.step);
        this.state = useState({
            lot: entry?.lot || "",
            expiry: entry?.expiry || "",
            quantity: quantityText(line.has_lots ? quantity : (entry?.quantity ?? line.received)),
            ...this.kept,
        });
        useAutofocus({ refName: "first" });
    }

    /** What was typed of this lot before the page was left. */
    get kept() {
        const { moveId, entry, typed } = unsavedStore.read(KEPT_ENTRY);
        return moveId === this.props.line.id && (entry?.id || null) === (this.props.entry?.id || null) ? typed : {};
    }

    keep() {
        const { line, entry } = this.props;
        unsavedStore.write(KEPT_ENTRY, { moveId: line.id, entry, typed: { ...this.state } });
    }

    get isNew() {
        return !this.props.entry?.id;
    }

    onKeydown(ev) {
        if (ev.key === "Enter") {
            ev.preventDefault();
            this.enter();
        }
    }

    enter() {
        const { quantity, barcode, wrong } = readQuantity(this.state.quantity);
        if (barcode) {
            return this.props.onScan(barcode);
        }
        if (quantity === null || wrong !== undefined) {
            const text = wrong
                ? _t("“%s” is no quantity. Enter one, e.g. 12 or 2.5.", wrong)
                : _t("Enter how much has come.");
            return this.props.onWrong(text);
        }
        return this.props.onEnter({ lot: this.state.lot || null, expiry: this.state.expiry || null, quantity });
    }

    remove() {
        return this.props.onEnter({ lot: this.state.lot || null, expiry: null, quantity: 0 });
    }
}
