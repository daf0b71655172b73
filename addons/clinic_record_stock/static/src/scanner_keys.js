import { barcodeService } from "@barcodes/barcode_service";

// Nobody types so many keys that fast; shorter codes are typed by hand.
const SHORTEST_CODE = 8;

/**
 * Hears a hand scanner that types into a field, faster than anybody: the code does not stay in the field, and what had
 * been entered there is kept.
 */
export class ScannerKeys {
    keys = "";
    before = "";
    last = 0;

    /** Take a key; return the code when the key ends one, and put back into the field what was in it before. */
    hear(ev) {
        if (ev.timeStamp - this.last > barcodeService.maxTimeBetweenKeysInMs) {
            this.keys = "";
            this.before = ev.target.value;
        }
        this.last = ev.timeStamp;
        if (ev.key === "Enter") {
            return this.end(ev);
        }
        // The separator of GS1 codes is typed with one of these.
        if (ev.key?.length === 1 || ["Control", "Alt"].includes(ev.key)) {
            this.keys += ev.key;
        }
        return null;
    }

    end(ev) {
        const code = barcodeService.cleanBarcode(this.keys);
        this.keys = "";
        if (code.length < SHORTEST_CODE) {
            return null;
        }
        ev.preventDefault();
        ev.target.value = this.before;
        return code;
    }
}
