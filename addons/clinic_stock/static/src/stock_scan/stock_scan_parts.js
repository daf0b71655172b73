import { Component, useState } from "@odoo/owl";
import { unsavedStore } from "@clinic/unsaved/unsaved_store";
import { scanBarcode } from "@web/core/barcode/barcode_dialog";
import { isBarcodeScannerSupported } from "@web/core/barcode/barcode_video_scanner";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { quantityText, readQuantity } from "./stock_scan_format";

/** Where a code is typed, or read by the camera where the device has one. */
export class ScanField extends Component {
    static template = "clinic_stock.ScanField";
    static props = { onScan: Function };

    setup() {
        this.hasCamera = isBarcodeScannerSupported();
    }

    /** A scanner that types into the field ends with Enter; the field is then ready for the next code. */
    onKeydown(ev) {
        if (ev.key === "Enter") {
            const { value } = ev.target;
            ev.target.value = "";
            this.props.onScan(value);
        }
    }

    async openCamera() {
        const barcode = await scanBarcode(this.env);
        browser.navigator.vibrate?.(100);
        this.props.onScan(barcode);
    }
}

/** What came of the last scan, or why it was refused. */
export class ScanMessage extends Component {
    static template = "clinic_stock.ScanMessage";
    static props = { message: [Object, { value: null }] };
}

/** Where those who have no code look for an item. */
export class ScanFilter extends Component {
    static template = "clinic_stock.ScanFilter";
    static props = { value: String, onFilter: Function };
}

/**
 * An item and its lot, with the field for its quantity.
 *
 * What is typed is kept in the tab under the name `keptAs` until the field is left, so that it survives a reload; a
 * number that nobody has finished is shown again, and counts only once its field is left.
 */
export class ScanLine extends Component {
    static template = "clinic_stock.ScanLine";
    static props = {
        line: Object,
        keptAs: String,
        quantity: [Number, { value: null }],
        isLast: { type: Boolean, optional: true },
        isClosed: { type: Boolean, optional: true },
        onQuantity: Function,
        onAdd: Function,
        onScan: Function,
        onWrong: Function,
        slots: { type: Object, optional: true },
    };

    setup() {
        this.state = useState({ typed: unsavedStore.read(this.keptName).text ?? null });
    }

    get keptName() {
        return `scan/${this.props.keptAs}/${this.props.line.id}`;
    }

    get text() {
        return this.state.typed ?? quantityText(this.props.quantity);
    }

    get addLabel() {
        const { package: name, product } = this.props.line;
        return name ? _t("Add one %s", name) : _t("Add one of %s", product);
    }

    onFocus(ev) {
        ev.target.select();
    }

    onKeydown(ev) {
        if (ev.key === "Enter") {
            // Leaving the field enters the quantity, and the scanner is heard again.
            ev.target.blur();
        }
    }

    onInput(ev) {
        this.state.typed = ev.target.value;
        unsavedStore.write(this.keptName, { text: ev.target.value });
    }

    async onLeave() {
        const { typed } = this.state;
        if (typed === null) {
            return;
        }
        const { quantity, barcode, wrong } = readQuantity(typed);
        if (quantity !== undefined) {
            await this.props.onQuantity(quantity);
        } else if (barcode) {
            this.props.onScan(barcode);
        } else {
            this.props.onWrong(_t("“%s” is no quantity. Enter one that is not below zero, e.g. 12 or 2.5.", wrong));
        }
        if (this.state.typed === typed) {
            // What was not taken over does not stay there as if it had been.
            this.state.typed = null;
            unsavedStore.write(this.keptName, {});
        }
    }
}
