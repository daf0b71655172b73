import { Component } from "@odoo/owl";
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

/** An item and its lot, with the field for its quantity. */
export class ScanLine extends Component {
    static template = "clinic_stock.ScanLine";
    static props = {
        line: Object,
        quantity: [Number, { value: null }],
        isLast: { type: Boolean, optional: true },
        isClosed: { type: Boolean, optional: true },
        onQuantity: Function,
        onAdd: Function,
        onScan: Function,
        onWrong: Function,
        slots: { type: Object, optional: true },
    };

    get text() {
        return quantityText(this.props.quantity);
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

    async onChange(ev) {
        const { target } = ev;
        const { quantity, barcode, wrong } = readQuantity(target.value);
        if (quantity !== undefined) {
            await this.props.onQuantity(quantity);
        } else if (barcode) {
            this.props.onScan(barcode);
        } else {
            this.props.onWrong(_t("“%s” is no quantity. Enter one that is not below zero, e.g. 12 or 2.5.", wrong));
        }
        // What was not taken over does not stay there as if it had been.
        target.value = this.text;
    }
}
